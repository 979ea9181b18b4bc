import type { Numbers } from '../../src/format/values.ts';
import type {
  Activation,
  AveragePool2dAttributes,
  ElementwiseAttributes,
  ScaleProduct,
} from '../../src/graph/attributes.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { Op } from '../../src/graph/op.ts';
import { elements, type NHWC, noPadding, type Padding, type Quantization } from '../../src/graph/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { argMax } from '../../src/ops/arg-max.ts';
import { averagePool2d } from '../../src/ops/average-pool2d.ts';
import { concat } from '../../src/ops/concat.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { depthwiseConv2d } from '../../src/ops/depthwise-conv2d.ts';
import { dequantize } from '../../src/ops/dequantize.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import { hardSigmoid } from '../../src/ops/hard-sigmoid.ts';
import { hardSwish } from '../../src/ops/hard-swish.ts';
import { leakyRelu } from '../../src/ops/leaky-relu.ts';
import { logistic } from '../../src/ops/logistic.ts';
import { maxPool2d } from '../../src/ops/max-pool2d.ts';
import { mean } from '../../src/ops/mean.ts';
import { mul } from '../../src/ops/mul.ts';
import { pad } from '../../src/ops/pad.ts';
import { prelu } from '../../src/ops/prelu.ts';
import { quantize } from '../../src/ops/quantize.ts';
import { quantizeReal } from '../../src/ops/quantize-real.ts';
import { relu } from '../../src/ops/relu.ts';
import { rescale } from '../../src/ops/rescale.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { resizeBilinear } from '../../src/ops/resize-bilinear.ts';
import { resizeNearestNeighbor } from '../../src/ops/resize-nearest-neighbor.ts';
import { selectChannels } from '../../src/ops/select-channels.ts';
import { slice } from '../../src/ops/slice.ts';
import { softmax } from '../../src/ops/softmax.ts';
import { sub } from '../../src/ops/sub.ts';
import { swish } from '../../src/ops/swish.ts';
import { tanh } from '../../src/ops/tanh.ts';
import { transpose } from '../../src/ops/transpose.ts';
import { transposeConv2d } from '../../src/ops/transpose-conv2d.ts';

/** Small graphs of one op with seeded random weights: enough to hold a kernel to its reference. */

/** A repeatable stream of numbers (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function bytesOf(seed: number, count: number): Int8Array {
  const random = randomOf(seed);
  return Int8Array.from({ length: count }, () => Math.floor(random() * 256) - 128);
}

/** Real values from −10 to 10. */
function realsOf(seed: number, count: number): Float32Array {
  const random = randomOf(seed);
  return Float32Array.from({ length: count }, () => (random() - 0.5) * 20);
}

/** Values for every input of a graph. */
export const inputsOf = (graph: Graph, seed = 1): Numbers[] =>
  graph.inputs.map((id, i) => {
    const tensor = graph.tensors[id];
    if (tensor?.dtype === 'f32') return realsOf(seed + i, elements(tensor.shape));
    const bytes = bytesOf(seed + i, elements(tensor?.shape ?? []));
    return tensor?.dtype === 'u8' ? new Uint8Array(bytes.buffer) : bytes;
  });

export interface Windowed {
  readonly seed?: number;
  readonly shape: NHWC;
  readonly outputs?: number;
  readonly window?: readonly [number, number];
  readonly stride?: readonly [number, number];
  readonly dilation?: readonly [number, number];
  readonly padding?: Padding;
  readonly groups?: number;
  readonly depthMultiplier?: number;
  readonly activation?: Activation;
  readonly bias?: boolean;
  /** Every weight, instead of random ones. */
  readonly weight?: number;
  /** The zero point of all weights, as legacy uint8 has one. */
  readonly weightsZero?: number;
  /** Weight scales, one or one a channel; chosen so that outputs fill int8 where absent. */
  readonly scales?: readonly number[];
  readonly yScale?: number;
  readonly yZeroPoint?: number;
  readonly scaleProduct?: ScaleProduct;
}

const square = (value: number): readonly [number, number] => [value, value];

/** Scales per channel around what makes a sum of `depth` products fill int8, a factor 8 apart at most. */
function scalesOf(given: Windowed, channels: number, depth: number): number[] {
  if (given.scales) return [...given.scales];
  const random = randomOf((given.seed ?? 1) + 99);
  return Array.from({ length: channels }, () => Math.fround((0.3 + random()) / (60 * Math.sqrt(depth))));
}

