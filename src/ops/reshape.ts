import type { ReshapeAttributes } from '../graph/attributes.ts';
import { defineOp } from '../graph/op.ts';
import { eachChannel } from '../graph/rules.ts';
import { elements, type Tensor } from '../graph/tensor.ts';
import { reshape as kernel } from '../kernels/reshape.ts';

/** The same elements in row-major order, in another shape. */
export const reshape = defineOp<ReshapeAttributes>({
  type: 'Reshape',
  summary: 'The same elements in another shape: a view where padding allows, else a copy',

  outputShapes(inputs, { shape }) {
    const { shape: from } = inputs[0] as Tensor;
    if (elements(from) !== elements(shape)) {
      throw new Error(`${from.join('×')} has ${elements(from)} elements and ${shape.join('×')} ${elements(shape)}`);
    }
    return [shape];
  },

  macs: () => 0,
  rowsRead: 'the rows that hold the same elements',
  rows: () => ({ kind: 'flat' }),
  channels: ({ inputs, attributes }) => (inputs[0]?.shape[3] === attributes.shape[3] ? eachChannel : undefined),
  mayOverwrite: [],
  view: true,

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8', 'u8', 'f32', 'i32', 'i64'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8', 'u8', 'f32', 'i32', 'i64'], per: 'tensor', sameAs: 'x' }],
  },

  reference(_, inputs, outputs) {
    (outputs[0] as Int8Array).set(inputs[0] as Int8Array); // of one type, whatever it is
  },

  float(_, inputs, outputs) {
    outputs[0].set(inputs[0] as Float32Array);
  },

  kernels: [kernel],
});
