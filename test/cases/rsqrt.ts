import { rsqrt } from '../../src/ops/rsqrt.ts';
import { functionCases, functionGraph } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export const rsqrtCases: OperatorCases = {
  ...functionCases(rsqrt),
  rounded: functionGraph([1, 2, 2, 8], rsqrt),
};