const biasOf = (seed: number, channels: number): Int32Array =>
  Int32Array.from(bytesOf(seed, channels), (value) => value * 37);

const weightsFor = (given: Windowed, seed: number, count: number): Int8Array =>
  given.weight === undefined
    ? bytesOf(seed, count).map((v) => Math.max(v, -127))
    : new Int8Array(count).fill(given.weight);

const geometry = ({ stride = square(1), dilation = square(1), padding = noPadding }: Windowed) => ({
  stride,
  dilation,
  padding,
});

const xQuantization = quantizedBy(0.05, -7);

const yQuantization = ({ yScale = 0.05, yZeroPoint, activation }: Windowed): Quantization =>
  quantizedBy(yScale, yZeroPoint ?? (activation === 'relu' ? -128 : 3));

export function convGraph(given: Windowed): Graph {
  const { seed = 1, shape, outputs = 8, window = square(3), groups = 1, activation = 'none', bias = true } = given;
  const depth = shape[3] / groups;
  const filter = window[0] * window[1] * depth;
  const build = new GraphBuilder('conv');
  const x = build.input('x', shape, xQuantization);
  const data = weightsFor(given, seed + 10, outputs * filter);
  const scale = scalesOf(given, outputs, filter);
  const quantization = { scale, zeroPoint: scale.map(() => given.weightsZero ?? 0), axis: 0 };
  const weights = build.constant('w', [outputs, ...window, depth], data, quantization);
  const b = bias ? build.constant('b', [outputs], biasOf(seed + 20, outputs)) : -1;
  const attributes = { ...geometry(given), groups, activation, scaleProduct: given.scaleProduct ?? ('f64' as const) };
  build.output(build.add(conv2d, attributes, [x, weights, b], { name: 'y', quantization: yQuantization(given) }));
  return build.build();
}

/** Padding is what is left out of the whole result: above and to the left `crop`, below and to the right the rest. */
export function transposeConvGraph(
  given: Windowed & { readonly crop?: readonly [number, number]; readonly size?: readonly [number, number] },
): Graph {
  const {
    seed = 1,
    shape,
    outputs = 8,
    window = square(3),
    stride = square(2),
    activation = 'none',
    bias = true,
  } = given;
  const { crop = square(0) } = given;
  const [, h, w, depth] = shape;
  const size = given.size ?? [(h - 1) * stride[0] + window[0] - crop[0], (w - 1) * stride[1] + window[1] - crop[1]];
  const filter = window[0] * window[1] * depth;
  const build = new GraphBuilder('transposed convolution');
  const x = build.input('x', shape, xQuantization);
  const data = weightsFor(given, seed + 10, outputs * filter);
  const scale = scalesOf(given, outputs, Math.ceil(filter / stride[0] / stride[1]));
  const quantization = { scale, zeroPoint: scale.map(() => given.weightsZero ?? 0), axis: 0 };
  const weights = build.constant('w', [outputs, ...window, depth], data, quantization);
  const b = bias ? build.constant('b', [outputs], biasOf(seed + 20, outputs)) : -1;
  const attributes = { stride, crop, size, activation, scaleProduct: given.scaleProduct ?? ('f64' as const) };
  const options = { name: 'y', quantization: yQuantization(given) };
  build.output(build.add(transposeConv2d, attributes, [x, weights, b], options));
  return build.build();
}

export function depthwiseGraph(given: Windowed): Graph {
  const { seed = 1, shape, window = square(3), depthMultiplier = 1, activation = 'none', bias = true } = given;
  const channels = shape[3] * depthMultiplier;
  const taps = window[0] * window[1];
  const build = new GraphBuilder('depthwise');
  const x = build.input('x', shape, xQuantization);
  const scale = scalesOf(given, channels, taps);
  const quantization = { scale, zeroPoint: scale.map(() => given.weightsZero ?? 0), axis: 2 };
  const data = weightsFor(given, seed + 10, taps * channels);
  const weights = build.constant('w', [...window, channels], data, quantization);
  const b = bias ? build.constant('b', [channels], biasOf(seed + 20, channels)) : -1;
  const attributes = { ...geometry(given), activation, scaleProduct: given.scaleProduct ?? ('f64' as const) };
  const options = { name: 'y', quantization: yQuantization(given) };
  build.output(build.add(depthwiseConv2d, attributes, [x, weights, b], options));
  return build.build();
}

