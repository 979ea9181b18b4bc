import type { BatchNormAttributes } from '../graph/attributes.ts';
import { nhwc } from '../graph/graph.ts';
import { defineOp, type OperandRule, oneToOne } from '../graph/op.ts';
import { elements, type Tensor } from '../graph/tensor.ts';

const parameters = ['weight', 'bias', 'mean', 'variance'] as const;

const real = (name: string): OperandRule => ({ name, dtypes: ['f32'] });

/**
 * The four parameters as y = x · scale + offset, in double: scale = weight / √(variance + eps), offset = bias − mean · scale.
 * Throws an Error that names the channel where the variance is negative, variance + eps is not above 0, or a factor is not
 * finite in float32.
 */
export function scaleAndOffset(
  [weight, bias, mean, variance]: readonly Float32Array[],
  eps: number,
): { readonly scale: Float64Array; readonly offset: Float64Array } {
  const scale = Float64Array.from(weight as Float32Array, (gamma, c) => {
    const spread = variance?.[c] as number;
    if (!(spread >= 0 && spread + eps > 0)) {
      throw new Error(`channel ${c} has the variance ${spread} with eps ${eps} (0 or more, above 0 together)`);
    }
    return gamma / Math.sqrt(spread + eps);
  });
  const offset = scale.map((factor, c) => (bias?.[c] as number) - (mean?.[c] as number) * factor);
  const stray = scale.findIndex(
    (factor, c) => !Number.isFinite(Math.fround(factor)) || !Number.isFinite(Math.fround(offset[c] as number)),
  );
  if (stray >= 0) {
    const values = `weight ${weight?.[stray]}, bias ${bias?.[stray]}, mean ${mean?.[stray]}, variance ${variance?.[stray]}`;
    throw new Error(`channel ${stray} has no finite factors: ${values}, eps ${eps}`);
  }
  return { scale, offset };
}

/**
 * y = x · scale + offset per channel, with both factors made in double and rounded to float32 once, and the product and the
 * sum rounded: the bits of a 1×1 depthwise convolution with these weights and this bias.
 */
export const batchNorm = defineOp<BatchNormAttributes>({
  type: 'BatchNorm',
  summary: 'Batch normalisation per channel; float only, as it is folded before quantisation',

  outputShapes(inputs) {
    const x = nhwc(inputs[0] as Tensor);
    parameters.forEach((name, i) => {
      const tensor = inputs[i + 1];
      if (tensor && elements(tensor.shape) !== x[3]) {
        throw new Error(`a ${name} of ${elements(tensor.shape)} for ${x[3]} channels`);
      }
    });
    return [x];
  },

  macs: (view) => elements(view.outputs[0]?.shape ?? []),
  rowsRead: 'row for row',
  rows: () => oneToOne,
  channels: () => ({ kind: 'each', constants: parameters.map((_, i) => ({ input: i + 1, axis: 0 })) }),
  mayOverwrite: [0],
  batchSeparable: () => true,

  operands: { inputs: ['x', ...parameters].map(real), outputs: [real('y')] },

  reference(view) {
    throw new Error(`node ${view.node.index} BatchNorm "${view.node.name}" has no int8 form (fold it first)`);
  },

  float(view, inputs, outputs) {
    const [x, ...given] = inputs as Float32Array[];
    const [y] = outputs as [Float32Array];
    const { scale, offset } = scaleAndOffset(given, view.attributes.eps);
    x?.forEach((value, i) => {
      const c = i % scale.length;
      const product = Math.fround(value * Math.fround(scale[c] as number));
      y[i] = product + Math.fround(offset[c] as number);
    });
  },

  kernels: [],
});
