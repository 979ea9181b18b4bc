import { SingleBar } from 'cli-progress';
import type { Io } from './io.ts';

/** How far something is. */
export type Progress = (done: number, total: number) => void;

/** Runs `work` with a bar on the terminal, which is gone afterwards. Nothing is drawn where there is no terminal. */
export function withProgress<T>(io: Io, label: string, work: (progress: Progress) => T): T {
  if (!io.terminal) return work(() => {});
  const bar = new SingleBar({
    format: `${label} {bar} {value} of {total}`,
    stream: io.terminal,
    barsize: 30,
    hideCursor: false,
    gracefulExit: false, // its handler would keep Ctrl-C from ending synchronous work
    clearOnComplete: true,
    synchronousUpdate: true, // the work keeps timers from running
  });
  let started = false;
  try {
    return work((done, total) => {
      if (!started) bar.start(total, 0);
      started = true;
      bar.setTotal(total);
      bar.update(done);
    });
  } finally {
    if (started) bar.stop();
  }
}