/** `flatten`: the whole map is one row of the product. */
export function fullyConnectedGraph(given: Windowed & { readonly flatten?: boolean }): Graph {
  const { seed = 1, shape, outputs = 10, activation = 'none', bias = true, flatten = false } = given;
  const depth = flatten ? elements(shape) : shape[3];
  const build = new GraphBuilder('fully connected');
  const x = build.input('x', shape, xQuantization);
  const scale = scalesOf(given, 1, depth);
  const data = weightsFor(given, seed + 10, outputs * depth);
  const weights = build.constant('w', [outputs, depth], data, quantizedBy(scale[0] as number, given.weightsZero ?? 0));
  const b = bias ? build.constant('b', [outputs], biasOf(seed + 20, outputs)) : -1;
  const attributes = { activation, scaleProduct: given.scaleProduct ?? ('f32' as const) };
  build.output(
    build.add(fullyConnected, attributes, [x, weights, b], { name: 'y', quantization: yQuantization(given) }),
  );
  return build.build();
}

export type Second = 'equal' | 'channel' | 'value' | 'constant channel' | 'constant value' | 'constant';

export const addGraph = (shape: NHWC, second?: Second, activation?: Activation, yScale?: number): Graph =>
  pairGraph(add, shape, second, activation, yScale);

export const subGraph = (shape: NHWC, second?: Second, activation?: Activation, yScale?: number): Graph =>
  pairGraph(sub, shape, second, activation, yScale);

export const mulGraph = (shape: NHWC, second?: Second, activation?: Activation, yScale?: number): Graph =>
  pairGraph(mul, shape, second, activation, yScale);

function pairGraph(
  op: typeof add | typeof mul | typeof sub,
  shape: NHWC,
  second: Second = 'equal',
  activation: Activation = 'none',
  yScale = 0.06,
): Graph {
  const build = new GraphBuilder(`${op.type}, ${second}`);
  const channels = shape[3];
  const a = build.input('a', shape, quantizedBy(0.05, 3));
  const size: NHWC = second.endsWith('channel') ? [1, 1, 1, channels] : second.endsWith('value') ? [1, 1, 1, 1] : shape;
  const b = second.startsWith('constant')
    ? build.constant('b', size, bytesOf(7, elements(size)), quantizedBy(0.02, -10))
    : build.input('b', size, quantizedBy(0.02, -10), { perImage: second === 'equal' });
  build.output(build.add(op, { activation }, [a, b], { name: 'y', quantization: quantizedBy(yScale, -5) }));
  return build.build();
}

export const maxPoolGraph = (given: Windowed): Graph => poolGraph(given, maxPool2d);

/** `rounding`: as legacy uint8 rounds means. */
export function poolGraph(
  given: Windowed & Pick<AveragePool2dAttributes, 'rounding'>,
  op: typeof averagePool2d | typeof maxPool2d = averagePool2d,
): Graph {
  const { shape, window = square(2), activation = 'none' } = given;
  const build = new GraphBuilder(op.type);
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  const rounding = given.rounding && { rounding: given.rounding };
  const attributes = { ...geometry(given), window, activation, ...rounding };
  build.output(build.add(op, attributes, [x], { name: 'y', quantization: quantizedBy(0.05, -7) }));
  return build.build();
}

export function meanGraph(shape: NHWC, axes: 'hw' | 'c'): Graph {
  const build = new GraphBuilder(`mean over ${axes}`);
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  build.output(build.add(mean, { axes }, [x], { name: 'y', quantization: quantizedBy(0.02, 4) }));
  return build.build();
}

type Three = readonly [h: number, w: number, c: number];

export function padGraph(shape: NHWC, before: Three, after: Three): Graph {
  const build = new GraphBuilder('pad');
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  build.output(build.add(pad, { before, after }, [x], { name: 'y', quantization: quantizedBy(0.05, -7) }));
  return build.build();
}

export function reshapeGraph(from: NHWC, to: NHWC): Graph {
  const build = new GraphBuilder('reshape');
  const x = build.input('x', from, quantizedBy(0.05, -7));
  // Another zero point: a tensor of the host's would otherwise take over the new shape, and nothing would run.
  build.output(build.add(reshape, { shape: to }, [x], { name: 'y', quantization: quantizedBy(0.05, -6) }));
  return build.build();
}

