import { SingleBar } from 'cli-progress';
import type { Progress } from '../../jobs/progress.ts';
import type { Io } from '../io.ts';
import { printableLine } from './printable.ts';

/** Runs `work` with a bar on the terminal, which is gone afterwards. Nothing is drawn where there is no terminal. */
export function withProgress<T>(io: Io, label: string, work: (progress: Progress) => T): T {
  const { progress, stop } = startBar(io, label);
  try {
    return work(progress);
  } finally {
    stop();
  }
}

/** The same for work that takes turns. */
export async function withProgressAsync<T>(
  io: Io,
  label: string,
  work: (progress: Progress) => Promise<T>,
): Promise<T> {
  const { progress, stop } = startBar(io, label);
  try {
    return await work(progress);
  } finally {
    stop();
  }
}

function startBar(io: Io, label: string): { readonly progress: Progress; readonly stop: () => void } {
  if (!io.terminal) return { progress: () => {}, stop: () => {} };
  const bar = new SingleBar({
    format: '{label} {bar} {value} of {total}',
    stream: io.terminal,
    barsize: 30,
    hideCursor: false,
    gracefulExit: false, // its handler would keep Ctrl-C from ending synchronous work
    linewrap: true, // left as it is: Ctrl-C would not switch it on again
    clearOnComplete: true,
    synchronousUpdate: true, // the work keeps timers from running
  });
  let started = false;
  const progress: Progress = (done, total, now = label) => {
    if (!started) bar.start(total, 0, { label: printableLine(now) });
    started = true;
    bar.setTotal(total);
    bar.update(done, { label: printableLine(now) });
  };
  const stop = (): void => {
    if (started) bar.stop();
  };
  return { progress, stop };
}
