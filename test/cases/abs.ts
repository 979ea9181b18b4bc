import { abs } from '../../src/ops/abs.ts';
import { functionCases, functionGraph } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export const absCases: OperatorCases = {
  ...functionCases(abs),
  rounded: functionGraph([1, 2, 2, 8], abs),
};
