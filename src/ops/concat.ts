import type { Values } from '../format/values.ts';
import type { ConcatAttributes } from '../graph/attributes.ts';
import { nhwc } from '../graph/graph.ts';
import { defineOp, type NodeView } from '../graph/op.ts';
import { oneToOne } from '../graph/rules.ts';
import type { Tensor } from '../graph/tensor.ts';
import { concat as kernel } from '../kernels/concat.ts';

const channelsOf = (tensor: Tensor | undefined): number => nhwc(tensor as Tensor)[3];

/** Pixel by pixel, the channels of one input after those of the other. */
function copyPixels<Any extends Values>(
  { inputs, outputs }: NodeView,
  values: readonly (Any | undefined)[],
  y: Any,
): void {
  const [, h, w] = nhwc(outputs[0]);
  let at = 0;
  for (let pixel = 0; pixel < h * w; pixel++) {
    inputs.forEach((tensor, i) => {
      const c = channelsOf(tensor);
      for (let channel = 0; channel < c; channel++) y[at++] = values[i]?.[pixel * c + channel] as Any[number];
    });
  }
}

/** y[…] = x[…] ++ others[…]: all channels side by side. Along rows or columns it is one of reshaped inputs. */
export const concat = defineOp<ConcatAttributes>({
  type: 'Concat',
  summary: 'Channels side by side; an input costs nothing where it can be made in its place',

  outputShapes(inputs) {
    const maps = inputs.map((tensor) => nhwc(tensor as Tensor));
    const [, h, w] = maps[0] ?? [1, 0, 0];
    const other = maps.find(([, h2, w2]) => h2 !== h || w2 !== w);
    if (other) throw new Error(`${h}×${w} and ${other[1]}×${other[2]} are maps of two sizes`);
    return [[1, h, w, maps.reduce((sum, [, , , c]) => sum + c, 0)]];
  },

  macs: () => 0,
  rows: () => oneToOne,
  rowsRead: 'row for row',
  mayOverwrite: [],

  places(view) {
    let end = 0;
    return view.inputs.map((tensor) => {
      end += channelsOf(tensor);
      return end - channelsOf(tensor);
    });
  },

  operands: {
    inputs: [
      { name: 'x', dtypes: ['i8', 'u8', 'f32', 'i32', 'i64'], per: 'tensor' },
      {
        name: 'others',
        dtypes: ['i8', 'u8', 'f32', 'i32', 'i64'],
        per: 'tensor',
        sameAs: 'x',
        optional: true,
        repeated: true,
      },
    ],
    outputs: [{ name: 'y', dtypes: ['i8', 'u8', 'f32', 'i32', 'i64'], per: 'tensor', sameAs: 'x' }],
  },

  reference: (view, inputs, [y]) => copyPixels(view, inputs, y),
  float: (view, inputs, [y]) => copyPixels(view, inputs, y),

  kernels: [kernel],
});
