import { exp } from '../../src/ops/exp.ts';
import { functionCases } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export const expCases: OperatorCases = functionCases(exp);
