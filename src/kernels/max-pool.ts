import type { MaxPool2dAttributes } from '../graph/attributes.ts';
import type { KernelOf } from './kernel-of.ts';
import { pool } from './pool.ts';

/** The greatest of the valid cells of each window, by channel. */
export const maxPool: KernelOf<'maxPool', MaxPool2dAttributes> = { name: 'max-pool', opcode: 'maxPool', ...pool };
