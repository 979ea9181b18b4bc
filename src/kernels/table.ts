import { inputOf, outputOf } from '../graph/graph.ts';
import type { NodeView } from '../graph/op.ts';
import type { DType } from '../graph/tensor.ts';
import { valuesByByte } from './byte-index.ts';
import type { KernelOf } from './kernel-of.ts';
import { firstOf, whyNotQuantized } from './refusals.ts';

/**
 * y = table[x]: a function of one 8-bit value. `functionOf` gives y's quantised value of x's; `unless` why the two
 * quantisations will not do, asked when both are of `dtypes`.
 */
export const table = <Attributes>(
  dtypes: readonly DType[],
  functionOf: (view: NodeView<Attributes>) => (q: number) => number,
  unless: (view: NodeView<Attributes>) => string | undefined = () => undefined,
): KernelOf<'table', Attributes> => ({
  name: 'table',
  opcode: 'table',

  refuses: (view) =>
    firstOf(whyNotQuantized('x', view.inputs[0], ...dtypes), whyNotQuantized('y', outputOf(view), ...dtypes)) ??
    unless(view),

  pack: (view, context) => ({
    table: context.data(Uint8Array.from(valuesByByte(inputOf(view, 0)), functionOf(view))),
  }),
});
