/// <reference types="vite/types/importMeta.d.ts" />
import { catalogue as operators } from '../../src/ops/catalogue.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

const files = import.meta.glob<Record<string, unknown>>(['./*.ts', '!./catalogue*.ts'], { eager: true });
const order = new Map(operators.map((op, i) => [op, i]));

/**
 * The cases of every operator with a kernel: what the files of this folder export as `…Cases`, in the order of
 * src/ops/catalogue.ts.
 */
export const catalogue: readonly OperatorCases[] = Object.values(files)
  .flatMap((exports) => Object.entries(exports))
  .flatMap(([name, value]) => (name.endsWith('Cases') ? [value as OperatorCases] : []))
  .sort((a, b) => (order.get(a.op) ?? -1) - (order.get(b.op) ?? -1));

/** The same, each after its name, for the titles of tests. */
export const named = catalogue.map((cases): [type: string, cases: OperatorCases] => [cases.op.type, cases]);
