import {
  type BigIntStats,
  closeSync,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';

/** Where a path leads, behind all symbolic links. */
export type FilePlace =
  /** A file, pipe or terminal that is open in this process: standard input and output, `<(…)` of a shell. */
  | { readonly descriptor: number; readonly stats: BigIntStats }
  /** `stats` is undefined where there is no such file yet. `folder` is the one that it lies in. */
  | {
      readonly descriptor?: undefined;
      readonly path: string;
      readonly folder: BigIntStats;
      readonly stats: BigIntStats | undefined;
    };

/** What `-` stands for, as an input and as an output. */
export const standardInput = '/dev/stdin';
export const standardOutput = '/dev/stdout';

const wellKnown: Readonly<Record<string, number>> = { [standardInput]: 0, [standardOutput]: 1, '/dev/stderr': 2 };

/** Of Linux, after symbolic links; of macOS. A file of such a folder is not a link to what it stands for, whatever it looks like. */
const descriptors = new RegExp(`^(/proc/${process.pid}(/task/\\d+)?|/dev)/fd$`);

/** The limit of Linux. */
const mostLinks = 40;

/**
 * Follows every symbolic link, also one to a file that does not exist yet, but not those by which a system shows its open
 * files. Throws system errors: a missing folder, a circle of links.
 */
export function placeOf(given: string): FilePlace {
  let path = absolute(process.cwd(), given);
  for (let links = 0; links < mostLinks; links++) {
    const known = wellKnown[path];
    if (known !== undefined && isOpenFile(path)) return { descriptor: known, stats: statsOf(known) };
    const folder = realpathSync.native(dirname(path));
    const descriptor = /^\d+$/.test(basename(path)) && descriptors.test(folder) ? Number(basename(path)) : undefined;
    if (descriptor !== undefined) return { descriptor, stats: statsOf(descriptor) };
    path = join(folder, basename(path));
    const stats = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (!stats?.isSymbolicLink()) return { path, folder: statSync(folder, { bigint: true }), stats };
    path = absolute(folder, readlinkSync(path));
  }
  throw Object.assign(new Error(`${given}: too many symbolic links`), { code: 'ELOOP', syscall: 'readlink' });
}

/**
 * A path from a folder on, with its `..` as they are: behind a symbolic link to a folder they lead to where that lies, which
 * `resolve` and `join` do not know. One that ends in `..`, `.` or a slash is a folder, and is given as what it leads to.
 */
function absolute(folder: string, path: string): string {
  const whole = isAbsolute(path) ? path : `${folder}/${path}`;
  return /(^|\/)\.{0,2}$/.test(whole) ? realpathSync.native(whole) : whole;
}

/** False where somebody has put a file in place of the system's link. */
function isOpenFile(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return !stats?.isFile();
}

const statsOf = (descriptor: number): BigIntStats => fstatSync(descriptor, { bigint: true });

/** Whether two paths lead to one file: by device and inode, and where there is none yet by folder and name. */
export function isSamePlace(a: FilePlace, b: FilePlace): boolean {
  if (a.stats && b.stats) return sameInode(a.stats, b.stats);
  if (a.stats || b.stats || a.descriptor !== undefined || b.descriptor !== undefined) return false;
  if (!sameInode(a.folder, b.folder)) return false;
  const [name, other] = [basename(a.path), basename(b.path)];
  return name === other || (folded(name) === folded(other) && isOneName(dirname(a.path), name, other));
}

const sameInode = (a: BigIntStats, b: BigIntStats): boolean => a.dev === b.dev && a.ino === b.ino;

/** Alike for names that some file systems take for one. */
const folded = (name: string): string => name.normalize('NFC').toLowerCase();

/** Whether the file system of a folder takes two such names for one. A file is made to find out. */
function isOneName(folder: string, name: string, other: string): boolean {
  const [made, found] = [name, other].map((each) => join(folder, `.${each}-${process.pid}`)) as [string, string];
  try {
    closeSync(openSync(made, 'wx', 0o600));
  } catch {
    return true; // no file can be made there, or none of such a name: writing will say so
  }
  try {
    return existsSync(found);
  } finally {
    rmSync(made, { force: true });
  }
}

/** True for the device that everything written to is lost in. */
export function isNullDevice(stats: BigIntStats | undefined): boolean {
  if (!stats?.isCharacterDevice()) return false;
  return statSync('/dev/null', { bigint: true, throwIfNoEntry: false })?.rdev === stats.rdev;
}

/** The places at which file systems are mounted, by /proc/self/mountinfo, whose fifth field writes blanks as \040. */
export const mountPoints = (mountinfo: string): string[] =>
  mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((path) => path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))));

/** Whether a file is a mount of its own, as containers have them: it cannot be replaced by another. */
export function isMountPoint(path: string): boolean {
  try {
    return mountPoints(readFileSync('/proc/self/mountinfo', 'latin1')).includes(Buffer.from(path).toString('latin1'));
  } catch {
    return false; // no Linux
  }
}

/** What a path leads to, in words, if not to a file; undefined for a file. */
export function kindOfStats(stats: BigIntStats): string | undefined {
  if (stats.isDirectory()) return 'a folder';
  if (stats.isFIFO()) return 'a pipe (FIFO)';
  if (stats.isSocket()) return 'a socket';
  return stats.isFile() ? undefined : 'a device';
}
