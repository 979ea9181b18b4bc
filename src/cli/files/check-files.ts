import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { isatty } from 'node:tty';
import { LiteBlockError } from '../../format/errors.ts';
import {
  type FilePlace,
  isMountPoint,
  isNullDevice,
  isSamePlace,
  kindOfStats,
  placeOf,
  standardOutput,
} from '../../jobs/files/place.ts';
import { unwritable } from '../../jobs/files/system-error.ts';
import { tryTemporary } from '../../jobs/files/temporary.ts';
import { filesOf } from '../inputs/image-folder.ts';
import type { Io } from '../io.ts';

/** What a command reads and writes, each by the argument or option that names it; undefined where it was not given. */
export interface CommandFiles {
  readonly inputs: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly outputs?: Readonly<Record<string, string | undefined>>;
}

/** What `-` is for every output. A parser of options. */
export const outputPath = (path: string): string => (path === '-' ? standardOutput : path);

interface Named {
  /** In messages: "MODEL m.tflite". */
  readonly name: string;
  readonly path: string;
  readonly place: FilePlace;
}

/**
 * Checks the files of a command before it begins. Throws usage where an output is an input or another output, or where an input
 * that can be read once is given twice, and file-unwritable where an output cannot be written. Returns where the command prints:
 * messages' side, where an output goes to standard output.
 */
export function checkFiles({ inputs, outputs = {} }: CommandFiles, io: Io): Io {
  const read = Object.entries(inputs).flatMap(([option, paths = []]) => [paths].flat().flatMap(namedInput(option)));
  refuseTwice(read);
  const written = Object.entries(outputs).flatMap(([option, path]) =>
    path === undefined ? [] : [{ name: `${option} ${path}`, path, place: outputPlace(path) }],
  );
  for (const [i, output] of written.entries()) {
    refuseInput(output, read);
    refuseOutput(output, written.slice(0, i));
  }
  for (const { path, place } of written) checkWritable(path, place);
  const isTaken = written.some(({ place }) => place.descriptor === 1);
  return isTaken ? { ...io, out: io.err, color: io.errColor ?? false, columns: undefined } : io;
}

/** None for a path that does not exist: reading it will say so. */
const namedInput =
  (option: string) =>
  (path: string): Named[] => {
    try {
      return [{ name: `${option} ${path}`, path, place: placeOf(path) }];
    } catch {
      return [];
    }
  };

function outputPlace(path: string): FilePlace {
  if (/[\\/]$/.test(path)) throw unwritable(path, 'this names a folder; expected the name of a file');
  try {
    return placeOf(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw unwritable(path, code === 'ENOENT' ? `there is no folder ${dirname(path)}` : cause);
  }
}

function refuseTwice(inputs: readonly Named[]): void {
  const streams = inputs.filter(({ place }) => place.descriptor !== undefined);
  for (const [i, { name, place }] of streams.entries()) {
    const other = streams.slice(0, i).find((before) => isSamePlace(before.place, place));
    if (other)
      throw new LiteBlockError('usage', `${other.name} and ${name} are the same stream, which can be read only once`);
  }
}

function refuseInput(output: Named, inputs: readonly Named[]): void {
  const { stats } = output.place;
  if (stats?.isCharacterDevice() || stats?.isSocket()) return; // a terminal is read and written
  for (const input of inputs) {
    const file = fileThere(input, output.place);
    if (file === undefined) continue;
    throw new LiteBlockError(
      'usage',
      `${output.name} is ${file}, which this command reads and would overwrite: give the output another name`,
    );
  }
}

/** The input, or the file in its folder, that lies at `place`. */
function fileThere({ name, path, place }: Named, output: FilePlace): string | undefined {
  if (!place.stats?.isDirectory()) return isSamePlace(place, output) ? name : undefined;
  if (!output.stats) return undefined;
  const file = filesRead(path).find((each) => namedInput('')(each).some((named) => isSamePlace(named.place, output)));
  return file === undefined ? undefined : `${file}, of ${name}`;
}

/** None of a folder that is not a folder of images: reading it will say so. */
function filesRead(folder: string): readonly string[] {
  try {
    return filesOf(folder).files;
  } catch {
    return [];
  }
}

function refuseOutput(output: Named, others: readonly Named[]): void {
  if (isNullDevice(output.place.stats)) return;
  const other = others.find(({ place }) => isSamePlace(place, output.place));
  if (!other) return;
  throw new LiteBlockError('usage', `${other.name} and ${output.name} are the same file: give them two names`);
}

/** Throws file-unwritable for what writing would fail with after all the work. */
function checkWritable(path: string, place: FilePlace): void {
  if (place.descriptor !== undefined) {
    if (!isatty(place.descriptor)) return;
    throw new LiteBlockError('usage', `${path}: this is a terminal: redirect the output (liteblock … -o - > FILE)`);
  }
  const kind = place.stats && kindOfStats(place.stats);
  if (kind === 'a folder' || kind === 'a socket') throw unwritable(path, `this is ${kind}; expected a file`);
  try {
    if (place.stats) accessSync(place.path, constants.W_OK);
  } catch (cause) {
    throw unwritable(path, cause);
  }
  if (kind) return;
  if (place.stats && isMountPoint(place.path)) {
    throw unwritable(path, 'it is a mount point and cannot be replaced: mount its folder, or write to another path');
  }
  try {
    tryTemporary(place.path);
    refuseSticky(place);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

const sticky = 0o1000n;

/** In a folder such as /tmp another user's file cannot be replaced. */
function refuseSticky(place: FilePlace): void {
  if (place.descriptor !== undefined || !place.stats || !(place.folder.mode & sticky)) return;
  const user = BigInt(process.geteuid?.() ?? 0);
  if (user === 0n || user === place.stats.uid || user === place.folder.uid) return;
  throw Object.assign(new Error('not permitted'), { code: 'EPERM', syscall: 'rename' });
}
