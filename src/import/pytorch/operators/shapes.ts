import { joinedConstants, partOfConstant } from '../../nchw/constants.ts';
import { misfit } from '../../nchw/frame.ts';
import { padded } from '../../nchw/layers/maps.ts';
import { joinedTensors, type Part, part } from '../../nchw/layers/parts.ts';
import { axesFrom, reduced } from '../../nchw/layers/reduction.ts';
import { flattenedShape, permutedBy, reshapedTo, squeezed, unsqueezed } from '../../nchw/layers/shape.ts';
import { shapeOfValue, type Value } from '../../nchw/value.ts';
import type { AtenConverter, AtenEntry, AtenNode } from '../aten-node.ts';

const self = (node: AtenNode): Value => node.required('self');
const axisOf = (node: AtenNode, value: Value, name = 'dim', otherwise = 0): number =>
  axesFrom([node.number(name, otherwise)], shapeOfValue(value).length)[0];

const reshape =
  (name: string): AtenConverter =>
  (node) =>
    reshapedTo(node.frame, self(node), node.numbers(name));

const convertFlatten: AtenConverter = (node) =>
  reshapedTo(
    node.frame,
    self(node),
    flattenedShape(self(node), node.number('start_dim', 0), node.number('end_dim', -1)),
  );

const convertUnflatten: AtenConverter = (node) => {
  const shape = shapeOfValue(self(node));
  const axis = axisOf(node, self(node));
  const sizes = node.numbers('sizes');
  const open = sizes.indexOf(-1);
  const known = sizes.filter((size) => size !== -1).reduce((product, size) => product * size, 1);
  const full = sizes.map((size, i) => (i === open ? shape[axis] / known : size));
  return reshapedTo(node.frame, self(node), [...shape.slice(0, axis), ...full, ...shape.slice(axis + 1)]);
};

/** Axes `dim0` and `dim1` change places. */
const convertTranspose: AtenConverter = (node) => {
  const x = self(node);
  const [a, b] = [axisOf(node, x, 'dim0'), axisOf(node, x, 'dim1', 1)];
  return permutedBy(
    x,
    shapeOfValue(x).map((_, axis) => (axis === a ? b : axis === b ? a : axis)),
  );
};

const convertT: AtenConverter = (node) =>
  permutedBy(
    self(node),
    shapeOfValue(self(node))
      .map((_, axis) => axis)
      .reverse(),
  );

const convertMovedim: AtenConverter = (node) => {
  const rank = shapeOfValue(self(node)).length;
  const [from, to] = [axesFrom(node.numbers('source'), rank), axesFrom(node.numbers('destination'), rank)];
  const left = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !from.includes(axis));
  const order = Array.from({ length: rank }, (_, k) =>
    to.includes(k) ? from[to.indexOf(k)] : (left.shift() as number),
  );
  return permutedBy(self(node), order);
};

const convertSqueeze: AtenConverter = (node) => {
  const all = shapeOfValue(self(node)).map((_, axis) => axis);
  return squeezed(node.frame, self(node), node.has('dim') ? node.numbers('dim') : all);
};

/** A part of an axis, of a constant or of what is computed. */
function partOf(node: AtenNode, value: Value, axis: number, begin: number, count: number, step = 1): Value {
  if (value.kind === 'constant') return partOfConstant(value, axis, begin, count, step);
  return part(node.frame, value, { axis, begin, count, step });
}

/** Python's slice: what is beyond an end is cut, what is less than 0 counts from the end. */
function sliceOf(node: AtenNode, x: Value): Part {
  const axis = axisOf(node, x);
  const size = shapeOfValue(x)[axis];
  const within = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
  const [begin, end, step] = [
    within(node.number('start', 0)),
    within(node.number('end', size)),
    node.number('step', 1),
  ];
  return { axis, begin, count: Math.max(0, Math.ceil((end - begin) / step)), step };
}

const convertSlice: AtenConverter = (node) => {
  const { axis, begin, count, step } = sliceOf(node, self(node));
  return partOf(node, self(node), axis, begin, count, step);
};

const convertNarrow: AtenConverter = (node) =>
  partOf(node, self(node), axisOf(node, self(node)), node.number('start'), node.number('length'));

/** Where an index of an axis is. */
function indexOf(value: Value, axis: number, index: number): number {
  const size = shapeOfValue(value)[axis];
  const at = index < 0 ? index + size : index;
  return at >= 0 && at < size ? at : misfit(`index ${index} is not within the ${size} of axis ${axis}`);
}