export function sliceGraph(shape: NHWC, begin: Three, size: Three): Graph {
  const build = new GraphBuilder('slice');
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  build.output(build.add(slice, { begin, size }, [x], { name: 'y', quantization: quantizedBy(0.05, -7) }));
  return build.build();
}

/** `second`: channels of a second tensor, or of a constant. */
export function selectGraph(
  shape: NHWC,
  order: readonly number[],
  second?: { readonly channels: number; readonly constant?: boolean },
): Graph {
  const build = new GraphBuilder('select channels');
  const [, h, w] = shape;
  const inputs = [build.input('x', shape, quantizedBy(0.05, -7))];
  if (second) {
    const size: NHWC = [1, h, w, second.channels];
    inputs.push(
      second.constant
        ? build.constant('x2', size, bytesOf(7, elements(size)), quantizedBy(0.05, -7))
        : build.input('x2', size, quantizedBy(0.05, -7)),
    );
  }
  build.output(build.add(selectChannels, { order }, inputs, { name: 'y', quantization: quantizedBy(0.05, -7) }));
  return build.build();
}

/** The channels of each input, one after the other; the last of them may be a constant. */
export function concatGraph(
  [n, h, w, ...channels]: readonly [1, number, number, ...number[]],
  constant = false,
): Graph {
  const build = new GraphBuilder('concat');
  const inputs = channels.map((c, i) => {
    const size: NHWC = [n, h, w, c];
    return constant && i === channels.length - 1
      ? build.constant('one', size, bytesOf(7, elements(size)), quantizedBy(0.05, -7))
      : build.input(`x${i}`, size, quantizedBy(0.05, -7));
  });
  build.output(build.add(concat, {}, inputs, { name: 'y', quantization: quantizedBy(0.05, -7) }));
  return build.build();
}

/** The order of a channel shuffle: [groups][channels / groups], transposed. */
export const shuffled = (channels: number, groups: number): number[] =>
  Array.from({ length: channels }, (_, c) => (c % groups) * (channels / groups) + Math.floor(c / groups));

export function transposeGraph(shape: NHWC, order: Three): Graph {
  const build = new GraphBuilder(`transpose ${order}`);
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  build.output(build.add(transpose, { order }, [x], { name: 'y', quantization: quantizedBy(0.05, -7) }));
  return build.build();
}

