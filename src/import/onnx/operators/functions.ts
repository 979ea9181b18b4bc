import type { Op } from '../../../graph/op.ts';
import { abs } from '../../../ops/abs.ts';
import { add } from '../../../ops/add.ts';
import { elu } from '../../../ops/elu.ts';
import { exp } from '../../../ops/exp.ts';
import { gelu } from '../../../ops/gelu.ts';
import { hardSigmoid } from '../../../ops/hard-sigmoid.ts';
import { hardSwish } from '../../../ops/hard-swish.ts';
import { leakyRelu } from '../../../ops/leaky-relu.ts';
import { log } from '../../../ops/log.ts';
import { logistic } from '../../../ops/logistic.ts';
import { maximum } from '../../../ops/maximum.ts';
import { minimum } from '../../../ops/minimum.ts';
import { mul } from '../../../ops/mul.ts';
import { neg } from '../../../ops/neg.ts';
import { pow } from '../../../ops/pow.ts';
import { prelu } from '../../../ops/prelu.ts';
import { sqrt } from '../../../ops/sqrt.ts';
import { sub } from '../../../ops/sub.ts';
import { swish } from '../../../ops/swish.ts';
import { tanh } from '../../../ops/tanh.ts';
import { combined, mapped } from '../../nchw/constants.ts';
import { misfit } from '../../nchw/frame.ts';
import { clamped } from '../../nchw/layers/clamp.ts';
import { elementwise, softmaxOver } from '../../nchw/layers/maps.ts';
import { pairwise } from '../../nchw/layers/pairwise.ts';
import { axesFrom } from '../../nchw/layers/reduction.ts';
import { reshapedTo } from '../../nchw/layers/shape.ts';
import { type Constant, isReal, scalar, shapeOfValue, type Value } from '../../nchw/value.ts';
import { constantOf } from '../../nchw/weights.ts';
import type { OnnxConverter, OnnxEntry, OnnxNode } from '../onnx-node.ts';

type PairOp = Parameters<typeof pairwise>[1];

const known = (node: OnnxNode, at: number): Constant =>
  node.constant(at, `values of input ${at}`) ?? misfit(`its input ${at} is missing`);

/** A function without parameters; `f` is it on a constant. */
const plain = (op: Op<Record<string, never>>, f: (x: number) => number): OnnxEntry => ({
  convert: (node) => elementwise(node.frame, op, {}, node.required(0)),
  fold: (node) => mapped(known(node, 0), f),
});

const clamp = (node: OnnxNode, least: number, most: number): Value =>
  clamped(node.frame, node.required(0), least, most);

/** Bounds were attributes before opset 11. */
const convertClip: OnnxConverter = (node) => {
  const bound = (name: string, at: number, otherwise: number): number => {
    if (node.has(name)) return node.float(name, otherwise);
    return node.constant(at, 'bounds')?.data[0] ?? otherwise;
  };
  // ONNX had the least and the greatest float32 as bounds once, which are none.
  const [least, most] = [bound('min', 1, -Infinity), bound('max', 2, Infinity)];
  return clamp(node, least < -3.4e38 ? -Infinity : least, most > 3.4e38 ? Infinity : most);
};

/** A constant of one value, of no more axes than the other input has. */
function scalarBeside(value: Value, other: Value): number | undefined {
  if (value.kind !== 'constant' || value.data.length !== 1) return undefined;
  return value.shape.length <= shapeOfValue(other).length ? value.data[0] : undefined;
}

/** Any number of inputs, two by two. */
const chain = (two: (node: OnnxNode, a: Value, b: Value) => Value): OnnxConverter => {
  return (node) => {
    const [first, ...others] = node.inputs;
    if (!first) return misfit('it has no inputs');
    return others.reduce((value, other) => two(node, value, other), first);
  };
};

/** A function of two, of which both may be known. */
const ofTwo =
  (op: PairOp, f: (a: number, b: number) => number) =>
  (node: OnnxNode, a: Value, b: Value): Value =>
    a.kind === 'constant' && b.kind === 'constant' ? combined(a, b, f) : pairwise(node.frame, op, a, b);

