import { int32Bytes, type WriteOperator, type WriteTensor, writeTflite } from '../import/write-tflite.ts';
import { randomOf } from './values.ts';

/**
 * A small int8 network, as a file and as what another runtime makes of it: conv1 3×3, conv2 3×3 with stride 2, flatten, fc.
 * The runtime is written for this network alone, with a switch for every mistake that it can make; it shares no code with
 * the references.
 */
export interface Faults {
  /** Rows and columns before the map of conv2, and after it. Of SAME they are 0 and 1. */
  readonly before?: number;
  readonly after?: number;
  /** conv1 and conv2 pad with raw 0 in place of the zero point. */
  readonly rawZero?: boolean;
  /** One rounding in place of two. */
  readonly singleRounding?: boolean;
  /** The map is flattened channels first, though fc counts channels last. */
  readonly channelsFirst?: boolean;
  /** Nothing is clamped at 6 in conv1. */
  readonly unclamped?: boolean;
  /** conv1 takes its input's zero point for 0. */
  readonly noZeroPoint?: boolean;
}

/** Of the image: large enough for values that lie on ties. */
const size = 24;
const half = size / 2;
const random = randomOf(17);
const weightsOf = (count: number): Int8Array =>
  Int8Array.from({ length: count }, () => Math.floor(random() * 255) - 127);
const biasOf = (count: number): Int32Array =>
  Int32Array.from({ length: count }, () => Math.floor(random() * 4000) - 2000);
const scalesOf = (count: number, around: number): number[] =>
  Array.from({ length: count }, () => Math.fround(around * (0.5 + random())));

const x = { name: 'image', scale: 0.05, zero: -7, channels: 3 };
const conv1 = {
  name: 'net/conv1/Relu6',
  scale: 0.03,
  zero: -128,
  channels: 4,
  weights: weightsOf(4 * 9 * 3),
  bias: biasOf(4),
  scales: scalesOf(4, 0.01),
};
const conv2 = {
  name: 'net/conv2/Conv',
  scale: 0.04,
  zero: 5,
  channels: 6,
  weights: weightsOf(6 * 9 * 4),
  bias: biasOf(6),
  scales: scalesOf(6, 0.006),
};
const flat = { name: 'net/flatten', count: half * half * 6 };
const fc = {
  name: 'net/fc',
  scale: 0.05,
  zero: -3,
  channels: 5,
  weights: weightsOf(5 * half * half * 6),
  bias: biasOf(5),
  scale0: Math.fround(0.0015),
};

export const names = { image: x.name, conv1: conv1.name, conv2: conv2.name, flat: flat.name, fc: fc.name };

/** An image that fills the range. */
export const imageOf = (seed = 5): Int8Array => {
  const values = randomOf(seed);
  return Int8Array.from({ length: size * size * x.channels }, () => Math.floor(values() * 256) - 128);
};

const real = Math.fround;

export interface Variations {
  /** conv2 pads one row and column on every side, by a PAD of its own. */
  readonly padded?: boolean;
  /** Weights of fc are those of a map that is flattened channels first. */
  readonly flattenFirst?: boolean;
  /** conv1 clamps at 0 alone. */
  readonly relu?: boolean;
  /** Another name of what conv2 makes. */
  readonly conv2?: string;
}

/** The network as a .tflite. */
export function smallTflite(options: Variations = {}): Uint8Array {
  const activation = (name: string, shape: readonly number[], scale: number, zero: number): WriteTensor => ({
    name,
    shape,
    scale: [real(scale)],
    zeroPoint: [zero],
  });
  const weights = (name: string, shape: readonly number[], data: Int8Array, scale: readonly number[]): WriteTensor => ({
    name,
    shape,
    scale,
    zeroPoint: scale.map(() => 0),
    bytes: new Uint8Array(data.buffer),
  });
  const bias = (name: string, data: Int32Array): WriteTensor => ({
    name,
    shape: [data.length],
    type: 'int32',
    bytes: int32Bytes([...data]),
  });
  const tensors: WriteTensor[] = [
    activation(x.name, [1, size, size, 3], x.scale, x.zero),
    weights('conv1/w', [4, 3, 3, 3], conv1.weights, conv1.scales),
    bias('conv1/b', conv1.bias),
    activation(conv1.name, [1, size, size, 4], conv1.scale, conv1.zero),
    weights('conv2/w', [6, 3, 3, 4], conv2.weights, conv2.scales),
    bias('conv2/b', conv2.bias),
    activation(options.conv2 ?? conv2.name, [1, half, half, 6], conv2.scale, conv2.zero),
    activation(flat.name, [1, flat.count], conv2.scale, conv2.zero),
    weights('fc/w', [5, flat.count], options.flattenFirst ? channelsFirstWeights() : fc.weights, [fc.scale0]),
    bias('fc/b', fc.bias),
    activation(fc.name, [1, 5], fc.scale, fc.zero),
  ];
  const conv = (stride: number, clamp: number, padding: number) =>
    ({
      optionsType: 1,
      options: [
        [0, 'int8', padding],
        [1, 'int32', stride],
        [2, 'int32', stride],
        [3, 'int8', clamp],
      ],
    }) as const;
  const [same, valid, none, relu, relu6] = [0, 1, 0, 1, 3];
  const operators: WriteOperator[] = [
    { name: 'CONV_2D', inputs: [0, 1, 2], outputs: [3], ...conv(1, options.relu ? relu : relu6, same) },
    { name: 'CONV_2D', inputs: [3, 4, 5], outputs: [6], ...conv(2, none, same) },
    { name: 'RESHAPE', inputs: [6], outputs: [7] },
    { name: 'FULLY_CONNECTED', inputs: [7, 8, 9], outputs: [10], optionsType: 8, options: [] },
  ];
  if (options.padded) {
    tensors.push(
      { name: 'paddings', shape: [4, 2], type: 'int32', bytes: int32Bytes([0, 0, 1, 1, 1, 1, 0, 0]) },
      activation('net/pad', [1, size + 2, size + 2, 4], conv1.scale, conv1.zero),
    );
    operators.splice(
      1,
      1,
      { name: 'PAD', inputs: [3, 11], outputs: [12] },
      { name: 'CONV_2D', inputs: [12, 4, 5], outputs: [6], ...conv(2, none, valid) },
    );
  }
  return writeTflite({ tensors, operators, inputs: [0], outputs: [10] });
}

