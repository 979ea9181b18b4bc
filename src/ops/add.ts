import { clamp, requantizeOne } from '../format/fixed-point.ts';
import type { AddAttributes } from '../graph/attributes.ts';
import { inputOf, type NodeView, nhwc, outputOf } from '../graph/graph.ts';
import { type Data8, defineOp, oneToOne } from '../graph/op.ts';
import { elements, type NHWC, perTensor, type Tensor } from '../graph/tensor.ts';
import { add as kernel } from '../kernels/add.ts';
import { activationRange, addRequantize } from '../kernels/requantization.ts';

/** A constant may have fewer axes than four: those in front are 1. */
const shapeOf = (tensor: Tensor): NHWC => [1, 1, 1, 1, ...tensor.shape].slice(-4) as unknown as NHWC;

const sizes = ([, h, w, c]: NHWC): string => `${h}×${w}×${c}`;

/** The value of a broadcast operand at a place of y. */
function at(data: Data8, [, h, w, c]: NHWC, y: number, x: number, channel: number): number {
  return data[((h === 1 ? 0 : y) * w + (w === 1 ? 0 : x)) * c + (c === 1 ? 0 : channel)] as number;
}

/** y = a + b in real values, both terms brought to 2^20 times the output's resolution first. */
export const add = defineOp<AddAttributes>({
  type: 'Add',
  summary: 'Sum of two tensors, the second as large or broadcast per channel or as one value',

  outputShapes(inputs) {
    const [a, b] = inputs.map((tensor) => shapeOf(tensor as Tensor)) as [NHWC, NHWC];
    const larger = elements(a) >= elements(b) ? a : b;
    for (const shape of [a, b]) {
      const equal = shape.every((size, axis) => size === larger[axis]);
      const perChannel = shape[1] === 1 && shape[2] === 1 && (shape[3] === 1 || shape[3] === larger[3]);
      if (!equal && !perChannel)
        throw new Error(`${sizes(a)} and ${sizes(b)} are neither equal nor broadcast per channel`);
    }
    return [larger];
  },

  macs: () => 0,

  rows(view, input) {
    const [, h] = nhwc(outputOf(view));
    return shapeOf(inputOf(view, input))[1] === 1 && h > 1 ? { kind: 'once' } : oneToOne;
  },

  mayOverwrite: [0, 1],
  batchSeparable: () => true,

  operands: {
    inputs: [
      { name: 'a', dtypes: ['i8'], per: 'tensor' },
      { name: 'b', dtypes: ['i8'], per: 'tensor' },
    ],
    outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor' }],
  },

  reference(view: NodeView<AddAttributes>, inputs, outputs) {
    const [a, b] = inputs as [Data8, Data8];
    const [y] = outputs as [Data8];
    const [aShape, bShape] = [shapeOf(inputOf(view, 0)), shapeOf(inputOf(view, 1))];
    const [aZero, bZero] = [perTensor(inputOf(view, 0)).zeroPoint, perTensor(inputOf(view, 1)).zeroPoint];
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { leftShift, x, x2, y: toY } = addRequantize(view);
    const { min, max } = activationRange(view.attributes.activation, outputOf(view));
    const [, h, w, c] = nhwc(outputOf(view));
    for (let row = 0; row < h; row++) {
      for (let column = 0; column < w; column++) {
        for (let channel = 0; channel < c; channel++) {
          const first = (at(a, aShape, row, column, channel) - aZero) * 2 ** leftShift;
          const second = (at(b, bShape, row, column, channel) - bZero) * 2 ** leftShift;
          const sum = requantizeOne(first, x.multiplier, x.shift) + requantizeOne(second, x2.multiplier, x2.shift);
          const q = requantizeOne(sum, toY.multiplier, toY.shift) + yZero;
          y[(row * w + column) * c + channel] = clamp(q, min, max);
        }
      }
    }
  },

  kernels: [kernel],
});
