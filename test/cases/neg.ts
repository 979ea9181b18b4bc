import { neg } from '../../src/ops/neg.ts';
import { functionCases } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export const negCases: OperatorCases = functionCases(neg);
