import type { Numbers } from '../format/values.ts';
import type { RealAttributes } from '../graph/attributes.ts';
import { inputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { dequantize as kernel } from '../kernels/dequantize.ts';
import { each, elementwise } from './elementwise.ts';

/** y = scale · (q − zero point), rounded once to float32: what a model gives its host where its outputs are real. */
export const dequantize = defineOp<RealAttributes>({
  ...elementwise,
  type: 'Dequantize',
  summary: 'Real values (float32) of int8 or uint8 ones',
  mayOverwrite: [], // values of 1 and 4 bytes

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8', 'u8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['f32'] }],
  },

  reference(view, [x], [y]) {
    const { scale, zeroPoint } = perTensor(inputOf(view, 0));
    each(x as Numbers, y as Numbers, (q) => Math.fround(scale * (q - zeroPoint)));
  },

  kernels: [kernel],
});
