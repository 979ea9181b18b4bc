import { elements } from '../../../graph/tensor.ts';
import { batchNorm } from '../../../ops/batch-norm.ts';
import { type Frame, misfit } from '../frame.ts';
import { type Activation, realConstant, type Value } from '../value.ts';
import { constantOf } from '../weights.ts';

/** Weight, bias, mean and variance of a batch normalisation; the first two may be missing. */
export type NormalizationParameters = readonly [
  weight: Value | undefined,
  bias: Value | undefined,
  mean: Value | undefined,
  variance: Value | undefined,
];

/** y = (x − mean) / √(variance + eps) · weight + bias along axis 1, by running statistics. */
export function normalization(
  frame: Frame,
  value: Value | undefined,
  [weight, bias, mean, variance]: NormalizationParameters,
  eps: number,
): Activation {
  const given = frame.computed(value);
  if (given.layout.axes.length < 2) misfit(`its input has ${given.layout.axes.length} axes (2 or more)`);
  const x = frame.channels(given, 1);
  const [, , , c] = frame.shapeOf(x);
  const enter = (parameter: Value, what: string): number => {
    const { name, data, shape } = constantOf(parameter, what);
    if (elements(shape) !== c) misfit(`its ${name} has ${elements(shape)} values for ${c} channels`);
    return frame.constant(name, [c], Float32Array.from(data));
  };
  if (frame.writer.tensor(x.id).dtype !== 'f32') misfit('a batch normalisation of quantised values is not supported');
  if (!mean || !variance)
    return misfit('it has no running statistics (track_running_stats, and model.eval() before the export)');
  const inputs = [
    x.id,
    enter(weight ?? realConstant([c], new Float32Array(c).fill(1), 'weight'), 'its weights'),
    enter(bias ?? realConstant([c], new Float32Array(c), 'bias'), 'its biases'),
    enter(mean, 'its means'),
    enter(variance, 'its variances'),
  ];
  return frame.activation(batchNorm, { eps }, inputs, x.layout);
}
