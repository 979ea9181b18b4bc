import { noPadding, type Padding } from '../../../graph/tensor.ts';
import { averagePool2d } from '../../../ops/average-pool2d.ts';
import { depthwiseConv2d } from '../../../ops/depthwise-conv2d.ts';
import { maxPool2d } from '../../../ops/max-pool2d.ts';
import { pad } from '../../../ops/pad.ts';
import { type Frame, misfit } from '../frame.ts';
import type { Activation, Value } from '../value.ts';
import { mapOf } from './convolution.ts';
import { reduced } from './reduction.ts';

type Pair = readonly [h: number, w: number];

export interface PoolOptions {
  readonly window: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
  /** Sizes of the output are rounded up: windows may begin in the map or its padding and end beyond. */
  readonly ceil: boolean;
}

export interface AveragePoolOptions extends Omit<PoolOptions, 'dilation'> {
  /** Absent: 1. */
  readonly dilation?: Pair;
  /** Zeros of the padding count in the mean; those that rounding up adds never do. */
  readonly countsPadding: boolean;
}

/** Padding at the end with which a window that is counted down gives as many outputs. */
function endPadding(size: number, taps: number, stride: number, before: number, after: number, ceil: boolean): number {
  const room = size + before + after - taps;
  if (room < 0) return after;
  let count = (ceil ? Math.ceil(room / stride) : Math.floor(room / stride)) + 1;
  if (ceil && (count - 1) * stride >= size + before) count--;
  return Math.max(0, (count - 1) * stride + taps - size - before);
}

function geometryOf([, h, w]: readonly number[], { window, stride, padding, dilation, ceil }: PoolOptions) {
  const taps = window.map((size, axis) => (size - 1) * dilation[axis] + 1);
  const { top, left } = padding;
  const bottom = endPadding(h, taps[0], stride[0], top, padding.bottom, ceil);
  const right = endPadding(w, taps[1], stride[1], left, padding.right, ceil);
  return { window, stride, dilation, padding: { top, left, bottom, right }, activation: 'none' } as const;
}

/** The greatest value of each window; padding never wins. */
export function maxPool(frame: Frame, value: Value | undefined, options: PoolOptions): Activation {
  const x = frame.image(frame.computed(value));
  return mapOf(frame, frame.emit(maxPool2d, geometryOf(frame.shapeOf(x), options), [x.id]), x);
}

/** The mean of each window. A border that counts is laid around the map first. */
export function averagePool(frame: Frame, value: Value | undefined, given: AveragePoolOptions): Activation {
  const options = { ...given, dilation: given.dilation ?? ([1, 1] as const) };
  const x = frame.image(frame.computed(value));
  if (options.dilation.some((each) => each !== 1)) return dilatedMean(frame, x, options);
  const { top, left, bottom, right } = options.padding;
  if (!options.countsPadding || top + left + bottom + right === 0) {
    return mapOf(frame, frame.emit(averagePool2d, geometryOf(frame.shapeOf(x), options), [x.id]), x);
  }
  const geometry = geometryOf(frame.shapeOf(x), options);
  const border = { before: [top, left, 0], after: [bottom, right, 0] } as const;
  const padded = frame.emit(pad, border, [x.id], frame.typeOf(x.id));
  const beyond = {
    ...noPadding,
    bottom: Math.max(0, geometry.padding.bottom - bottom),
    right: Math.max(0, geometry.padding.right - right),
  };
  return mapOf(frame, frame.emit(averagePool2d, { ...geometry, padding: beyond }, [padded]), x);
}

/** A mean of cells that lie apart is a product with equal weights; all windows must have as many cells that count. */
function dilatedMean(frame: Frame, x: Activation, options: PoolOptions & AveragePoolOptions): Activation {
  const [, h, w, c] = frame.shapeOf(x);
  const { window, stride, dilation, padding } = geometryOf([1, h, w, c], options);
  const { top, left, bottom, right } = options.padding;
  const isWhole = padding.bottom <= bottom && padding.right <= right;
  if (!isWhole || (!options.countsPadding && top + left + bottom + right > 0)) {
    misfit('a dilated window over padding that does not count is not supported (no padding, or count_include_pad)');
  }
  const cells = window[0] * window[1];
  const weights = frame.constant('mean', [...window, c], new Float32Array(cells * c).fill(1 / cells));
  const geometry = { stride, dilation, padding, activation: 'none', scaleProduct: 'f64' } as const;
  return mapOf(frame, frame.emit(depthwiseConv2d, geometry, [x.id, weights, -1]), x);
}

/** The mean of windows that split the map into `size` parts; only where these are windows of one size and distance. */
export function adaptiveAveragePool(
  frame: Frame,
  value: Value | undefined,
  size: readonly (number | undefined)[],
): Activation {
  const x = frame.image(frame.computed(value));
  const [, h, w] = frame.shapeOf(x);
  const [oh, ow] = [size[0] ?? h, size[1] ?? w];
  const rank = x.layout.axes.length;
  if (oh === 1 && ow === 1) return reduced(frame, 'mean', x, rank === 4 ? [2, 3] : [2], true);
  if (oh === h && ow === w) return x;
  const rows = windowsOf(h, oh);
  const columns = windowsOf(w, ow);
  if (!rows || !columns) return misfit(`${h}×${w} into ${oh}×${ow} takes windows of several sizes (parts of one size)`);
  const [window, stride] = [[rows.window, columns.window] as const, [rows.stride, columns.stride] as const];
  const geometry = { window, stride, dilation: [1, 1], padding: noPadding, activation: 'none' } as const;
  return mapOf(frame, frame.emit(averagePool2d, geometry, [x.id]), x);
}

/** Part i is from ⌊i · from / to⌋ to ⌈(i + 1) · from / to⌉. */
function windowsOf(from: number, to: number): { window: number; stride: number } | undefined {
  const begins = Array.from({ length: to }, (_, i) => Math.floor((i * from) / to));
  const sizes = begins.map((begin, i) => Math.ceil(((i + 1) * from) / to) - begin);
  const stride = to > 1 ? begins[1] : 1;
  const regular = sizes.every((size) => size === sizes[0]) && begins.every((begin, i) => begin === i * stride);
  return regular && stride > 0 ? { window: sizes[0], stride } : undefined;
}
