/** What is to be done before a signal ends the process, the last first. */
const cleanups: (() => void)[] = [];

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs `work`; a signal in the meantime runs `clean`, which must not wait, and then ends the process as it would have without
 * this: its status is 128 + the signal's number in a shell. Handlers of Node wait for synchronous work, so they are there
 * while there is something to clean only.
 */
export async function interruptible<T>(clean: () => void, work: () => Promise<T>): Promise<T> {
  if (cleanups.length === 0) for (const signal of signals) process.on(signal, end);
  cleanups.push(clean);
  try {
    return await work();
  } finally {
    cleanups.splice(cleanups.indexOf(clean), 1);
    if (cleanups.length === 0) for (const signal of signals) process.off(signal, end);
  }
}

function end(signal: NodeJS.Signals): void {
  for (const clean of [...cleanups].reverse()) {
    try {
      clean();
    } catch {
      // the others are to be done all the same
    }
  }
  for (const each of signals) process.off(each, end);
  process.kill(process.pid, signal); // process.exit would wait for a pipe that nobody reads
}
