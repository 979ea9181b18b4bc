import { add } from '../../../ops/add.ts';
import { argMax } from '../../../ops/arg-max.ts';
import { selectChannels } from '../../../ops/select-channels.ts';
import { sub } from '../../../ops/sub.ts';
import { joinedConstants, numbersOf, partOfConstant } from '../../nchw/constants.ts';
import { misfit } from '../../nchw/frame.ts';
import { padded } from '../../nchw/layers/maps.ts';
import { pairwise } from '../../nchw/layers/pairwise.ts';
import { joinedTensors, part } from '../../nchw/layers/parts.ts';
import { axesFrom, type Reduction, reduced } from '../../nchw/layers/reduction.ts';
import { permutedBy, reshapedTo, squeezed, unsqueezed } from '../../nchw/layers/shape.ts';
import { factorsOf } from '../../nchw/layout.ts';
import { scalar, shapeOfValue, type Value } from '../../nchw/value.ts';
import type { OnnxConverter, OnnxEntry, OnnxNode } from '../onnx-node.ts';
import { foldMax, foldMean, foldSum, gathered } from './constants.ts';

const rankOf = (value: Value): number => shapeOfValue(value).length;
const axisOf = (value: Value, axis: number): number => axesFrom([axis], rankOf(value))[0];

/** Sizes of 0 are those of the input, unless `allowzero`. */
const convertReshape: OnnxConverter = (node) => {
  const x = node.required(0);
  const from = shapeOfValue(x);
  const wanted = node.numbers('shape', 1) ?? misfit('its shape is missing');
  const keepsZero = node.int('allowzero', 0) !== 0;
  const shape = wanted.map((size, axis) => (size === 0 && !keepsZero ? (from[axis] ?? 0) : size));
  return reshapedTo(node.frame, x, shape);
};

/** Two axes: all before `axis`, and all from it on. */
const convertFlatten: OnnxConverter = (node) => {
  const x = node.required(0);
  const shape = shapeOfValue(x);
  const given = node.int('axis', 1);
  const axis = given === shape.length ? given : axisOf(x, given);
  const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);
  return reshapedTo(node.frame, x, [product(shape.slice(0, axis)), product(shape.slice(axis))]);
};

const convertSqueeze: OnnxConverter = (node) => {
  const x = node.required(0);
  const shape = shapeOfValue(x);
  const axes = node.numbers('axes', 1) ?? shape.map((_, axis) => axis).filter((axis) => shape[axis] === 1);
  const wide = axesFrom(axes, shape.length).find((axis) => shape[axis] !== 1);
  if (wide !== undefined) misfit(`axis ${wide} of [${shape.join(', ')}] is not of size 1`);
  return squeezed(node.frame, x, axes);
};

const convertUnsqueeze: OnnxConverter = (node) => {
  const x = node.required(0);
  const axes = node.numbers('axes', 1) ?? misfit('its axes are missing');
  const sorted = [...axesFrom(axes, rankOf(x) + axes.length)].sort((a, b) => a - b);
  return sorted.reduce((value, axis) => unsqueezed(node.frame, value, axis), x);
};

const convertTranspose: OnnxConverter = (node) => {
  const x = node.required(0);
  const axes = shapeOfValue(x).map((_, axis) => axis);
  return permutedBy(x, node.ints('perm') ?? axes.reverse());
};

const convertConcat: OnnxConverter = (node) => {
  const values = node.inputs;
  const [first] = values;
  if (!first) return misfit('it has no inputs');
  const axis = axisOf(first, node.int('axis'));
  if (values.every((value) => value.kind === 'constant')) return joinedConstants(values, axis);
  return joinedTensors(
    node.frame,
    values.map((value) => node.frame.computed(value, 'one of its inputs')),
    axis,
  );
};

/** A part of an axis, of a constant or of what is computed. */
function partOf(node: OnnxNode, value: Value, axis: number, begin: number, count: number, step = 1): Value {
  if (value.kind === 'constant') return partOfConstant(value, axis, begin, count, step);
  return part(node.frame, value, { axis, begin, count, step });
}

/** Parts of the sizes that are given, or of equal ones, the last of which may be smaller. */
const convertSplit: OnnxConverter = (node) => {
  const x = node.required(0);
  const axis = axisOf(x, node.int('axis', 0));
  const whole = shapeOfValue(x)[axis];
  const count = node.int('num_outputs', node.data.outputs.length);
  const size = Math.ceil(whole / count);
  const equal = Array.from({ length: count }, (_, i) => Math.min(size, whole - i * size));
  const sizes = node.numbers('split', 1) ?? equal;
  const sum = sizes.reduce((total, each) => total + each, 0);
  if (sum !== whole || sizes.length !== node.data.outputs.length) {
    misfit(`parts of ${sizes.join(', ')} are not the ${whole} of axis ${axis} in ${node.data.outputs.length} outputs`);
  }
  let begin = 0;
  return sizes.map((each) => {
    begin += each;
    return partOf(node, x, axis, begin - each, each);
  });
};

