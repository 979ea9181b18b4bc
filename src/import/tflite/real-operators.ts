import { elu } from '../../ops/elu.ts';
import { log } from '../../ops/log.ts';
import { mul } from '../../ops/mul.ts';
import { neg } from '../../ops/neg.ts';
import { pow } from '../../ops/pow.ts';
import { sqrt } from '../../ops/sqrt.ts';
import type { TfliteEntry } from './entry.ts';
import { convertDiv, convertPow, convertReal, convertSquare } from './operators/real.ts';

/** Operators that TFLite has for real values only, and quantize for int8 ones. */
export const realOperators: readonly (readonly [name: string, entry: TfliteEntry])[] = [
  ['DIV', { options: 'DivOptions', becomes: [mul], convert: convertDiv }],
  ['ELU', { options: 'None', becomes: [elu], convert: convertReal(elu) }],
  ['LOG', { options: 'None', becomes: [log], convert: convertReal(log) }],
  ['NEG', { options: 'NegOptions', becomes: [neg], convert: convertReal(neg) }],
  ['POW', { options: 'PowOptions', becomes: [pow], convert: convertPow }],
  ['SQRT', { options: 'None', becomes: [sqrt], convert: convertReal(sqrt) }],
  ['SQUARE', { options: 'SquareOptions', becomes: [mul], convert: convertSquare }],
];
