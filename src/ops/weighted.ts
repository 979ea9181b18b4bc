import type { ChannelAxis, OperandRule } from '../graph/rules.ts';

/** Operands of a convolution or matrix product whose weights are quantised per output channel along `axis`. */
export const weightedOperands = (
  axis: number,
): { readonly inputs: readonly OperandRule[]; readonly outputs: readonly OperandRule[] } => ({
  inputs: [
    { name: 'x', dtypes: ['i8'], per: 'tensor' },
    { name: 'weights', dtypes: ['i8'], per: 'channel', axis, range: [-127, 127] },
    { name: 'bias', dtypes: ['i32'], productOf: ['x', 'weights'], optional: true },
  ],
  outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor' }],
});

/** Where the outputs of a product whose weights have them first stand in weights and bias. */
export const outputAxes: readonly ChannelAxis[] = [
  { input: 1, axis: 0 },
  { input: 2, axis: 0 },
];
