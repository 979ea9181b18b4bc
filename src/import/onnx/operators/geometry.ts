import type { Padding } from '../../../graph/tensor.ts';
import { misfit } from '../../nchw/frame.ts';
import type { OnnxNode } from '../onnx-node.ts';

export type Pair = readonly [h: number, w: number];

/** A number for rows and one for columns, of as many as a map has axes; of one axis they are those of columns. */
export function pairOf(values: readonly number[], spatial: number, what: string, single: number): Pair {
  if (values.length !== spatial) misfit(`its ${what} [${values.join(', ')}] are not as many as its map has axes`);
  return spatial === 1 ? [single, values[0]] : [values[0], values[1]];
}

/** The sizes of windows and how they lie, of an operator over a map of `size`. */
export interface Windows {
  readonly window: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly padding: Padding;
}

/** Axes of a map behind batch and channels: 2, or 1 without rows. */
export function spatialAxes(shape: readonly number[]): number {
  const axes = shape.length - 2;
  return axes === 1 || axes === 2
    ? axes
    : misfit(`its input has ${shape.length} axes (4: batch, channels, height, width; or 3)`);
}

/** The rows and columns of a map [n, c, h, w], or [n, c, w]. */
export const mapSize = (shape: readonly number[]): Pair => (shape.length === 3 ? [1, shape[2]] : [shape[2], shape[3]]);

/** Padding by pads of the file: beginnings of all axes, then ends. */
export function explicitPadding(node: OnnxNode, spatial: number): Padding {
  const pads = node.ints('pads') ?? new Array<number>(2 * spatial).fill(0);
  if (pads.length !== 2 * spatial) misfit(`its pads [${pads.join(', ')}] are not two for each axis of its map`);
  if (pads.some((pad) => pad < 0)) misfit(`its pads [${pads.join(', ')}] are below 0`);
  const [top, left] = pairOf(pads.slice(0, spatial), spatial, 'pads', 0);
  const [bottom, right] = pairOf(pads.slice(spatial), spatial, 'pads', 0);
  return { top, left, bottom, right };
}

/** `total` rows or columns, of which the odd one is at the end where `upper`. */
export const halves = (total: number, upper: boolean): readonly [begin: number, end: number] => {
  const less = Math.floor(total / 2);
  return upper ? [less, total - less] : [total - less, less];
};

export const autoPadOf = (node: OnnxNode): string => node.text('auto_pad', 'NOTSET');

/** Attributes of windows over a map. Throws Misfit for those that do not go together. */
export function windowsOf(node: OnnxNode, shape: readonly number[], window: readonly number[]): Windows {
  const spatial = spatialAxes(shape);
  const ones = new Array<number>(spatial).fill(1);
  const size = pairOf(window, spatial, 'kernel_shape', 1);
  const stride = pairOf(node.ints('strides') ?? ones, spatial, 'strides', 1);
  const dilation = pairOf(node.ints('dilations') ?? ones, spatial, 'dilations', 1);
  if ([...size, ...stride, ...dilation].some((each) => each < 1)) misfit('a window, stride or dilation is below 1');
  return {
    window: size,
    stride,
    dilation,
    padding: paddingOf(node, mapSize(shape), { window: size, stride, dilation }, spatial),
  };
}

function paddingOf(
  node: OnnxNode,
  map: Pair,
  { window, stride, dilation }: Omit<Windows, 'padding'>,
  spatial: number,
): Padding {
  const word = autoPadOf(node);
  if (word === 'NOTSET') return explicitPadding(node, spatial);
  if (word === 'VALID') return { top: 0, left: 0, bottom: 0, right: 0 };
  if (word !== 'SAME_UPPER' && word !== 'SAME_LOWER') return misfit(`its auto_pad is "${word}"`);
  const [rows, columns] = ([0, 1] as const).map((axis) => {
    const count = Math.ceil(map[axis] / stride[axis]);
    const taps = (window[axis] - 1) * dilation[axis] + 1;
    return halves(Math.max(0, (count - 1) * stride[axis] + taps - map[axis]), word === 'SAME_UPPER');
  });
  return { top: rows[0], left: columns[0], bottom: rows[1], right: columns[1] };
}
