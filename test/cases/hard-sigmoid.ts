import { hardSigmoid } from '../../src/ops/hard-sigmoid.ts';
import { functionCases } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export const hardSigmoidCases: OperatorCases = functionCases(hardSigmoid);
