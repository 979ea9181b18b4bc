import { LiteBlockError } from '../../src/format/errors.ts';

/** The error of something that must be refused. */
export function refusal(run: () => unknown): LiteBlockError {
  try {
    run();
  } catch (error) {
    if (error instanceof LiteBlockError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
