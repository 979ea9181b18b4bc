import { elements, type NHWC } from '../../../graph/tensor.ts';
import { fullyConnected } from '../../../ops/fully-connected.ts';
import { problem } from '../../conversion.ts';
import { emitAs, seenAs } from '../../emit.ts';
import { constant, fileInput, operand, shapeOf } from '../../operand.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { readActivation } from '../options.ts';
import { fullyConnectedOptions } from '../schema.ts';
import { readBias, readWeights } from '../weights.ts';

/** Of every pixel with as many channels as an output has weights, of the whole map, or of rows of as many elements. */
export const convertFullyConnected: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const weights = readWeights(node, 2, 0, true);
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
  const [, h, w, c] = x.shape;
  const rows = elements(x.shape) / i;
  const isRows = c !== i && rows > 1 && Number.isInteger(rows);
  const shape: NHWC = c === i ? [1, h, w, o] : [1, 1, Math.max(1, Math.floor(rows)), o];
  const seen = isRows ? seenAs(node, x, [1, 1, rows, i]) : x.id;
  const inputs = [seen, constant(node, weights, weights.shape, 0), readBias(node, o)];
  emitAs(node, fullyConnected, { activation, scaleProduct }, inputs, shape);
};

/** The input's with other channels, or one row of outputs for as many elements as an output has weights. */
export function fullyConnectedShape(node: TfliteNode): readonly number[] | undefined {
  const shape = shapeOf(node, 0);
  const [o, i] = fileInput(node, 1)?.shape ?? [];
  if (!shape || o === undefined || i === undefined || elements(shape) % i !== 0) return undefined;
  const keepNumDims = scalar(node.operator.options, fullyConnectedOptions.keepNumDims, 'Uint8') !== 0;
  return keepNumDims ? [...shape.slice(0, -1), o] : [elements(shape) / i, o];
}