/** One index of an axis, which goes. */
const selectedFrom = (node: AtenNode, value: Value, axis: number, index: number): Value =>
  squeezed(node.frame, partOf(node, value, axis, indexOf(value, axis, index), 1), [axis]);

const convertSelect: AtenConverter = (node) =>
  selectedFrom(node, self(node), axisOf(node, self(node)), node.number('index'));

const convertUnbind: AtenConverter = (node) => {
  const axis = axisOf(node, self(node));
  return Array.from({ length: shapeOfValue(self(node))[axis] }, (_, i) => selectedFrom(node, self(node), axis, i));
};

function partsOf(node: AtenNode, sizes: readonly number[]): readonly Value[] {
  const axis = axisOf(node, self(node));
  const whole = shapeOfValue(self(node))[axis];
  const sum = sizes.reduce((total, size) => total + size, 0);
  if (sum !== whole) misfit(`parts of ${sizes.join(', ')} are not the ${whole} of axis ${axis}`);
  let begin = 0;
  return sizes.map((size) => {
    begin += size;
    return partOf(node, self(node), axis, begin - size, size);
  });
}

/** Parts of one size, the last of which may be smaller. */
function equalParts(node: AtenNode, size: number): readonly Value[] {
  const whole = shapeOfValue(self(node))[axisOf(node, self(node))];
  if (!(size >= 1)) misfit(`parts of ${size} (1 or more)`);
  const count = Math.max(1, Math.ceil(whole / size));
  return partsOf(
    node,
    Array.from({ length: count }, (_, i) => Math.min(size, whole - i * size)),
  );
}

const convertSplit: AtenConverter = (node) => {
  const name = node.has('split_sizes') ? 'split_sizes' : 'split_size';
  const sizes = node.numbers(name);
  return sizes.length === 1 && name === 'split_size' ? equalParts(node, sizes[0]) : partsOf(node, sizes);
};

const convertChunk: AtenConverter = (node) => {
  const whole = shapeOfValue(self(node))[axisOf(node, self(node))];
  return equalParts(node, Math.ceil(whole / node.number('chunks')));
};

function join(node: AtenNode, values: readonly Value[], axis: number): Value {
  if (values.every((value) => value.kind === 'constant')) return joinedConstants(values, axis);
  return joinedTensors(
    node.frame,
    values.map((value) => node.frame.computed(value, 'one of its inputs')),
    axis,
  );
}

const convertCat: AtenConverter = (node) => {
  const values = node.values('tensors').filter((value) => String(shapeOfValue(value)) !== '0');
  const [first] = values;
  return first ? join(node, values, axisOf(node, first)) : misfit('it has no inputs');
};

const convertStack: AtenConverter = (node) => {
  const values = node.values('tensors');
  const rank = shapeOfValue(values[0] ?? misfit('it has no inputs')).length + 1;
  const [axis] = axesFrom([node.number('dim', 0)], rank);
  return join(
    node,
    values.map((value) => unsqueezed(node.frame, value, axis)),
    axis,
  );
};

const convertMean: AtenConverter = (node) => {
  const rank = shapeOfValue(self(node)).length;
  const axes = node.has('dim') ? node.numbers('dim') : Array.from({ length: rank }, (_, axis) => axis);
  return reduced(node.frame, 'mean', self(node), axes, node.flag('keepdim', false));
};

/** The part of a tensor that a slice, a narrow or a select takes. */
export function slicePart(node: AtenNode, x: Value): Part {
  if (node.has('index')) {
    const axis = axisOf(node, x);
    return { axis, begin: indexOf(x, axis, node.number('index')), count: 1, step: 1 };
  }
  if (!node.has('length')) return sliceOf(node, x);
  return { axis: axisOf(node, x), begin: node.number('start'), count: node.number('length'), step: 1 };
}

/** A tensor with a part of an axis replaced. */
export function withPart(node: AtenNode, x: Value, { axis, begin, count, step }: Part, values: Value): Value {
  if (step !== 1) misfit(`it writes to every ${step}th element of axis ${axis} (elements beside each other)`);
  const size = shapeOfValue(x)[axis];
  const pieces = [
    ...(begin > 0 ? [partOf(node, x, axis, 0, begin)] : []),
    ...(count > 0 ? [values] : []),
    ...(begin + count < size ? [partOf(node, x, axis, begin + count, size - begin - count)] : []),
  ];
  return pieces.length === 1 ? pieces[0] : join(node, pieces, axis);
}

const convertScatter: AtenConverter = (node) => {
  const x = self(node);
  const part = slicePart(node, x);
  const shape = shapeOfValue(x).map((size, axis) => (axis === part.axis ? part.count : size));
  return withPart(node, x, part, reshapedTo(node.frame, node.required('src'), shape));
};

