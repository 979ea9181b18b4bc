import { swish } from '../../src/ops/swish.ts';
import { functionCases } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export const swishCases: OperatorCases = functionCases(swish);
