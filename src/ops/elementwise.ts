import { equivalent, type Op } from '../graph/op.ts';
import { eachChannel, oneToOne } from '../graph/rules.ts';
import type { Tensor } from '../graph/tensor.ts';
import { lookup } from './lookup.ts';

/** What operators that make a row of y from that row of x have in common: the shape stays, and y may be written over x. */
export const rowForRow = {
  outputShapes: (inputs: readonly (Tensor | undefined)[]) => [(inputs[0] as Tensor).shape],
  macs: () => 0,
  rowsRead: 'row for row',
  rows: () => oneToOne,
  mayOverwrite: [0],
} as const satisfies Partial<Op>;

/** What all functions of one value have in common. */
export const elementwise = {
  ...rowForRow,
  channels: () => eachChannel,
  asTable: (table: readonly number[]) => equivalent(lookup, { table }),
  operands: {
    inputs: [{ name: 'x', dtypes: ['i8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor' }],
  },
} as const satisfies Partial<Op>;

/** Operands of a function with values from 0 to 1: y has scale 1/256 and zero point −128. */
export const fractionOperands = {
  inputs: elementwise.operands.inputs,
  outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor', fixed: { scale: 1 / 256, zeroPoint: -128 } }],
} as const satisfies Op['operands'];

/** Operands of a function with values from −1 to 1: y has scale 1/128 and zero point 0. */
export const signedFractionOperands = {
  inputs: elementwise.operands.inputs,
  outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor', fixed: { scale: 1 / 128, zeroPoint: 0 } }],
} as const satisfies Op['operands'];

/** y[i] = f(x[i]). */
export function each(x: ArrayLike<number>, y: { [i: number]: number }, f: (value: number) => number): void {
  for (let i = 0; i < x.length; i++) y[i] = f(x[i]);
}
