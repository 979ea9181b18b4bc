import { depthwiseConv2d } from '../../../ops/depthwise-conv2d.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { constant, operand } from '../../operand.ts';
import type { TfliteConverter } from '../node.ts';
import { readActivation, readWindow } from '../options.ts';
import { depthwiseConv2dOptions } from '../schema.ts';
import { inputChannels, readBias, readWeights } from '../weights.ts';

/** Weights are [1, h, w, channels of the output]; the depth multiplier follows from the shapes. */
export const convertDepthwiseConv2d: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const weights = readWeights(node, 4, 3);
  if (!x || !weights || !inputChannels(node, x)) return;
  const [one, h, w, c] = weights.shape as [number, number, number, number];
  const window = readWindow(node, depthwiseConv2dOptions, x.shape, [h, w]);
  const activation = readActivation(node, depthwiseConv2dOptions.activation);
  if (one !== 1 || c % x.shape[3] !== 0) {
    problem(node, `weights [${weights.shape}] do not fit ${x.shape[3]} input channels ([1, h, w, a multiple of them])`);
    return;
  }
  if (!window || !activation) return;
  const scaleProduct = weights.shifted ? 'f32' : 'f64';
  const inputs = [x.id, constant(node, weights, [h, w, c], 2), readBias(node, c)];
  emit(node, depthwiseConv2d, { ...window, activation, scaleProduct }, inputs);
};
