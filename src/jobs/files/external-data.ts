import { closeSync, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { LiteBlockError } from '../../format/errors.ts';
import { isSystemError } from './system-error.ts';

/** Bytes of one tensor that lies beside a model: half a gigabyte of float32, and of its header. */
const mostBytes = 2 ** 29;

/**
 * Reads weights of an ONNX model that lie in files of its folder, or below it. A file that lies elsewhere, by `..` or by a link, is not read. Throws
 * file-unreadable, and file-invalid for bytes beyond the end of a file.
 */
export const externalDataOf =
  (model: string) =>
  (location: string, offset: number, wanted: number | undefined): Uint8Array => {
    const shown = JSON.stringify(location);
    const path = insideFolder(model, location, shown);
    const file = opened(path, shown);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile()) throw new LiteBlockError('file-unreadable', `${shown} beside the model is not a file`);
      const bytes = wanted ?? stats.size - offset;
      if (!(bytes >= 0 && offset + bytes <= stats.size)) {
        const what = `${wanted === undefined ? '' : `${bytes} `}bytes from ${offset} on go beyond the end of ${shown}`;
        throw new LiteBlockError('file-invalid', `its ${what}, of ${stats.size} bytes`);
      }
      if (bytes > mostBytes) {
        throw new LiteBlockError('unsupported', `its ${bytes} bytes in ${shown} are more than ${mostBytes}`);
      }
      const read = new Uint8Array(bytes);
      for (let at = 0; at < bytes; ) {
        const count = readSync(file, read, at, bytes - at, offset + at);
        if (count === 0) throw new LiteBlockError('file-invalid', `${shown} has become shorter while it was read`);
        at += count;
      }
      return read;
    } finally {
      closeSync(file);
    }
  };

/** The path of the file, behind all links. */
function insideFolder(model: string, location: string, shown: string): string {
  try {
    const folder = realpathSync.native(dirname(realpathSync.native(model)));
    const path = realpathSync.native(join(folder, location));
    const way = relative(folder, path);
    if (way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && join(folder, way) === path) return path;
  } catch (cause) {
    throw unreadable(shown, cause);
  }
  throw new LiteBlockError('file-invalid', `its values lie in ${shown}, which leads out of the folder of the model`);
}

function opened(path: string, shown: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw unreadable(shown, cause);
  }
}

function unreadable(shown: string, cause: unknown): unknown {
  if (!isSystemError(cause)) return cause;
  return new LiteBlockError('file-unreadable', `${shown} beside the model cannot be read: ${cause.code}`, [], {
    cause,
  });
}
