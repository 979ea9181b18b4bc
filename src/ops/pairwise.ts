import type { Activation } from '../graph/attributes.ts';
import { equivalent, type Op } from '../graph/op.ts';
import { withActivation } from './activations.ts';
import { broadcastChannels, broadcastRows, broadcastShape } from './broadcast.ts';
import { lookup } from './lookup.ts';

/** What all functions of two values, and an activation after them, have in common: y may be written over either operand. */
export const pairwise = {
  outputShapes: broadcastShape,
  macs: () => 0,
  rowsRead: 'row for row, or row 0 where it is broadcast',
  rows: broadcastRows,
  withActivation,
  channels: broadcastChannels,
  asTable: (table: readonly number[]) => equivalent(lookup, { table }),
  mayOverwrite: [0, 1],
  operands: {
    inputs: [
      { name: 'a', dtypes: ['i8'], per: 'tensor' },
      { name: 'b', dtypes: ['i8'], per: 'tensor' },
    ],
    outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor' }],
  },
} as const satisfies Partial<Op<{ readonly activation: Activation }>>;
