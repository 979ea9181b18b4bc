import { pool } from './pool.ts';

/** The greatest of the valid cells of each window, by channel. */
export const maxPool = pool('max-pool', 'maxPool');
