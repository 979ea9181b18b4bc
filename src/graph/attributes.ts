import type { NHWC, Window2d } from './tensor.ts';

/** The clamp after an op, in real values: relu [0, ∞), relu6 [0, 6], reluN1To1 [−1, 1]. */
export type Activation = 'none' | 'relu' | 'relu6' | 'reluN1To1';

/**
 * How TFLite forms input scale · weight scale: in double for per-channel int8, rounded to float32 first for per-tensor
 * fully connected and for legacy uint8. One wrong bit here is one wrong output byte somewhere.
 */
export type ScaleProduct = 'f64' | 'f32';

/** Inputs: x NHWC, weights OHWI with I = channels of x / groups, bias i32 [O] (optional). */
export interface Conv2dAttributes extends Window2d {
  readonly groups: number;
  readonly activation: Activation;
  readonly scaleProduct: ScaleProduct;
}

/** Inputs: x NHWC, weights HWC (C = channels of y), bias i32 [C] (optional). Depth multiplier = channels of y / of x. */
export interface DepthwiseConv2dAttributes extends Window2d {
  readonly activation: Activation;
  readonly scaleProduct: ScaleProduct;
}

/**
 * Inputs: x NHWC, weights [O, I], bias i32 [O] (optional). Where the channels of x are I, every pixel is one row of the
 * product and y is [1, h, w, O]; else I must be h·w·c, in NHWC order, and y is [1, 1, 1, O].
 */
export interface FullyConnectedAttributes {
  readonly activation: Activation;
  readonly scaleProduct: ScaleProduct;
}

/** Inputs: a and b, one of which may have any of h, w and c 1, and is then broadcast; either may be constant. */
export interface AddAttributes {
  readonly activation: Activation;
}

export interface AveragePool2dAttributes extends Window2d {
  readonly window: readonly [h: number, w: number];
  readonly activation: Activation;
  /** Where halves of the mean of raw values go: away from zero unless 'up', as in legacy uint8, whose values have no sign. */
  readonly rounding?: 'up';
}

/** Of a mean, and of a sum. */
export interface MeanAttributes {
  readonly axes: 'hw' | 'c';
}

/** Elements of zero point put before and after each axis of x. */
export interface PadAttributes {
  readonly before: readonly [h: number, w: number, c: number];
  readonly after: readonly [h: number, w: number, c: number];
}

export interface ReshapeAttributes {
  readonly shape: NHWC;
}

/** Over channels. beta multiplies the logits. */
export interface SoftmaxAttributes {
  readonly beta: number;
}

/** Requantisation between any two of int8 and uint8. */
export type QuantizeAttributes = Record<string, never>;

/** From float32 to int8 or uint8, or back. */
export type RealAttributes = Record<string, never>;

/** Over channels: the greatest value's index, or the least one's. */
export interface ArgMaxAttributes {
  readonly of: 'max' | 'min';
}

/** Per channel: y = (x − mean) / √(variance + eps) · weight + bias. Inputs: x, weight, bias, mean, variance, each [c]. */
export interface BatchNormAttributes {
  readonly eps: number;
}

/** A clamp that stands alone: ReLU, ReLU6, ReLU from −1 to 1. */
export interface ReluAttributes {
  readonly activation: Activation;
}

/** Inputs: a and b, one of which may have any of h, w and c 1, and is then broadcast; either may be constant. */
export interface MulAttributes {
  readonly activation: Activation;
}

/** y = x above 0, alpha · x below. A float32 value. */
export interface LeakyReluAttributes {
  readonly alpha: number;
}

/** Inputs: a and b, broadcast as for an addition; y = a − b. */
export interface SubAttributes {
  readonly activation: Activation;
}

/** A function of one value without parameters: logistic, tanh, swish, an exponential. */
export type ElementwiseAttributes = Record<string, never>;

/** Whether Φ is approximated by tanh. */
export interface GeluAttributes {
  readonly approximate: boolean;
}

/** y's quantised value of each of x's, from −128 to 127. */
export interface LookupAttributes {
  readonly table: readonly number[];
}

/** A float32 value. */
export interface PowAttributes {
  readonly exponent: number;
}

export interface MaxPool2dAttributes extends Window2d {
  readonly window: readonly [h: number, w: number];
  readonly activation: Activation;
}

/** The part of x that begins at `begin` and has `size` elements along each axis. */
export interface SliceAttributes {
  readonly begin: readonly [h: number, w: number, c: number];
  readonly size: readonly [h: number, w: number, c: number];
}

/** Any number of inputs with the same map: their channels one after the other. */
export type ConcatAttributes = Record<string, never>;

/**
 * y[…, c] = (x ++ x2)[…, order[c]]: channels of one tensor, or of two laid side by side, in any order. A channel shuffle is
 * one of a permutation, a concatenation of two tensors one of 0, 1, 2 …
 */
export interface SelectChannelsAttributes {
  readonly order: readonly number[];
}

/** Axis k of y is axis order[k] of x; axes are 0 rows, 1 columns, 2 channels. */
export interface TransposeAttributes {
  readonly order: readonly [h: number, w: number, c: number];
}

/** Which rows and columns of x those of y are: `size` is y's. Both flags together are for the nearest neighbor alone. */
export interface ResizeAttributes {
  readonly size: readonly [h: number, w: number];
  /** The first and the last of x and y lie on each other. */
  readonly alignCorners: boolean;
  /** Rows and columns are the middles of cells. */
  readonly halfPixelCenters: boolean;
}

/** unsigned: quantised values were uint8 in the file, 128 more than they are here, and TFLite mixes those in float32. */
export interface ResizeBilinearAttributes extends ResizeAttributes {
  readonly unsigned: boolean;
}

/**
 * Inputs: x NHWC, weights OHWI with I = channels of x, bias i32 [O] (optional). `size` is that of y; `crop` says how many
 * rows and columns of the whole result, which begins with the first tap of the first pixel, lie before it.
 */
export interface TransposeConv2dAttributes {
  readonly stride: readonly [h: number, w: number];
  readonly crop: readonly [top: number, left: number];
  readonly size: readonly [h: number, w: number];
  readonly activation: Activation;
  readonly scaleProduct: ScaleProduct;
}
