import { tanh } from '../../src/ops/tanh.ts';
import { functionCases, functionGraph } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export const tanhCases: OperatorCases = {
  ...functionCases(tanh),
  needs: { graphs: { 'of pixels': functionGraph([1, 3, 4, 5], tanh) }, data: () => ({ table: 256 }) },
};