/** Numbers before and after each axis, the last axis first. */
const convertPad: AtenConverter = (node) => {
  const mode = node.text('mode', 'constant');
  const value = node.number('value', 0);
  if (mode !== 'constant' || value !== 0)
    misfit(`padding by ${mode === 'constant' ? value : mode} is not supported (by 0)`);
  const counts = node.numbers('pad');
  const rank = shapeOfValue(self(node)).length;
  const side = (offset: 0 | 1): number[] =>
    Array.from({ length: rank }, (_, axis) => counts[(rank - 1 - axis) * 2 + offset] ?? 0);
  return padded(node.frame, self(node), side(0), side(1));
};

/** [n, c · r², h, w] → [n, c, h · r, w · r], and back. */
const convertPixelShuffle: AtenConverter = (node) => {
  const r = node.number('upscale_factor');
  const [n, c, h, w] = shapeOfValue(self(node));
  const apart = reshapedTo(node.frame, self(node), [n, c / r ** 2, r, r, h, w]);
  return reshapedTo(node.frame, permutedBy(apart, [0, 1, 4, 2, 5, 3]), [n, c / r ** 2, h * r, w * r]);
};

const convertPixelUnshuffle: AtenConverter = (node) => {
  const r = node.number('downscale_factor');
  const [n, c, h, w] = shapeOfValue(self(node));
  const apart = reshapedTo(node.frame, self(node), [n, c, h / r, r, w / r, r]);
  return reshapedTo(node.frame, permutedBy(apart, [0, 1, 3, 5, 2, 4]), [n, c * r ** 2, h / r, w / r]);
};

const convertChannelShuffle: AtenConverter = (node) => {
  const groups = node.number('groups');
  const [n, c, ...map] = shapeOfValue(self(node));
  const apart = reshapedTo(node.frame, self(node), [n, groups, c / groups, ...map]);
  const order = [0, 2, 1, ...map.map((_, axis) => axis + 3)];
  return reshapedTo(node.frame, permutedBy(apart, order), [n, c, ...map]);
};

export const shapes: Readonly<Record<string, AtenEntry>> = {
  'aten.view': { convert: reshape('size'), view: true },
  'aten._unsafe_view': { convert: reshape('size'), view: true },
  'aten.reshape': { convert: reshape('shape'), view: true },
  'aten.view_as': {
    convert: (node) => reshapedTo(node.frame, self(node), shapeOfValue(node.required('other'))),
    view: true,
  },
  'aten.reshape_as': {
    convert: (node) => reshapedTo(node.frame, self(node), shapeOfValue(node.required('other'))),
    view: true,
  },
  'aten.flatten': { convert: convertFlatten, view: true },
  'aten.unflatten': { convert: convertUnflatten, view: true },
  'aten.permute': { convert: (node) => permutedBy(self(node), node.numbers('dims')), view: true },
  'aten.transpose': { convert: convertTranspose, view: true },
  'aten.t': { convert: convertT, view: true },
  'aten.numpy_T': { convert: convertT, view: true },
  'aten.movedim': { convert: convertMovedim, view: true },
  'aten.squeeze': { convert: convertSqueeze, view: true },
  'aten.unsqueeze': { convert: (node) => unsqueezed(node.frame, self(node), node.number('dim')), view: true },
  'aten.slice': { convert: convertSlice, view: true },
  'aten.narrow': { convert: convertNarrow, view: true },
  'aten.select': { convert: convertSelect, view: true },
  'aten.slice_scatter': { keeps: true, convert: convertScatter },
  'aten.select_scatter': { keeps: true, convert: convertScatter },
  'aten.unbind': { convert: convertUnbind, view: true },
  'aten.split': { convert: convertSplit, view: true },
  'aten.split_with_sizes': { convert: convertSplit, view: true },
  'aten.chunk': { convert: convertChunk, view: true },
  'aten.cat': { keeps: true, convert: convertCat },
  'aten.concat': { keeps: true, convert: convertCat },
  'aten.stack': { keeps: true, convert: convertStack },
  'aten.mean': { convert: convertMean },
  'aten.pad': { keeps: true, convert: convertPad },
  'aten.constant_pad_nd': { keeps: true, convert: convertPad },
  'aten.pixel_shuffle': { keeps: true, convert: convertPixelShuffle },
  'aten.pixel_unshuffle': { keeps: true, convert: convertPixelUnshuffle },
  'aten.channel_shuffle': { keeps: true, convert: convertChannelShuffle },
  'aten.native_channel_shuffle': { keeps: true, convert: convertChannelShuffle },
};
