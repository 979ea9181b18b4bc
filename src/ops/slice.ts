import type { Values } from '../format/values.ts';
import type { SliceAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import { defineOp, type NodeView } from '../graph/op.ts';
import { eachChannel } from '../graph/rules.ts';
import type { Tensor } from '../graph/tensor.ts';
import { slice as kernel } from '../kernels/slice.ts';

const axes = ['rows', 'columns', 'channels'] as const;

/** y[h, w, c] = x[h + begin, w + begin, c + begin]. */
function copyPart<Any extends Values>(view: NodeView<SliceAttributes>, x: Any, y: Any): void {
  const { begin } = view.attributes;
  const [, , w, c] = nhwc(inputOf(view, 0));
  const [, oh, ow, oc] = nhwc(outputOf(view));
  for (let row = 0; row < oh; row++) {
    for (let column = 0; column < ow; column++) {
      for (let channel = 0; channel < oc; channel++) {
        const from = ((row + begin[0]) * w + column + begin[1]) * c + channel + begin[2];
        y[(row * ow + column) * oc + channel] = x[from];
      }
    }
  }
}

/** A part of x: rows, columns and channels next to each other. A split is one slice for each part. */
export const slice = defineOp<SliceAttributes>({
  type: 'Slice',
  summary: 'A run of rows, columns and channels; one of channels alone costs nothing where its readers allow',

  outputShapes(inputs, { begin, size }) {
    const [, ...x] = nhwc(inputs[0] as Tensor);
    axes.forEach((axis, i) => {
      const [from, count, all] = [begin[i], size[i], x[i]] as [number, number, number];
      if (!Number.isInteger(from) || !Number.isInteger(count) || from < 0 || count < 1 || from + count > all) {
        throw new Error(`${count} ${axis} from ${from} are not within ${all}`);
      }
    });
    return [[1, ...size]];
  },

  macs: () => 0,
  rowsRead: 'row for row',
  rows: (view) => ({ kind: 'window', window: 1, stride: 1, dilation: 1, top: 0 - view.attributes.begin[0] }),
  channels: (view) => (view.attributes.size[2] === nhwc(inputOf(view, 0))[3] ? eachChannel : undefined),
  mayOverwrite: [],

  part(view) {
    const [, ...x] = nhwc(inputOf(view, 0));
    const { begin, size } = view.attributes;
    return size[0] === x[0] && size[1] === x[1] ? begin[2] : undefined;
  },

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8', 'u8', 'f32', 'i32', 'i64'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8', 'u8', 'f32', 'i32', 'i64'], per: 'tensor', sameAs: 'x' }],
  },

  reference: (view, [x], [y]) => copyPart(view, x as Values, y),
  float: (view, [x], [y]) => copyPart(view, x as Float32Array, y),

  kernels: [kernel],
});
