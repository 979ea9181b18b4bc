import { expect, it } from 'vitest';
import type { Words } from '../../src/kernels/kernel-of.ts';

/** What the type checker says of records: a line below that is not an error any more is an error of its own. */
it('a missing, misspelt or foreign word of a record is a type error', () => {
  const whole: Words<'slice'> = { firstColumn: 1, firstChannel: 2 };
  // @ts-expect-error firstChannel is missing.
  const missing: Words<'slice'> = { firstColumn: 1 };
  // @ts-expect-error firstChanel is misspelt.
  const misspelt: Words<'slice'> = { firstColumn: 1, firstChanel: 2 };
  // @ts-expect-error yMin is a word of other records.
  const foreign: Words<'slice'> = { firstColumn: 1, firstChannel: 2, yMin: 0 };
  expect([whole, missing, misspelt, foreign]).toHaveLength(4);
});