/** Every order of rows, columns and channels. */
export const orders: readonly Three[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

export interface Resizing {
  readonly to: readonly [h: number, w: number];
  readonly alignCorners?: boolean;
  readonly halfPixelCenters?: boolean;
  /** Of values that were uint8. */
  readonly unsigned?: boolean;
}

export const nearestGraph = (shape: NHWC, given: Resizing): Graph => resizeGraph('nearest', shape, given);
export const bilinearGraph = (shape: NHWC, given: Resizing): Graph => resizeGraph('bilinear', shape, given);

function resizeGraph(how: 'nearest' | 'bilinear', shape: NHWC, given: Resizing): Graph {
  const { to: size, alignCorners = false, halfPixelCenters = false, unsigned = false } = given;
  const build = new GraphBuilder(`${how} ${shape} to ${size}${unsigned ? ', unsigned' : ''}`);
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  const attributes = { size, alignCorners, halfPixelCenters };
  const y = { name: 'y', quantization: quantizedBy(0.05, -7) };
  build.output(
    how === 'nearest'
      ? build.add(resizeNearestNeighbor, attributes, [x], y)
      : build.add(resizeBilinear, { ...attributes, unsigned }, [x], y),
  );
  return build.build();
}

/** Every way of bilinear resizing. */
export const bilinearWays: readonly Omit<Resizing, 'to'>[] = [
  {},
  { alignCorners: true },
  { halfPixelCenters: true },
  { unsigned: true },
  { unsigned: true, alignCorners: true },
  { unsigned: true, halfPixelCenters: true },
];

export function softmaxGraph(shape: NHWC): Graph {
  const build = new GraphBuilder('softmax');
  const x = build.input('x', shape, quantizedBy(0.1, 20));
  build.output(build.add(softmax, { beta: 1 }, [x], { name: 'y', quantization: quantizedBy(1 / 256, -128) }));
  return build.build();
}

export function reluGraph(shape: NHWC, activation: Activation): Graph {
  const build = new GraphBuilder(activation);
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  build.output(build.add(relu, { activation }, [x], { name: 'y', quantization: quantizedBy(0.031, -100) }));
  return build.build();
}

export function leakyReluGraph(shape: NHWC, alpha: number): Graph {
  const build = new GraphBuilder(`leaky relu, ${alpha}`);
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  const quantization = quantizedBy(0.04, -20);
  build.output(build.add(leakyRelu, { alpha: Math.fround(alpha) }, [x], { name: 'y', quantization }));
  return build.build();
}

/** A slope for each channel, or one; the shifts of both multipliers follow from the scales. */
export function preluGraph(
  shape: NHWC,
  slopes: 'channel' | 'one' = 'channel',
  slopeScale = 0.01,
  yScale = 0.04,
): Graph {
  const build = new GraphBuilder(`prelu, ${slopes}, ${slopeScale} to ${yScale}`);
  const count = slopes === 'one' ? 1 : shape[3];
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  const values = build.constant('slopes', [1, 1, 1, count], bytesOf(5, count), quantizedBy(slopeScale, 11));
  build.output(build.add(prelu, {}, [x, values], { name: 'y', quantization: quantizedBy(yScale, -20) }));
  return build.build();
}

/** Functions of one value without attributes. */
export const functions: readonly Op<ElementwiseAttributes>[] = [logistic, tanh, hardSigmoid, swish, hardSwish];

export function functionGraph(shape: NHWC, op: Op<ElementwiseAttributes>): Graph {
  const build = new GraphBuilder(op.type);
  const x = build.input('x', shape, quantizedBy(0.05, 11));
  const { scale, zeroPoint } = op.operands.outputs[0]?.fixed ?? { scale: 0.04, zeroPoint: -90 };
  build.output(build.add(op, {}, [x], { name: 'y', quantization: quantizedBy(scale, zeroPoint) }));
  return build.build();
}

export function rescaleGraph(shape: NHWC): Graph {
  const build = new GraphBuilder('rescale');
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  build.output(build.add(rescale, {}, [x], { name: 'y', quantization: quantizedBy(0.031, 9) }));
  return build.build();
}

export function quantizeGraph(shape: NHWC, from: 'i8' | 'u8' = 'i8', to: 'i8' | 'u8' = 'i8'): Graph {
  const build = new GraphBuilder(`quantize ${from} to ${to}`);
  const x = build.input('x', shape, quantizedBy(0.05, from === 'u8' ? 120 : -7), { dtype: from });
  const quantization = quantizedBy(0.031, to === 'u8' ? 100 : 9);
  build.output(build.add(quantize, {}, [x], { name: 'y', dtype: to, quantization }));
  return build.build();
}

export function dequantizeGraph(shape: NHWC, from: 'i8' | 'u8' = 'i8'): Graph {
  const build = new GraphBuilder(`dequantize ${from}`);
  const x = build.input('x', shape, quantizedBy(0.05, from === 'u8' ? 120 : -7), { dtype: from });
  build.output(build.add(dequantize, {}, [x], { name: 'y', dtype: 'f32' }));
  return build.build();
}

export function quantizeRealGraph(shape: NHWC, to: 'i8' | 'u8' = 'i8'): Graph {
  const build = new GraphBuilder(`quantize f32 to ${to}`);
  const x = build.input('x', shape, undefined, { dtype: 'f32' });
  const quantization = quantizedBy(0.05, to === 'u8' ? 120 : -7);
  build.output(build.add(quantizeReal, {}, [x], { name: 'y', dtype: to, quantization }));
  return build.build();
}

export function argMaxGraph(
  shape: NHWC,
  of: 'max' | 'min' = 'max',
  from: 'i8' | 'u8' = 'i8',
  to: 'i32' | 'i64' = 'i32',
) {
  const build = new GraphBuilder(`arg ${of} ${from} to ${to}`);
  const x = build.input('x', shape, quantizedBy(0.05, 3), { dtype: from });
  build.output(build.add(argMax, { of }, [x], { name: 'y', dtype: to }));
  return build.build();
}

/** A reshape or a slice of real values that is a copy, between borders that make no views of it. */
export function copyRealGraph(shape: NHWC, to: NHWC, begin: Three, size: Three): Graph {
  const build = new GraphBuilder('copies of real values');
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  const real = build.add(dequantize, {}, [x], { dtype: 'f32' });
  const shaped = build.add(reshape, { shape: to }, [real], { dtype: 'f32' });
  build.output(build.add(slice, { begin, size }, [shaped], { name: 'y', dtype: 'f32' }));
  return build.build();
}