const extreme = (op: PairOp, f: (a: number, b: number) => number, range: (bound: number) => [number, number]) => {
  const pair = ofTwo(op, f);
  const two = (node: OnnxNode, a: Value, b: Value): Value => {
    if (a.kind === 'constant' && b.kind === 'constant') return pair(node, a, b);
    const [x, bound] = a.kind === 'constant' ? [b, scalarBeside(a, b)] : [a, scalarBeside(b, a)];
    return bound === undefined ? pair(node, a, b) : clamped(node.frame, x, ...range(bound));
  };
  return { convert: chain(two) };
};

const pair = (op: PairOp, f: (a: number, b: number) => number): OnnxEntry => ({ convert: chain(ofTwo(op, f)) });

/** A division by what is computed is a product with its power −1; whole numbers are divided as in C. */
const convertDivision: OnnxConverter = (node) => {
  const [a, b] = [node.required(0), node.required(1)];
  const divisor =
    b.kind === 'constant' ? mapped(b, (value) => 1 / value, true) : elementwise(node.frame, pow, { exponent: -1 }, b);
  return pairwise(node.frame, mul, a, divisor);
};

/** Its power −1. */
const convertReciprocal: OnnxConverter = (node) => elementwise(node.frame, pow, { exponent: -1 }, node.required(0));

const foldDivision: OnnxConverter = (node) => {
  const [a, b] = [known(node, 0), known(node, 1)];
  const isWhole = !isReal(a) && !isReal(b);
  return combined(a, b, (x, y) => (isWhole ? Math.trunc(x / y) : x / y));
};

/** A power that is a product; others by a constant exponent. */
const convertPower: OnnxConverter = (node) => {
  const x = node.required(0);
  const exponents = known(node, 1);
  const [exponent] = exponents.data;
  const shape = shapeOfValue(x);
  if (exponents.data.some((each) => each !== exponent) || exponents.shape.length > shape.length) {
    return misfit(`its exponents [${exponents.shape.join(', ')}] differ (one)`);
  }
  if (exponent === 1) return x;
  if (exponent === 2) return pairwise(node.frame, mul, x, x);
  if (exponent === 3) return pairwise(node.frame, mul, pairwise(node.frame, mul, x, x), x);
  return elementwise(node.frame, pow, { exponent: Math.fround(exponent) }, x);
};

const times = (node: OnnxNode, x: Value, factor: number): Value =>
  factor === 1 ? x : pairwise(node.frame, mul, x, scalar(factor));

/** α · (eˣ − 1) below 0: α · elu(x) + (1 − α) · relu(x). */
const convertElu: OnnxConverter = (node) => {
  const alpha = node.float('alpha', 1);
  const x = node.required(0);
  const unit = elementwise(node.frame, elu, {}, x);
  if (alpha === 1) return unit;
  return pairwise(node.frame, add, times(node, unit, alpha), times(node, clamp(node, 0, Infinity), 1 - alpha));
};

const convertGelu: OnnxConverter = (node) => {
  const word = node.text('approximate', 'none');
  if (word !== 'none' && word !== 'tanh') misfit(`its approximation is "${word}" (none or tanh)`);
  return elementwise(node.frame, gelu, { approximate: word === 'tanh' }, node.required(0));
};

/** clamp(α · x + β, 0, 1); the op of this network is that of α = 1/6 and β = 1/2. */
const convertHardSigmoid: OnnxConverter = (node) => {
  const [alpha, beta] = [node.float('alpha', 0.2), node.float('beta', 0.5)];
  const isUsual = Math.abs(alpha * 6 - 1) < 1e-6;
  const scaled = isUsual ? node.required(0) : times(node, node.required(0), alpha * 6);
  const moved = beta === 0.5 ? scaled : pairwise(node.frame, add, scaled, scalar(6 * beta - 3));
  return elementwise(node.frame, hardSigmoid, {}, moved);
};

const foldHardSigmoid: OnnxConverter = (node) => {
  const [alpha, beta] = [node.float('alpha', 0.2), node.float('beta', 0.5)];
  return mapped(known(node, 0), (x) => Math.min(Math.max(alpha * x + beta, 0), 1));
};

