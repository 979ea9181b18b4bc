import type { WriteStream } from 'node:tty';
import { unwritable } from '../../jobs/files/system-error.ts';

/**
 * Tells `lost` once of text that did not arrive on a stream, such as a full disk. A reader that has closed it (`… | head`)
 * wants no more, which is not a failure.
 */
export function onLostText(stream: Pick<WriteStream, 'on'>, name: string, lost: (message: string) => void): void {
  let isTold = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (isTold || error.code === 'EPIPE') return;
    isTold = true;
    lost(unwritable(name, error).message);
  });
}
