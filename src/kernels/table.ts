import { inputOf, type NodeView, outputOf } from '../graph/graph.ts';
import type { Kernel } from '../graph/kernel.ts';
import type { DType } from '../graph/tensor.ts';
import { valuesByByte } from './byte-index.ts';
import { firstOf, unlessQuantized } from './refusals.ts';

/**
 * y = table[x]: a function of one 8-bit value. `functionOf` gives y's quantised value of x's; `unless` why the two
 * quantisations will not do, asked when both are of `dtypes`.
 */
export const table = <Attributes>(
  dtypes: readonly DType[],
  functionOf: (view: NodeView<Attributes>) => (q: number) => number,
  unless: (view: NodeView<Attributes>) => string | undefined = () => undefined,
): Kernel<Attributes> => ({
  name: 'table',
  opcode: 'table',

  refuses: (view) =>
    firstOf(unlessQuantized('x', view.inputs[0], ...dtypes), unlessQuantized('y', outputOf(view), ...dtypes)) ??
    unless(view),

  readsApart: () => true,
  writesApart: true,

  scratchBytes: () => 0,

  pack: (view, context) => ({
    table: context.data(Uint8Array.from(valuesByByte(inputOf(view, 0)), functionOf(view))),
  }),
});