/** Weights of fc for a map that is flattened channels first. */
function channelsFirstWeights(): Int8Array {
  const [pixels, channels] = [half * half, 6];
  return fc.weights.map((_, i) => {
    const [o, k] = [Math.floor(i / flat.count), i % flat.count];
    return fc.weights[o * flat.count + (k % pixels) * channels + Math.floor(k / pixels)] as number;
  });
}

/** acc · factor rounded to a whole number, in one rounding or as gemmlowp does it in two. */
function requantized(acc: number, factor: number, single: boolean): number {
  let [mantissa, exponent] = [factor, 0];
  while (mantissa >= 1) [mantissa, exponent] = [mantissa / 2, exponent + 1];
  while (mantissa < 0.5) [mantissa, exponent] = [mantissa * 2, exponent - 1];
  const product = BigInt(acc) * BigInt(Math.round(mantissa * 2 ** 31));
  const right = BigInt(-exponent);
  if (single) return Number((product + (1n << (30n + right))) >> (31n + right));
  const high = (product + (1n << 30n)) >> 31n;
  if (right === 0n) return Number(high);
  const tie = 1n << (right - 1n);
  return Number(high < 0n ? -((-high + tie) >> right) : (high + tie) >> right);
}

const clamped = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** The tensors that a runtime with these faults makes of an image. */
export function otherRuntime(
  image: Int8Array,
  faults: Faults = {},
): ReadonlyMap<string, { readonly shape: readonly number[]; readonly values: Int8Array }> {
  const {
    before = 0,
    after = 1,
    rawZero = false,
    singleRounding = false,
    channelsFirst,
    unclamped,
    noZeroPoint,
  } = faults;
  const convolve = (
    input: Int8Array,
    [side, ins]: readonly [number, number],
    layer: typeof conv1,
    [from, stride, outSide]: readonly [number, number, number],
    of: { readonly scale: number; readonly zero: number },
    [low, top]: readonly [number, number],
  ): Int8Array => {
    const y: number[] = [];
    for (let row = 0; row < outSide; row++)
      for (let column = 0; column < outSide; column++)
        for (let o = 0; o < layer.channels; o++) {
          let acc = layer.bias[o] as number;
          for (let i = 0; i < 9; i++)
            for (let k = 0; k < ins; k++) {
              const [r, c] = [row * stride - from + Math.floor(i / 3), column * stride - from + (i % 3)];
              const outside = r < 0 || c < 0 || r >= side || c >= side;
              const value = outside ? (rawZero ? 0 : of.zero) : (input[(r * side + c) * ins + k] as number);
              acc += (value - of.zero) * (layer.weights[(o * 9 + i) * ins + k] as number);
            }
          const factor = (real(of.scale) * (layer.scales[o] as number)) / real(layer.scale);
          y.push(clamped(requantized(acc, factor, singleRounding) + layer.zero, low, top));
        }
    return Int8Array.from(y);
  };
  const six = clamped(conv1.zero + Math.round(6 / conv1.scale), -128, 127);
  const a = convolve(image, [size, 3], conv1, [1, 1, size], noZeroPoint ? { ...x, zero: 0 } : x, [
    conv1.zero,
    unclamped ? 127 : six,
  ]);
  const b = convolve(
    a,
    [size, 4],
    conv2,
    [before, 2, Math.floor((size + before + after - 3) / 2) + 1],
    conv1,
    [-128, 127],
  );
  const order = channelsFirst
    ? Int8Array.from(b, (_, i) => b[(i % (half * half)) * 6 + Math.floor(i / (half * half))] as number)
    : b;
  const factor = real(real(conv2.scale) * fc.scale0) / real(fc.scale);
  const y = Int8Array.from({ length: 5 }, (_, o) => {
    let acc = fc.bias[o] as number;
    for (let k = 0; k < flat.count; k++)
      acc += ((order[k] as number) - conv2.zero) * (fc.weights[o * flat.count + k] as number);
    return clamped(requantized(acc, factor, singleRounding) + fc.zero, -128, 127);
  });
  return new Map([
    [x.name, { shape: [1, size, size, 3], values: image }],
    [conv1.name, { shape: [1, size, size, 4], values: a }],
    [conv2.name, { shape: [1, half, half, 6], values: b }],
    [flat.name, { shape: [1, flat.count], values: order }],
    [fc.name, { shape: [1, 5], values: y }],
  ]);
}
