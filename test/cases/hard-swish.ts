import { hardSwish } from '../../src/ops/hard-swish.ts';
import { functionCases } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export const hardSwishCases: OperatorCases = functionCases(hardSwish);
