import { elements } from '../../../graph/tensor.ts';
import {
  combined,
  expandedTo,
  filled,
  joinedConstants,
  mapped,
  numbersOf,
  partOfConstant,
  reshapedConstant,
} from '../../nchw/constants.ts';
import { misfit } from '../../nchw/frame.ts';
import { broadcastShape } from '../../nchw/layers/pairwise.ts';
import { axesFrom } from '../../nchw/layers/reduction.ts';
import { reshapedTo } from '../../nchw/layers/shape.ts';
import { type Constant, integerConstant, isReal, realConstant, shapeOfValue } from '../../nchw/value.ts';
import type { OnnxConverter, OnnxEntry, OnnxNode } from '../onnx-node.ts';
import { dataTypeOf } from '../schema.ts';

const constant = (node: OnnxNode, at: number): Constant =>
  node.constant(at, `values of input ${at}`) ?? misfit(`its input ${at} is missing`);

const isRealType = (dtype: string): boolean => dtype.includes('float');

const convertConstant: OnnxConverter = (node) => {
  const tensor = node.tensor('value');
  if (tensor) return tensor;
  if (node.has('value_float')) return realConstant([], Float32Array.of(node.float('value_float', 0)));
  if (node.has('value_int')) return integerConstant([], [node.int('value_int')]);
  const [floats, ints] = [node.floats('value_floats'), node.ints('value_ints')];
  if (floats) return realConstant([floats.length], Float32Array.from(floats));
  return ints ? integerConstant([ints.length], ints) : misfit('it has no value (numbers, or a tensor of them)');
};

const convertConstantOfShape: OnnxConverter = (node) => {
  const shape = numbersOf(constant(node, 0));
  const value = node.tensor('value');
  return filled(shape, value?.data[0] ?? 0, value ? isReal(value) : true);
};

/** Sizes of a tensor, of which `start` and `end` take a part. */
const convertShape: OnnxConverter = (node) => {
  const shape = shapeOfValue(node.required(0));
  const part = shape.slice(node.int('start', 0), node.has('end') ? node.int('end') : undefined);
  return integerConstant([part.length], part);
};

const convertSize: OnnxConverter = (node) => integerConstant([], [elements(shapeOfValue(node.required(0)))]);

const convertRange: OnnxConverter = (node) => {
  const values = [0, 1, 2].map((at) => constant(node, at));
  const [[start], [limit], [step]] = values.map(numbersOf);
  const count = Math.max(0, Math.ceil((limit - start) / step));
  const made = filled([count], 0, values.some(isReal));
  return { ...made, data: made.data.map((_, i) => start + i * step) } as Constant;
};

/** To another type: of constants the values change, what is computed stays real. */
function cast(node: OnnxNode, dtype: string) {
  const x = node.required(0);
  if (isRealType(dtype)) return x.kind === 'constant' ? mapped(x, (value) => value, true) : x;
  if (x.kind !== 'constant') return misfit(`a conversion to ${dtype} is not supported (real values)`);
  return mapped(x, (value) => (dtype === 'bool' ? (value === 0 ? 0 : 1) : Math.trunc(value)), false);
}

const convertCast: OnnxConverter = (node) => cast(node, dataTypeOf(node.int('to')));

const convertCastLike: OnnxConverter = (node) => {
  const like = node.required(1);
  return cast(node, like.kind === 'activation' || isReal(like) ? 'float32' : 'int64');
};

/** Only what is there already, or constants, is expanded. */
const convertExpand: OnnxConverter = (node) => {
  const x = node.required(0);
  const from = shapeOfValue(x);
  const shape = broadcastShape(from, numbersOf(constant(node, 1)));
  if (x.kind === 'constant') return expandedTo(x, shape);
  if (elements(from) === elements(shape)) return reshapedTo(node.frame, x, shape);
  return misfit(`it repeats [${from.join(', ')}] to [${shape.join(', ')}] (constants alone)`);
};

const convertTile: OnnxConverter = (node) => {
  const repeats = numbersOf(constant(node, 1));
  if (repeats.every((count) => count === 1)) return node.required(0);
  return repeats.reduce(
    (value, count, axis) => joinedConstants(new Array<Constant>(count).fill(value), axis),
    constant(node, 0),
  );
};

const foldWhere: OnnxConverter = (node) => {
  const [condition, a, b] = [0, 1, 2].map((at) => constant(node, at));
  const shape = broadcastShape(broadcastShape(condition.shape, a.shape), b.shape);
  const [chosen, other] = [expandedTo(a, shape), expandedTo(b, shape)];
  const data = Float64Array.from(expandedTo(condition, shape).data, (is, i) => (is ? chosen : other).data[i]);
  return isReal(a) ? realConstant(shape, Float32Array.from(data)) : integerConstant(shape, data);
};

