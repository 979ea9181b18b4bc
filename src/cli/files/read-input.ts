import { type BigIntStats, readFileSync, readSync } from 'node:fs';
import { isatty } from 'node:tty';
import { LiteBlockError } from '../../format/errors.ts';
import { type FilePlace, isNullDevice, kindOfStats, placeOf, standardInput } from '../../jobs/files/place.ts';
import { isSystemError, unreadable } from '../../jobs/files/system-error.ts';

/** What `-` is for every input. A parser of arguments and options. */
export const inputPath = (path: string): string => (path === '-' ? standardInput : path);

/** The same for a list. */
export const inputPaths = (path: string, before: readonly string[] = []): string[] => [...before, inputPath(path)];

/** What was read of open descriptors: they cannot be read again, and commands look at a model more than once. */
const kept = new Map<number, Uint8Array>();

/**
 * The bytes of a file, or of standard input and what a shell has opened. Everything else is refused before it is opened, as a
 * pipe that nobody writes would never end, nor would some devices. Throws file-unreadable.
 */
export function readInput(path: string): Uint8Array {
  const place = openedPlace(path);
  if (place.descriptor !== undefined) {
    const bytes = kept.get(place.descriptor) ?? readDescriptor(place.descriptor, place.stats, path);
    kept.set(place.descriptor, bytes);
    return bytes;
  }
  const kind = place.stats && kindOfStats(place.stats);
  if (kind) throw noFile(path, kind);
  try {
    return readFileSync(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function openedPlace(path: string): FilePlace {
  try {
    return placeOf(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function noFile(path: string, kind: string): LiteBlockError {
  const how = kind === 'a folder' ? '' : ' (to read from a pipe, give - for standard input)';
  return new LiteBlockError('file-unreadable', `${path}: this is ${kind}; expected a file${how}`);
}

/** Bytes: as many as Node reads of a file at once. */
const mostBytes = 2 ** 31 - 1;
const pieceBytes = 1 << 16;

function readDescriptor(descriptor: number, stats: BigIntStats, path: string): Uint8Array {
  if (isatty(descriptor)) {
    throw new LiteBlockError('usage', `${path}: this is a terminal: redirect a file to it (liteblock … - < FILE)`);
  }
  const isEndless = (stats.isCharacterDevice() && !isNullDevice(stats)) || stats.isBlockDevice();
  if (stats.isDirectory() || isEndless) throw noFile(path, stats.isDirectory() ? 'a folder' : 'a device');
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const piece = readPiece(descriptor, path);
    if (piece.length === 0) return Buffer.concat(pieces, length);
    pieces.push(piece);
    length += piece.length;
    if (length > mostBytes) throw unreadable(path, `more than ${mostBytes.toLocaleString('en')} bytes`);
  }
}

/** Waits for the writer. Empty at the end. */
function readPiece(descriptor: number, path: string): Uint8Array {
  const piece = new Uint8Array(pieceBytes);
  for (;;) {
    try {
      return piece.subarray(0, readSync(descriptor, piece));
    } catch (cause) {
      const code = isSystemError(cause) ? cause.code : undefined;
      if (code === 'EOF') return piece.subarray(0, 0); // Windows, of a pipe that is closed
      if (code !== 'EAGAIN') throw unreadable(path, cause);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10); // milliseconds; the pipe is one that does not wait
    }
  }
}
