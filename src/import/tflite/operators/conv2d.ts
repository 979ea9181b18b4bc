import { conv2d } from '../../../ops/conv2d.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { constant, operand } from '../../operand.ts';
import type { TfliteConverter } from '../node.ts';
import { readActivation, readWindow } from '../options.ts';
import { conv2dOptions } from '../schema.ts';
import { inputChannels, readBias, readWeights } from '../weights.ts';

/** Weights are OHWI in the file as in the graph. Fewer input channels in the weights than in the input mean groups. */
export const convertConv2d: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const weights = readWeights(node, 4, 0);
  if (!x || !weights || !inputChannels(node, x)) return;
  const [o, h, w, i] = weights.shape as [number, number, number, number];
  const window = readWindow(node, conv2dOptions, x.shape, [h, w]);
  const activation = readActivation(node, conv2dOptions.activation);
  const groups = x.shape[3] / i;
  if (!Number.isInteger(groups) || o % groups !== 0) {
    problem(node, `weights [${weights.shape}] do not fit ${x.shape[3]} input channels (a divisor of them)`);
    return;
  }
  if (!window || !activation) return;
  // TFLite rounds the product of the scales to float32 for legacy uint8 only.
  const scaleProduct = weights.shifted ? 'f32' : 'f64';
  const inputs = [x.id, constant(node, weights, weights.shape, 0), readBias(node, o)];
  emit(node, conv2d, { ...window, groups, activation, scaleProduct }, inputs);
};