/** As in numpy: what is beyond an end is cut, what is less than 0 counts from the end. */
const convertSlice: OnnxConverter = (node) => {
  const x = node.required(0);
  const shape = shapeOfValue(x);
  const starts = node.numbers('starts', 1) ?? misfit('its starts are missing');
  const ends = node.numbers('ends', 2) ?? misfit('its ends are missing');
  const axes = axesFrom(node.numbers('axes', 3) ?? starts.map((_, axis) => axis), shape.length);
  const steps = node.numbers('steps', 4) ?? starts.map(() => 1);
  return axes.reduce((value, axis, i) => {
    const [size, step] = [shape[axis], steps[i]];
    const at = (position: number, least: number, most: number): number =>
      Math.min(Math.max(position < 0 ? position + size : position, least), most);
    if (step < 1) return reversed(node, value, axis, at(starts[i], 0, size - 1), at(ends[i], -1, size - 1), step);
    const [begin, end] = [at(starts[i], 0, size), at(ends[i], 0, size)];
    return partOf(node, value, axis, begin, Math.max(0, Math.ceil((end - begin) / step)), step);
  }, x);
};

/** Elements of an axis backwards. */
function reversed(node: OnnxNode, value: Value, axis: number, begin: number, end: number, step: number): Value {
  if (step === 0) misfit('a step is 0');
  const count = Math.max(0, Math.ceil((begin - end) / -step));
  return selected(
    node,
    value,
    axis,
    Array.from({ length: count }, (_, i) => begin + i * step),
  );
}

/** Elements at these indices of an axis. */
function selected(node: OnnxNode, value: Value, axis: number, indices: readonly number[]): Value {
  const size = shapeOfValue(value)[axis];
  const list = indices.map((index) => (index < 0 ? index + size : index));
  const stray = list.find((index) => !(index >= 0 && index < size));
  if (stray !== undefined) misfit(`index ${stray} is not within the ${size} of axis ${axis}`);
  if (list.length === 0) misfit('it takes no elements (1 or more)');
  if (value.kind === 'constant') {
    return joinedConstants(
      list.map((index) => partOfConstant(value, axis, index, 1)),
      axis,
    );
  }
  const [first] = list;
  if (list.every((index, i) => index === first + i)) return partOf(node, value, axis, first, list.length);
  const { frame } = node;
  const x = frame.channels(value, axis);
  const id = frame.emit(selectChannels, { order: list }, [x.id], frame.typeOf(x.id));
  const made = factorsOf(list.length);
  const [h, w] = x.layout.places;
  return {
    ...x,
    id,
    layout: { axes: x.layout.axes.map((each, k) => (k === axis ? made : each)), places: [h, w, made] },
  };
}

/** Elements at known indices of an axis, which take its place. */
const convertGather: OnnxConverter = (node) => {
  const x = node.required(0);
  const axis = axisOf(x, node.int('axis', 0));
  const indices = node.constant(1, 'indices') ?? misfit('its indices are missing');
  if (x.kind === 'constant') return gathered(x, axis, indices);
  const made = selected(node, x, axis, numbersOf(indices));
  if (indices.shape.length === 1) return made;
  const shape = shapeOfValue(made);
  return reshapedTo(node.frame, made, [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)]);
};

/** Pads of all axes, or of those that are listed: beginnings, then ends. A border of another value is one of zeros, moved. */
const convertPad: OnnxConverter = (node) => {
  const x = node.required(0);
  const mode = node.text('mode', 'constant');
  if (mode !== 'constant') misfit(`padding by ${mode} is not supported (by a constant)`);
  const rank = rankOf(x);
  const pads = node.ints('paddings') ?? node.numbers('pads', 1) ?? misfit('its pads are missing');
  const value = node.has('value') ? node.float('value', 0) : (node.constant(2, 'value')?.data[0] ?? 0);
  const given = node.constant(3, 'axes');
  const axes = axesFrom(given ? numbersOf(given) : shapeOfValue(x).map((_, axis) => axis), rank);
  if (pads.length !== 2 * axes.length)
    misfit(`its pads [${pads.join(', ')}] are not two for each of ${axes.length} axes`);
  const side = (from: number): number[] =>
    Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? pads[from + axes.indexOf(axis)] : 0));
  const pad = (each: Value): Value => padded(node.frame, each, side(0), side(axes.length));
  if (value === 0) return pad(x);
  if (!Number.isFinite(value)) return misfit(`padding by ${value} is not supported (a number)`);
  return pairwise(node.frame, add, pad(pairwise(node.frame, sub, x, scalar(value))), scalar(value));
};

/** Axes, and the size that each takes, of a map whose channels become pixels, or the other way. */
function rearranged(
  node: OnnxNode,
  apart: readonly number[],
  order: readonly number[],
  shape: readonly number[],
): Value {
  return reshapedTo(node.frame, permutedBy(reshapedTo(node.frame, node.required(0), apart), order), shape);
}

