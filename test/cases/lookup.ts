import { lookup } from '../../src/ops/lookup.ts';
import { functionCases } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';
import { bytesOf } from '../support/values.ts';

export const lookupCases: OperatorCases = functionCases(lookup, { table: Array.from(bytesOf(3, 256)) });
