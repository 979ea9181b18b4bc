import type { BatchNormAttributes, DepthwiseConv2dAttributes } from '../graph/attributes.ts';
import { nhwc } from '../graph/graph.ts';
import type { NodeView } from '../graph/op.ts';
import { defineOp, type Equivalent, equivalent } from '../graph/op.ts';
import { type ChannelFactors, type OperandRule, oneToOne, type TrainedOutput } from '../graph/rules.ts';
import { elements, noPadding, type Tensor } from '../graph/tensor.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';

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
): Omit<ChannelFactors, 'trained'> {
  const scale = Float64Array.from(weight, (gamma, c) => {
    const spread = variance?.[c];
    if (!(spread >= 0 && spread + eps > 0)) {
      throw new Error(`channel ${c} has the variance ${spread} with eps ${eps} (0 or more, above 0 together)`);
    }
    return gamma / Math.sqrt(spread + eps);
  });
  const offset = scale.map((factor, c) => bias?.[c] - mean?.[c] * factor);
  const stray = scale.findIndex(
    (factor, c) => !Number.isFinite(Math.fround(factor)) || !Number.isFinite(Math.fround(offset[c])),
  );
  if (stray >= 0) {
    const values = `weight ${weight?.[stray]}, bias ${bias?.[stray]}, mean ${mean?.[stray]}, variance ${variance?.[stray]}`;
    throw new Error(`channel ${stray} has no finite factors: ${values}, eps ${eps}`);
  }
  return { scale, offset };
}

/** The running statistics say what the input was in training, so the output had the mean bias and the deviation of the weight. */
function trainedOutput([weight, bias, , variance]: readonly Float32Array[], eps: number): TrainedOutput {
  const deviation = Float64Array.from(weight, (gamma, c) => {
    const spread = variance?.[c];
    return Math.abs(gamma) * Math.sqrt(spread / (spread + eps));
  });
  return { mean: Float64Array.from(bias), deviation };
}

/** Undefined where a parameter is computed. */
function factorsOf({ inputs, attributes }: NodeView<BatchNormAttributes>): ChannelFactors | undefined {
  const given = inputs.slice(1).map((tensor) => tensor?.data);
  if (!given.every((data) => data instanceof Float32Array)) return undefined;
  const { eps } = attributes;
  return { ...scaleAndOffset(given, eps), trained: trainedOutput(given, eps) };
}

const constant = (name: string, shape: readonly number[], values: Float64Array): Tensor => ({
  name,
  dtype: 'f32',
  shape,
  fileShape: shape,
  perImage: false,
  data: Float32Array.from(values),
});

/** A 1×1 depthwise convolution with the factors as weights and bias. */
function asDepthwise(view: NodeView<BatchNormAttributes>): Equivalent | undefined {
  const factors = factorsOf(view);
  if (!factors) return undefined;
  const { scale, offset } = factors;
  const { name } = view.node;
  const geometry = { stride: [1, 1], dilation: [1, 1], padding: noPadding } as const;
  return equivalent<DepthwiseConv2dAttributes>(
    depthwiseConv2d,
    { ...geometry, activation: 'none', scaleProduct: 'f64' },
    [constant(`${name}.scale`, [1, 1, scale.length], scale), constant(`${name}.shift`, [scale.length], offset)],
  );
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

  macs: (view) => elements(view.outputs[0].shape),
  rowsRead: 'row for row',
  rows: () => oneToOne,
  channels: () => ({ kind: 'each', constants: parameters.map((_, i) => ({ input: i + 1, axis: 0 })) }),
  factors: factorsOf,
  equivalent: asDepthwise,
  mayOverwrite: [0],

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
      const product = Math.fround(value * Math.fround(scale[c]));
      y[i] = product + Math.fround(offset[c]);
    });
  },

  kernels: [],
});
