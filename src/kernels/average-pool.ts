import type { AveragePool2dAttributes } from '../graph/attributes.ts';
import type { Kernel } from '../graph/kernel.ts';
import { pool } from './pool.ts';

const window = pool('average-pool', 'averagePool');

/** The mean of the valid cells of each window, by channel. */
export const averagePool: Kernel<AveragePool2dAttributes> = {
  ...window,
  pack: (view, context) => ({ ...window.pack(view, context), halvesUp: view.attributes.rounding ? 1 : 0 }),
};
