import type { Numbers, Values } from '../format/values.ts';
import type { SelectChannelsAttributes } from '../graph/attributes.ts';
import { nhwc, outputOf } from '../graph/graph.ts';
import { defineOp, type NodeView } from '../graph/op.ts';
import { oneToOne } from '../graph/rules.ts';
import type { Tensor } from '../graph/tensor.ts';
import { select } from '../kernels/select.ts';

/** Pixel by pixel, channel by channel. */
function copyChannels(view: NodeView<SelectChannelsAttributes>, inputs: readonly (Values | undefined)[], y: Numbers) {
  const { order } = view.attributes;
  const [, h, w] = nhwc(outputOf(view));
  const [c, c2] = [0, 1].map((i) => view.inputs[i]?.shape[3] ?? 0) as [number, number];
  for (let pixel = 0; pixel < h * w; pixel++) {
    order.forEach((from, channel) => {
      const value = from < c ? inputs[0]?.[pixel * c + from] : inputs[1]?.[pixel * c2 + from - c];
      y[pixel * order.length + channel] = value as number;
    });
  }
}

/** y[…, c] = (x ++ x2)[…, order[c]]: a shuffle, a concatenation, or both at once. */
export const selectChannels = defineOp<SelectChannelsAttributes>({
  type: 'SelectChannels',
  summary: 'Channels of one tensor, or of two side by side, in any order',

  outputShapes(inputs, { order }) {
    const [, h, w, c] = nhwc(inputs[0] as Tensor);
    const [, h2, w2, c2] = inputs[1] ? nhwc(inputs[1]) : [1, h, w, 0];
    if (h2 !== h || w2 !== w) throw new Error(`${h}×${w} and ${h2}×${w2} are maps of two sizes`);
    if (order.length === 0) throw new Error('no channel is selected');
    const stray = order.find((from) => !Number.isInteger(from) || from < 0 || from >= c + c2);
    if (stray !== undefined) throw new Error(`channel ${stray} is selected of ${c + c2}`);
    return [[1, h, w, order.length]];
  },

  macs: () => 0,
  rowsRead: 'row for row',
  rows: () => oneToOne,
  channelOrder: ({ order }) => order,
  withChannelOrder: (order) => ({ order }),
  mayOverwrite: [],

  operands: {
    inputs: [
      { name: 'x', dtypes: ['i8', 'u8'], per: 'tensor' },
      { name: 'x2', dtypes: ['i8', 'u8'], per: 'tensor', sameAs: 'x', optional: true },
    ],
    outputs: [{ name: 'y', dtypes: ['i8', 'u8'], per: 'tensor', sameAs: 'x' }],
  },

  reference: (view, inputs, [y]) => copyChannels(view, inputs, y as Numbers),
  float: (view, inputs, [y]) => copyChannels(view, inputs, y),

  kernels: [select],
});
