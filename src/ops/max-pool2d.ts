import { activationRange, clampReal } from '../arithmetic/activation-range.ts';
import { clamp } from '../arithmetic/fixed-point.ts';
import type { Numbers } from '../format/values.ts';
import type { MaxPool2dAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import { defineOp, type NodeView } from '../graph/op.ts';
import { eachChannel } from '../graph/rules.ts';
import type { Tensor } from '../graph/tensor.ts';
import { maxPool } from '../kernels/max-pool.ts';
import { withActivation } from './activations.ts';
import { windowRows, windowsOver } from './windows.ts';

/** The greatest of each window's cells inside the map: padding never wins. */
export const maxPool2d = defineOp<MaxPool2dAttributes>({
  type: 'MaxPool2d',
  summary: 'Maximum of windows; cells beyond the map do not count',

  outputShapes(inputs, attributes) {
    const x = nhwc(inputs[0] as Tensor);
    return [[1, ...windowsOver(x, attributes.window, attributes), x[3]]];
  },

  macs: () => 0,
  rowsRead: 'the rows under its window',
  rows: (view) => windowRows(view.attributes.window[0], view.attributes),
  withActivation,
  channels: () => eachChannel,
  mayOverwrite: [],

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor', sameAs: 'x' }],
  },

  reference(view, inputs, outputs) {
    const { min, max } = activationRange(view.attributes.activation, outputOf(view));
    eachMaximum(view, inputs[0] as Numbers, outputs[0] as Numbers, (greatest) => clamp(greatest, min, max));
  },

  float: (view, [x], [y]) =>
    eachMaximum(view, x as Float32Array, y, (greatest) => clampReal(view.attributes.activation, greatest)),

  kernels: [maxPool],
});

function eachMaximum(
  view: NodeView<MaxPool2dAttributes>,
  x: ArrayLike<number>,
  y: { [i: number]: number },
  clamped: (greatest: number) => number,
): void {
  const { window, stride, dilation, padding } = view.attributes;
  const [, h, w, c] = nhwc(inputOf(view, 0));
  const [, oh, ow] = nhwc(outputOf(view));
  for (let oy = 0; oy < oh; oy++) {
    for (let ox = 0; ox < ow; ox++) {
      for (let channel = 0; channel < c; channel++) {
        let greatest = -Infinity;
        for (let i = 0; i < window[0]; i++) {
          const iy = oy * stride[0] + i * dilation[0] - padding.top;
          if (iy < 0 || iy >= h) continue;
          for (let j = 0; j < window[1]; j++) {
            const ix = ox * stride[1] + j * dilation[1] - padding.left;
            if (ix < 0 || ix >= w) continue;
            greatest = Math.max(greatest, x[(iy * w + ix) * c + channel]);
          }
        }
        y[(oy * ow + ox) * c + channel] = clamped(greatest);
      }
    }
  }
}