const convertDepthToSpace: OnnxConverter = (node) => {
  const r = node.int('blocksize');
  const mode = node.text('mode', 'DCR');
  const [n, c, h, w] = shapeOfValue(node.required(0));
  const less = c / r ** 2;
  const shape = [n, less, h * r, w * r];
  if (mode === 'DCR') return rearranged(node, [n, r, r, less, h, w], [0, 3, 4, 1, 5, 2], shape);
  if (mode === 'CRD') return rearranged(node, [n, less, r, r, h, w], [0, 1, 4, 2, 5, 3], shape);
  return misfit(`its mode is "${mode}" (DCR or CRD)`);
};

const convertSpaceToDepth: OnnxConverter = (node) => {
  const r = node.int('blocksize');
  const mode = node.text('mode', 'DCR');
  const [n, c, h, w] = shapeOfValue(node.required(0));
  const [apart, shape] = [
    [n, c, h / r, r, w / r, r],
    [n, c * r ** 2, h / r, w / r],
  ];
  if (mode === 'DCR') return rearranged(node, apart, [0, 3, 5, 1, 2, 4], shape);
  if (mode === 'CRD') return rearranged(node, apart, [0, 1, 3, 5, 2, 4], shape);
  return misfit(`its mode is "${mode}" (DCR or CRD)`);
};

const reduction =
  (kind: Reduction): OnnxConverter =>
  (node) => {
    const x = node.required(0);
    const given = node.numbers('axes', 1) ?? [];
    if (given.length === 0 && node.int('noop_with_empty_axes', 0) !== 0) return x;
    const axes =
      given.length > 0
        ? given
        : shapeOfValue(x)
            .map((_, axis) => axis)
            .filter((axis) => shapeOfValue(x)[axis] > 1);
    return reduced(
      node.frame,
      kind,
      x,
      given.length > 0 || node.int('keepdims', 1) === 1 ? axes : shapeOfValue(x).map((_, axis) => axis),
      node.int('keepdims', 1) === 1,
    );
  };

/** The index of the greatest or least value along an axis, the first of equal ones. */
const convertArg =
  (of: 'max' | 'min'): OnnxConverter =>
  (node) => {
    const { frame } = node;
    const given = frame.computed(node.required(0));
    if (node.int('select_last_index', 0) !== 0) misfit('its attribute select_last_index is 1 (0, the first index)');
    const axis = axisOf(given, node.int('axis', 0));
    const x = frame.channels(given, axis);
    if (x.layout.places[2].length !== x.layout.axes[axis].length) misfit(`axis ${axis} is not supported`);
    const id = frame.emit(argMax, { of }, [x.id], { dtype: 'i64' });
    const keeps = node.int('keepdims', 1) === 1;
    const axes = x.layout.axes.flatMap((factors, k) => (k === axis ? (keeps ? [[]] : []) : [factors]));
    const [h, w] = x.layout.places;
    return { kind: 'activation', id, layout: { axes, places: [h, w, []] } };
  };

const reductionAttributes = ['axes', 'keepdims', 'noop_with_empty_axes'];
const argAttributes = ['axis', 'keepdims', 'select_last_index'];

export const shapes: Readonly<Record<string, OnnxEntry>> = {
  Reshape: { keeps: true, attributes: ['allowzero', 'shape'], convert: convertReshape },
  Flatten: { keeps: true, attributes: ['axis'], convert: convertFlatten },
  Squeeze: { keeps: true, attributes: ['axes'], convert: convertSqueeze },
  Unsqueeze: { keeps: true, attributes: ['axes'], convert: convertUnsqueeze },
  Transpose: { keeps: true, attributes: ['perm'], convert: convertTranspose },
  Concat: { keeps: true, attributes: ['axis'], convert: convertConcat },
  Split: { keeps: true, attributes: ['axis', 'split', 'num_outputs'], convert: convertSplit },
  Slice: { keeps: true, attributes: ['starts', 'ends', 'axes'], convert: convertSlice },
  Gather: { keeps: true, attributes: ['axis'], convert: convertGather },
  Pad: { keeps: true, attributes: ['mode', 'pads', 'paddings', 'value'], convert: convertPad },
  DepthToSpace: { keeps: true, attributes: ['blocksize', 'mode'], convert: convertDepthToSpace },
  SpaceToDepth: { keeps: true, attributes: ['blocksize', 'mode'], convert: convertSpaceToDepth },
  ReduceMean: { attributes: reductionAttributes, convert: reduction('mean'), fold: foldMean },
  ReduceSum: { attributes: reductionAttributes, convert: reduction('sum'), fold: foldSum },
  ReduceMax: { keeps: true, attributes: reductionAttributes, convert: reduction('max'), fold: foldMax },
  ArgMax: { keeps: true, attributes: argAttributes, convert: convertArg('max') },
  ArgMin: { keeps: true, attributes: argAttributes, convert: convertArg('min') },
};
