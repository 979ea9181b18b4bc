import { arrayOf, type Values } from '../format/values.ts';

/** Axis orders, labelled: an activation is NHWC, convolution weights are OHWI, depthwise weights HWC. */
export type NHWC = readonly [n: number, h: number, w: number, c: number];
export type OHWI = readonly [o: number, h: number, w: number, i: number];
export type HWC = readonly [h: number, w: number, c: number];

/** The type of the values of a tensor: integers (i, u), reals (f) and their bits, or booleans. */
export type DType = 'i8' | 'u8' | 'i16' | 'i32' | 'i64' | 'f16' | 'f32' | 'bool';

/**
 * real = scale · (q − zeroPoint). Scales are float32 values (held in doubles). One entry is per tensor; several are per
 * index of `axis`, an axis of the tensor's shape in this graph.
 */
export interface Quantization {
  /** Real values of one step: one, or one for each channel. */
  readonly scale: readonly number[];
  /** Quantised values of real 0: as many as scales. */
  readonly zeroPoint: readonly number[];
  /** The axis of the channels that the scales belong to. */
  readonly axis: number;
}

/** An index into `Graph.tensors`; −1 is an optional input that is not given. */
export type TensorId = number;

/** A tensor of a graph: an activation (`data` absent) or a constant (`data` present). */
export interface Tensor<Shape extends readonly number[] = readonly number[]> {
  /** The name in the user's file. */
  readonly name: string;
  /** The type of its values. */
  readonly dtype: DType;
  /** Activations are NHWC with n = 1 (a batch runs the network once per image); constants have the shape their op gives them. */
  readonly shape: Shape;
  /** The shape in the user's file, batch included: what `inputs` and `outputs` of a model show. */
  readonly fileShape: readonly number[];
  /** The shape as the user has it, where its axes are in another order than here: channels before rows. Absent: `fileShape`. */
  readonly userShape?: readonly number[];
  /** False for a tensor without a batch axis (rank 0 or 1 in the file): given once, reused for every image. */
  readonly perImage: boolean;
  /** Scales and zero points; absent for float values and indices. */
  readonly quantization?: Quantization;
  /** Row-major values of a constant. */
  readonly data?: Values;
}

export interface Padding {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export const noPadding: Padding = { top: 0, left: 0, bottom: 0, right: 0 };

/** The geometry of a sliding window, in rows and columns: always four explicit paddings, never SAME or VALID. */
export interface Window2d {
  readonly stride: readonly [h: number, w: number];
  readonly dilation: readonly [h: number, w: number];
  readonly padding: Padding;
}

/** Rows (or columns) between the first and the last tap of a dilated window, both included. */
export const effectiveWindow = (taps: number, dilation: number): number => (taps - 1) * dilation + 1;

/** How many windows fit along one axis; 0 or less when the padded input is smaller than the window. */
export function windowCount(
  size: number,
  taps: number,
  stride: number,
  dilation: number,
  before: number,
  after: number,
): number {
  return Math.floor((size + before + after - effectiveWindow(taps, dilation)) / stride) + 1;
}

/** An array for the values of a tensor. Throws an Error where no array holds its type. */
export function roomFor({ name, dtype, shape }: Tensor): Values {
  const array = arrayOf(dtype);
  if (!array) throw new Error(`tensor "${name}" is ${dtype}, which no array holds`);
  return new array(elements(shape));
}

export const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** The single scale of a per-tensor quantised tensor. Throws where the tensor has none. */
export function perTensor(tensor: Tensor): { readonly scale: number; readonly zeroPoint: number } {
  const { quantization } = tensor;
  if (quantization?.scale.length !== 1) {
    throw new Error(`tensor "${tensor.name}" has ${quantization?.scale.length ?? 0} scales where one is needed`);
  }
  return { scale: quantization.scale[0], zeroPoint: quantization.zeroPoint[0] ?? 0 };
}
