import { nearestPlace, type ResizedAxis, realPosition } from '../../../arithmetic/resize-positions.ts';
import { numbersOf } from '../../nchw/constants.ts';
import { misfit } from '../../nchw/frame.ts';
import { type ResizeOptions, resizedMap } from '../../nchw/layers/maps.ts';
import { axesFrom } from '../../nchw/layers/reduction.ts';
import { shapeOfValue } from '../../nchw/value.ts';
import type { OnnxConverter, OnnxEntry, OnnxNode } from '../onnx-node.ts';

/** What the file says of a resize. */
interface Spelling {
  readonly nearest: boolean;
  readonly mode: string;
  readonly rounding: string;
}

/** One axis: sizes, and how far the next element of the output is, as its inverse. */
interface Axis {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

/** Which place of the input place `i` of the output is, by ONNX's definition of the mode. */
function place({ from, to, scale }: Axis, mode: string, i: number): number {
  switch (mode) {
    case 'half_pixel':
      return (i + 0.5) / scale - 0.5;
    case 'pytorch_half_pixel':
      return to > 1 ? (i + 0.5) / scale - 0.5 : 0;
    case 'half_pixel_symmetric': {
      const exact = from * scale;
      return (from / 2) * (1 - to / exact) + (i + 0.5) / scale - 0.5;
    }
    case 'align_corners':
      return to > 1 ? (i * (from - 1)) / (from * scale - 1) : 0;
    case 'asymmetric':
      return i / scale;
    case 'tf_half_pixel_for_nn':
      return (i + 0.5) / scale;
    default:
      return misfit(`its coordinate_transformation_mode is "${mode}"`);
  }
}

const roundings: Readonly<Record<string, (position: number) => number>> = {
  round_prefer_floor: (position) => Math.ceil(position - 0.5),
  round_prefer_ceil: (position) => Math.floor(position + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Positions are equal up to what float32 makes of them. */
const closeness = 1e-4;

const within = (position: number, from: number): number => Math.min(Math.max(position, 0), from - 1);

/** Whether an axis of a resize of this library reads what ONNX's does. */
function readsAlike(axis: Axis, { nearest, mode, rounding }: Spelling, corners: boolean, centers: boolean): boolean {
  const own: ResizedAxis = { from: axis.from, to: axis.to, alignCorners: corners, halfPixelCenters: centers };
  const round = roundings[rounding] ?? misfit(`its nearest_mode is "${rounding}"`);
  for (let i = 0; i < axis.to; i++) {
    const theirs = place(axis, mode, i);
    if (nearest) {
      if (within(round(theirs), axis.from) !== nearestPlace(own, i)) return false;
    } else if (Math.abs(within(theirs, axis.from) - within(realPosition(own, i), axis.from)) > closeness) return false;
  }
  return true;
}

const variants = [
  { alignCorners: false, halfPixelCenters: true },
  { alignCorners: false, halfPixelCenters: false },
  { alignCorners: true, halfPixelCenters: false },
] as const;

/** The resize of this library that reads the same rows and columns. */
function resized(
  node: OnnxNode,
  scales: readonly number[] | undefined,
  sizes: readonly number[] | undefined,
  spelling: Spelling,
) {
  const x = node.required(0);
  const shape = shapeOfValue(x);
  const axes = shape.map((from, axis): Axis => {
    const to = sizes ? sizes[axis] : Math.floor(from * (scales?.[axis] ?? 1));
    return { from, to, scale: sizes ? to / from : (scales?.[axis] ?? 1) };
  });
  if ((scales ?? sizes ?? []).length !== shape.length)
    misfit(`its sizes are not as many as the axes of [${shape.join(', ')}]`);
  if (axes.some(({ to }) => !(Number.isInteger(to) && to >= 1))) misfit('one of its sizes is below 1');
  if (axes.slice(0, 2).some(({ from, to }) => from !== to))
    misfit('it resizes the batch or channels (rows and columns)');
  const map = axes.slice(2);
  const fits = variants.find(({ alignCorners, halfPixelCenters }) =>
    map.every((axis) => readsAlike(axis, spelling, alignCorners, halfPixelCenters)),
  );
  if (!fits) {
    const what = `${spelling.mode}${spelling.nearest ? ` and ${spelling.rounding}` : ''}`;
    const [from, to] = [map.map((axis) => axis.from).join('×'), map.map((axis) => axis.to).join('×')];
    return misfit(`${what} from ${from} to ${to} is not supported (asymmetric, half_pixel or align_corners)`);
  }
  const options: ResizeOptions = {
    mode: spelling.nearest ? 'nearest' : 'bilinear',
    size: map.map(({ to }) => to),
    ...fits,
  };
  return resizedMap(node.frame, x, options);
}

function isNearest(node: OnnxNode): boolean {
  const mode = node.text('mode', 'nearest');
  if (mode !== 'nearest' && mode !== 'linear' && mode !== 'bilinear')
    misfit(`its mode is "${mode}" (nearest or linear)`);
  return mode === 'nearest';
}

const numbers = (node: OnnxNode, at: number, what: string): readonly number[] | undefined => {
  const given = node.constant(at, what);
  return given && given.data.length > 0 ? numbersOf(given) : undefined;
};

/** Sizes and scales of all axes, of which the file may list a few. */
function forAllAxes(node: OnnxNode, given: readonly number[] | undefined, otherwise: (axis: number) => number) {
  const shape = shapeOfValue(node.required(0));
  const own = node.ints('axes');
  if (!given || !own) return given;
  const axes = axesFrom(own, shape.length);
  return shape.map((_, axis) => (axes.includes(axis) ? given[axes.indexOf(axis)] : otherwise(axis)));
}

const convertResize: OnnxConverter = (node) => {
  const shape = shapeOfValue(node.required(0));
  const nearest = isNearest(node);
  if (node.opset < 11) {
    return resized(node, numbers(node, 1, 'scales'), undefined, { nearest, mode: 'asymmetric', rounding: 'floor' });
  }
  if (node.int('antialias', 0) !== 0) misfit('its attribute antialias is 1 (0)');
  const mode = node.text('coordinate_transformation_mode', 'half_pixel');
  const policy = node.text('keep_aspect_ratio_policy', 'stretch');
  const rounding = node.text('nearest_mode', 'round_prefer_floor');
  const scales = forAllAxes(node, numbers(node, 2, 'scales'), () => 1);
  let sizes = forAllAxes(node, numbers(node, 3, 'sizes'), (axis) => shape[axis]);
  if (!scales && !sizes) misfit('it has neither scales nor sizes');
  if (sizes && policy !== 'stretch') sizes = keptRatio(node, shape, sizes, policy);
  return resized(node, sizes ? undefined : scales, sizes, { nearest, mode, rounding });
};

/** One scale for all axes: the least or the greatest of theirs. */
function keptRatio(
  node: OnnxNode,
  shape: readonly number[],
  sizes: readonly number[],
  policy: string,
): readonly number[] {
  const axes = axesFrom(node.ints('axes') ?? shape.map((_, axis) => axis), shape.length);
  const ratios = axes.map((axis) => sizes[axis] / shape[axis]);
  if (policy !== 'not_larger' && policy !== 'not_smaller') misfit(`its keep_aspect_ratio_policy is "${policy}"`);
  const scale = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return shape.map((size, axis) => (axes.includes(axis) ? Math.round(size * scale) : size));
}

/** Scales were an attribute before opset 9. */
const convertUpsample: OnnxConverter = (node) => {
  const scales = node.floats('scales') ?? numbers(node, 1, 'scales') ?? misfit('its scales are missing');
  return resized(node, scales, undefined, { nearest: isNearest(node), mode: 'asymmetric', rounding: 'floor' });
};

export const resizes: Readonly<Record<string, OnnxEntry>> = {
  Resize: {
    attributes:
      'antialias axes coordinate_transformation_mode cubic_coeff_a exclude_outside extrapolation_value keep_aspect_ratio_policy mode nearest_mode'.split(
        ' ',
      ),
    convert: convertResize,
  },
  Upsample: { attributes: ['mode', 'scales'], convert: convertUpsample },
};
