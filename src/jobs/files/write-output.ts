import {
  type BigIntStats,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
  renameSync,
  rmSync,
  write,
} from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { interruptible } from './interruptible.ts';
import { placeOf } from './place.ts';
import { isSystemError, unwritable } from './system-error.ts';
import { createTemporary, temporaryOf } from './temporary.ts';

/**
 * Writes an output that `checkFiles` has let through. A file is replaced when the new one is whole, also behind symbolic links,
 * and keeps its mode and, where this user may give it, its owner; pipes, devices and what is open already are written to.
 * Throws file-unwritable.
 */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  try {
    const place = placeOf(path);
    if (place.descriptor !== undefined) await writeAll(place.descriptor, bytes);
    else if (!place.stats || place.stats.isFile()) await replace(place.path, place.stats, bytes);
    else await writeTo(place.path, bytes);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

const writePiece = promisify(write);

async function writeAll(descriptor: number, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    try {
      const { bytesWritten } = await writePiece(descriptor, bytes, done, bytes.length - done);
      done += bytesWritten;
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'EAGAIN') throw error;
      await pause(5); // milliseconds: a pipe that is full, and does not wait
    }
  }
}

async function writeTo(path: string, bytes: Uint8Array): Promise<void> {
  const descriptor = openSync(path, constants.O_WRONLY); // makes no file; a pipe waits for its reader
  try {
    await writeAll(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
}

/** All but the writing itself is synchronous, so that a signal finds either no temporary file or one that is known. */
async function replace(path: string, stats: BigIntStats | undefined, bytes: Uint8Array): Promise<void> {
  const remove = (): void => rmSync(temporaryOf(path), { force: true });
  await interruptible(remove, async () => {
    const temporary = createTemporary(path, stats ? 0o600 : 0o666);
    try {
      try {
        if (stats) keepAttributes(temporary.descriptor, stats);
        await writeAll(temporary.descriptor, bytes);
      } finally {
        closeSync(temporary.descriptor);
      }
      renameSync(temporary.path, path);
    } catch (error) {
      remove();
      throw error;
    }
  });
}

const permissions = 0o777n;
const allModeBits = 0o7777n;

/** Gives a file the owner and the mode of the one that it replaces. */
function keepAttributes(descriptor: number, { uid, gid, mode }: BigIntStats): void {
  const made = fstatSync(descriptor, { bigint: true });
  let isOwned = made.uid === uid && made.gid === gid;
  if (!isOwned) {
    try {
      fchownSync(descriptor, Number(uid), Number(gid));
      isOwned = true;
    } catch {
      // another user's file in a folder of this one: it becomes this user's, as its name already could
    }
  }
  fchmodSync(descriptor, Number(mode & (isOwned ? allModeBits : permissions))); // after chown, which clears set-user-id
}
