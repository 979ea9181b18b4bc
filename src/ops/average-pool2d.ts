import { activationRange, clampReal } from '../arithmetic/activation-range.ts';
import { clamp } from '../arithmetic/fixed-point.ts';
import type { Numbers } from '../format/values.ts';
import type { AveragePool2dAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import { defineOp, type NodeView } from '../graph/op.ts';
import { eachChannel } from '../graph/rules.ts';
import type { Tensor } from '../graph/tensor.ts';
import { averagePool } from '../kernels/average-pool.ts';
import { withActivation } from './activations.ts';
import { windowRows, windowsOver } from './windows.ts';

/** The mean of each window's cells inside the map, on raw values, halves away from zero or up. */
export const averagePool2d = defineOp<AveragePool2dAttributes>({
  type: 'AveragePool2d',
  summary: 'Mean of windows; cells beyond the map do not count',

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
    const plus = (sum: number, value: number): number => sum + value;
    eachMean(view, inputs[0] as Numbers, outputs[0] as Numbers, plus, (sum, cells) => {
      const half = Math.trunc(cells / 2);
      const { rounding } = view.attributes;
      const mean = rounding
        ? Math.floor((sum + half) / cells)
        : Math.trunc((sum > 0 ? sum + half : sum - half) / cells);
      return clamp(mean, min, max);
    });
  },

  /** The sum of a window's cells, row by row from +0, divided by their number. */
  float(view, inputs, outputs) {
    const { activation } = view.attributes;
    const plus = (sum: number, value: number): number => Math.fround(sum + value);
    eachMean(view, inputs[0] as Float32Array, outputs[0], plus, (sum, cells) =>
      clampReal(activation, Math.fround(sum / cells)),
    );
  },

  kernels: [averagePool],
});

/** y = mean(sum, cells) of each window's cells inside the map, added up by `plus` from 0. */
function eachMean(
  view: NodeView<AveragePool2dAttributes>,
  x: ArrayLike<number>,
  y: { [i: number]: number },
  plus: (sum: number, value: number) => number,
  mean: (sum: number, cells: number) => number,
): void {
  const { window, stride, padding } = view.attributes;
  const [, h, w, c] = nhwc(inputOf(view, 0));
  const [, oh, ow] = nhwc(outputOf(view));
  for (let oy = 0; oy < oh; oy++) {
    for (let ox = 0; ox < ow; ox++) {
      for (let channel = 0; channel < c; channel++) {
        let sum = 0;
        let cells = 0;
        for (let i = 0; i < window[0]; i++) {
          const iy = oy * stride[0] + i - padding.top;
          if (iy < 0 || iy >= h) continue;
          for (let j = 0; j < window[1]; j++) {
            const ix = ox * stride[1] + j - padding.left;
            if (ix < 0 || ix >= w) continue;
            sum = plus(sum, x[(iy * w + ix) * c + channel]);
            cells++;
          }
        }
        y[(oy * ow + ox) * c + channel] = mean(sum, cells);
      }
    }
  }
}
