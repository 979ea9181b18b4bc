import { pool } from './pool.ts';

/** The mean of the valid cells of each window, by channel. */
export const averagePool = pool('average-pool', 'averagePool');