/** A slope for all, or for each channel: axis 1. */
const convertPrelu: OnnxConverter = (node) => {
  const { name, data, shape } = constantOf(node.input(1), 'its slopes');
  const given = node.frame.computed(node.required(0));
  const rank = given.layout.axes.length;
  const x = rank > 1 ? node.frame.channels(given, 1) : given;
  const channels = node.frame.shapeOf(x)[3];
  const axis = shape.length - rank + (rank > 1 ? 1 : 0);
  const isOfChannels = data.length === channels && shape[axis] === channels;
  if (data.length !== 1 && !isOfChannels) misfit(`its slopes [${shape.join(', ')}] are not one, or one a channel`);
  const slopes = Float32Array.from({ length: channels }, (_, c) => data[data.length === 1 ? 0 : c]);
  return elementwise(node.frame, prelu, {}, x, [node.frame.constant(name, [channels], slopes)]);
};

/** Over one axis; before opset 13 over all from that on, as one. */
const convertSoftmax: OnnxConverter = (node) => {
  const { frame } = node;
  const x = node.required(0);
  const shape = shapeOfValue(x);
  const [axis] = axesFrom([node.int('axis', node.opset < 13 ? 1 : -1)], shape.length);
  if (node.opset >= 13 || axis === shape.length - 1) return softmaxOver(frame, x, axis);
  const rest = shape.slice(axis);
  if (rest.filter((size) => size > 1).length <= 1) {
    const at = rest.findIndex((size) => size > 1);
    return softmaxOver(frame, x, axis + Math.max(at, 0));
  }
  const one = rest.reduce((product, size) => product * size, 1);
  return reshapedTo(frame, softmaxOver(frame, reshapedTo(frame, x, [...shape.slice(0, axis), one]), axis), shape);
};

const convertLogSoftmax: OnnxConverter = (node) => elementwise(node.frame, log, {}, [convertSoftmax(node)].flat()[0]);

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

const convertDropout: OnnxConverter = (node) => {
  const training = node.constant(2, 'training_mode')?.data[0] ?? 0;
  if (training !== 0) misfit('it drops values as in training (export the network for inference)');
  return node.required(0);
};

export const functions: Readonly<Record<string, OnnxEntry>> = {
  Relu: { keeps: true, convert: (node) => clamp(node, 0, Infinity) },
  Clip: { keeps: true, attributes: ['min', 'max'], convert: convertClip },
  LeakyRelu: {
    attributes: ['alpha'],
    convert: (node) =>
      elementwise(node.frame, leakyRelu, { alpha: Math.fround(node.float('alpha', 0.01)) }, node.required(0)),
  },
  PRelu: { convert: convertPrelu },
  Elu: { attributes: ['alpha'], convert: convertElu },
  Gelu: { attributes: ['approximate'], convert: convertGelu },
  Sigmoid: plain(logistic, sigmoid),
  HardSigmoid: { attributes: ['alpha', 'beta'], convert: convertHardSigmoid, fold: foldHardSigmoid },
  HardSwish: plain(hardSwish, (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6),
  Swish: {
    attributes: ['alpha'],
    convert: (node) => {
      const alpha = node.float('alpha', 1);
      const x = node.required(0);
      if (alpha === 1) return elementwise(node.frame, swish, {}, x);
      return pairwise(node.frame, mul, x, elementwise(node.frame, logistic, {}, times(node, x, alpha)));
    },
  },
  Tanh: plain(tanh, Math.tanh),
  Softmax: { attributes: ['axis'], convert: convertSoftmax },
  LogSoftmax: { attributes: ['axis'], convert: convertLogSoftmax },
  Add: pair(add, (a, b) => a + b),
  Sum: pair(add, (a, b) => a + b),
  Sub: pair(sub, (a, b) => a - b),
  Mul: pair(mul, (a, b) => a * b),
  Div: { convert: convertDivision, fold: foldDivision },
  Reciprocal: { convert: convertReciprocal, fold: (node) => mapped(known(node, 0), (x) => 1 / x, true) },
  Min: extreme(minimum, Math.min, (bound) => [-Infinity, bound]),
  Max: extreme(maximum, Math.max, (bound) => [bound, Infinity]),
  Pow: {
    convert: convertPower,
    fold: (node) => combined(known(node, 0), known(node, 1), (a, b) => a ** b, isReal(known(node, 0))),
  },
  Sqrt: plain(sqrt, Math.sqrt),
  Exp: plain(exp, Math.exp),
  Log: plain(log, Math.log),
  Abs: plain(abs, Math.abs),
  Neg: plain(neg, (x) => 0 - x),
  Identity: { keeps: true, convert: (node) => node.required(0) },
  Dropout: { keeps: true, attributes: ['ratio', 'seed'], convert: convertDropout },
};
