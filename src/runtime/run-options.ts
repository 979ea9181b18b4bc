import { checkOptions, kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { Values } from '../format/values.ts';
import { checkNumbers } from './limits.ts';

/** Options of `Model.run`, which come behind the inputs. */
export interface RunOptions {
  /**
   * The most that the call may take, all images together. The clock is looked at between steps: a step, which may be a whole
   * layer, is not interrupted. Above it `run` throws time-exceeded, and the next run is whole. On Cloudflare Workers the
   * clock stands still while something computes.
   */
  readonly maxMilliseconds?: number;
}

/** Inputs and the options that may come last. */
export function splitOptions<Options extends object>(
  args: readonly (Values | Options)[],
): { inputs: Values[]; options: Partial<Options> } {
  const last = args.at(-1);
  if (kindOf(last) !== 'Object') return { inputs: args as Values[], options: {} };
  return { inputs: args.slice(0, -1) as Values[], options: last as Options };
}

/** Throws usage. */
export function checkRunOptions(options: RunOptions): void {
  checkOptions('run', options, { maxMilliseconds: 'number' });
  checkNumbers('run', options, { maxMilliseconds: 'limit' });
}

/** Throws time-exceeded once more than `milliseconds` have gone by; `done` says how far it came. */
export function deadline(milliseconds: number, name: string): (done: () => string) => void {
  const start = performance.now();
  return (done) => {
    if (performance.now() - start <= milliseconds) return;
    throw new LiteBlockError(
      'time-exceeded',
      `${name}: the run took longer than ${milliseconds} ms and was stopped after ${done()}`,
    );
  };
}
