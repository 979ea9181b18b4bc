import { sqrt } from '../../src/ops/sqrt.ts';
import { functionCases } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export const sqrtCases: OperatorCases = functionCases(sqrt);
