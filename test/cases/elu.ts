import { elu } from '../../src/ops/elu.ts';
import { functionCases } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export const eluCases: OperatorCases = functionCases(elu);
