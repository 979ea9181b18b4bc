import { fullyConnected } from '../../../ops/fully-connected.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { constant, operand } from '../../operand.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter } from '../node.ts';
import { readActivation } from '../options.ts';
import { fullyConnectedOptions } from '../schema.ts';
import { readBias, readWeights } from '../weights.ts';

export const convertFullyConnected: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const weights = readWeights(node, 2, 0);
  if (!x || !weights) return;
  const { options } = node.operator;
  const activation = readActivation(node, fullyConnectedOptions.activation);
  const format = scalar(options, fullyConnectedOptions.weightsFormat, 'Int8');
  if (format !== 0) problem(node, `weights format ${format} is not supported (0, the default)`);
  const [o, i] = weights.shape as [number, number];
  const keepNumDims = scalar(options, fullyConnectedOptions.keepNumDims, 'Uint8') !== 0;
  if (keepNumDims && x.file.shape.at(-1) !== i) {
    problem(node, `keep_num_dims with ${i} weights an output on an input [${x.file.shape}] (its last axis)`);
    return;
  }
  if (format !== 0 || !activation) return;
  // Per tensor, TFLite multiplies the two scales as float32; per channel (more than one scale) in double. What is real is
  // quantised per channel.
  const perChannel = weights.type === 'float32' || (weights.quantization?.scale.length ?? 1) > 1;
  const scaleProduct = perChannel ? 'f64' : 'f32';
  emit(node, fullyConnected, { activation, scaleProduct }, [
    x.id,
    constant(node, weights, weights.shape, 0),
    readBias(node, o),
  ]);
};
