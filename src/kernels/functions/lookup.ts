import type { LookupAttributes } from '../../graph/attributes.ts';
import { table } from '../table.ts';

/** The table as it is given, which begins with −128; the engine's begins with 0. */
export const lookup = table<LookupAttributes>(
  ['i8'],
  ({ attributes }) =>
    (q: number) =>
      attributes.table[q + 128],
);
