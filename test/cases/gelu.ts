import { gelu } from '../../src/ops/gelu.ts';
import { functionCases } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export const geluCases: OperatorCases = functionCases(gelu, { approximate: false });
