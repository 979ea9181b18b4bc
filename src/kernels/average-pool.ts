import type { AveragePool2dAttributes } from '../graph/attributes.ts';
import type { KernelOf } from './kernel-of.ts';
import { pool } from './pool.ts';

/** The mean of the valid cells of each window, by channel. */
export const averagePool: KernelOf<'averagePool', AveragePool2dAttributes> = {
  name: 'average-pool',
  opcode: 'averagePool',
  ...pool,
  pack: (view) => ({ ...pool.pack(view), halvesUp: view.attributes.rounding ? 1 : 0 }),
};
