import type { Numbers } from '../format/values.ts';
import type { PadAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import { defineOp, type NodeView } from '../graph/op.ts';
import { eachChannel } from '../graph/rules.ts';
import { perTensor, type Tensor } from '../graph/tensor.ts';
import { pad as kernel } from '../kernels/pad.ts';

/** Puts x into the middle of y. */
function copyInto(view: NodeView<PadAttributes>, x: Numbers, y: Numbers): void {
  const [top, left, front] = view.attributes.before;
  const [, h, w, c] = nhwc(inputOf(view, 0));
  const [, , ow, oc] = nhwc(outputOf(view));
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      for (let channel = 0; channel < c; channel++) {
        const value = x[(row * w + column) * c + channel];
        y[((row + top) * ow + column + left) * oc + channel + front] = value;
      }
    }
  }
}

/** x in a larger frame of zero points (real 0). */
export const pad = defineOp<PadAttributes>({
  type: 'Pad',
  summary: 'A frame of zero points around the map or its channels',

  outputShapes(inputs, { before, after }) {
    const [, h, w, c] = nhwc(inputs[0] as Tensor);
    if ([...before, ...after].some((size) => size < 0))
      throw new Error(`padding ${before} before, ${after} after is negative`);
    return [[1, before[0] + h + after[0], before[1] + w + after[1], before[2] + c + after[2]]];
  },

  macs: () => 0,
  rowsRead: 'row for row',
  rows: (view) => ({ kind: 'window', window: 1, stride: 1, dilation: 1, top: view.attributes.before[0] }),
  channels: ({ attributes: { before, after } }) => (before[2] + after[2] === 0 ? eachChannel : undefined),
  border: ({ before, after }) =>
    before[2] + after[2] === 0 ? { top: before[0], left: before[1], bottom: after[0], right: after[1] } : undefined,
  mayOverwrite: [],

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8', 'u8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8', 'u8'], per: 'tensor', sameAs: 'x' }],
  },

  reference(view, inputs, outputs) {
    const [x] = inputs as [Numbers];
    const [y] = outputs as [Numbers];
    y.fill(perTensor(outputOf(view)).zeroPoint);
    copyInto(view, x, y);
  },

  float(view, inputs, outputs) {
    const [x] = inputs as [Float32Array];
    const [y] = outputs as [Float32Array];
    y.fill(0);
    copyInto(view, x, y);
  },

  kernels: [kernel],
});