/** Elements of an axis at these indices, of a constant. */
export function gathered(x: Constant, axis: number, indices: Constant): Constant {
  const size = x.shape[axis];
  const parts = numbersOf(indices).map((index) => partOfConstant(x, axis, index < 0 ? index + size : index, 1));
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  if (parts.length === 0) return filled(shape, 0, isReal(x));
  return reshapedConstant(joinedConstants(parts, axis), shape);
}

const foldReduction =
  (start: number, f: (a: number, b: number) => number): OnnxConverter =>
  (node) => {
    const x = constant(node, 0);
    const rank = x.shape.length;
    const given = node.numbers('axes', 1) ?? [];
    const axes = given.length > 0 ? axesFrom(given, rank) : x.shape.map((_, axis) => axis);
    const made = [...axes]
      .sort((a, b) => a - b)
      .reduce((value, axis) => {
        const slices = Array.from({ length: value.shape[axis] }, (_, i) => partOfConstant(value, axis, i, 1));
        const one = filled(
          value.shape.map((size, k) => (k === axis ? 1 : size)),
          start,
          isReal(x),
        );
        return slices.reduce((sum, slice) => combined(sum, slice, f), one);
      }, x);
    if (node.int('keepdims', 1) === 1) return made;
    return reshapedConstant(
      made,
      made.shape.filter((_, axis) => !axes.includes(axis)),
    );
  };

export const foldSum = foldReduction(0, (a, b) => a + b);
export const foldMax = foldReduction(-Infinity, Math.max);
export const foldMean: OnnxConverter = (node) => {
  const sum = foldSum(node) as Constant;
  const count = elements(constant(node, 0).shape) / elements(sum.shape);
  return mapped(sum, (value) => value / count);
};

const constantsAlone: OnnxConverter = () => misfit('it is supported on constants alone');

/** A function of two that is there for constants alone. */
const ofTwo = (f: (a: number, b: number) => number, real?: boolean): OnnxEntry => ({
  attributes: ['fmod', 'direction'],
  convert: constantsAlone,
  fold: (node) => combined(constant(node, 0), constant(node, 1), f, real),
});

/** A function of one that is there for constants alone. */
const ofOne = (f: (x: number) => number, real?: boolean): OnnxEntry => ({
  convert: constantsAlone,
  fold: (node) => mapped(constant(node, 0), f, real),
});

const reduction = (fold: OnnxConverter): OnnxEntry => ({
  attributes: ['axes', 'keepdims', 'noop_with_empty_axes'],
  convert: constantsAlone,
  fold,
});

/** ONNX rounds halves to even. */
const roundEven = (x: number): number => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

/** Tensors that are known on import, and arithmetic on sizes. */
export const constants: Readonly<Record<string, OnnxEntry>> = {
  Constant: {
    attributes: ['value', 'value_float', 'value_int', 'value_floats', 'value_ints'],
    convert: convertConstant,
  },
  ConstantOfShape: { attributes: ['value'], convert: convertConstantOfShape },
  Shape: { attributes: ['start', 'end'], convert: convertShape },
  Size: { convert: convertSize },
  Range: { attributes: ['stash_type'], convert: convertRange },
  Cast: { attributes: ['to', 'saturate', 'round_mode'], convert: convertCast },
  CastLike: { attributes: ['saturate', 'round_mode'], convert: convertCastLike },
  Expand: { convert: convertExpand },
  Tile: { convert: convertTile },
  Where: { convert: constantsAlone, fold: foldWhere },
  Equal: ofTwo((a, b) => (a === b ? 1 : 0), false),
  Less: ofTwo((a, b) => (a < b ? 1 : 0), false),
  LessOrEqual: ofTwo((a, b) => (a <= b ? 1 : 0), false),
  Greater: ofTwo((a, b) => (a > b ? 1 : 0), false),
  GreaterOrEqual: ofTwo((a, b) => (a >= b ? 1 : 0), false),
  And: ofTwo((a, b) => (a && b ? 1 : 0), false),
  Or: ofTwo((a, b) => (a || b ? 1 : 0), false),
  Xor: ofTwo((a, b) => (!a !== !b ? 1 : 0), false),
  Mod: ofTwo((a, b) => a - b * Math.floor(a / b)),
  Not: ofOne((x) => (x ? 0 : 1), false),
  Floor: ofOne(Math.floor),
  Ceil: ofOne(Math.ceil),
  Round: ofOne(roundEven),
  Sign: ofOne(Math.sign),

  ReduceProd: reduction(foldReduction(1, (a, b) => a * b)),
  ReduceMin: reduction(foldReduction(Infinity, Math.min)),
};
