import { pow } from '../../src/ops/pow.ts';
import { functionCases } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export const powCases: OperatorCases = functionCases(pow, { exponent: 3 });
