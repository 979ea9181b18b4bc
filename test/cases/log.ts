import { log } from '../../src/ops/log.ts';
import { functionCases } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export const logCases: OperatorCases = functionCases(log);
