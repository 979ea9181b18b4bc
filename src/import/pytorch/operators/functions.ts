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
import { mul } from '../../../ops/mul.ts';
import { neg } from '../../../ops/neg.ts';
import { pow } from '../../../ops/pow.ts';
import { prelu } from '../../../ops/prelu.ts';
import { rsqrt } from '../../../ops/rsqrt.ts';
import { sqrt } from '../../../ops/sqrt.ts';
import { sub } from '../../../ops/sub.ts';
import { swish } from '../../../ops/swish.ts';
import { tanh } from '../../../ops/tanh.ts';
import { combined, mapped } from '../../nchw/constants.ts';
import { misfit } from '../../nchw/frame.ts';
import { clamped } from '../../nchw/layers/clamp.ts';
import { elementwise, softmaxOver } from '../../nchw/layers/maps.ts';
import { pairwise } from '../../nchw/layers/pairwise.ts';
import { type Constant, scalar, type Value } from '../../nchw/value.ts';
import { constantOf } from '../../nchw/weights.ts';
import type { AtenConverter, AtenEntry, AtenNode } from '../aten-node.ts';

/** A function without parameters; `f` is it on a constant. */
const plain = (op: Op<Record<string, never>>, f: (x: number) => number): AtenEntry => ({
  convert: (node) => elementwise(node.frame, op, {}, node.required('self')),
  fold: (node) => mapped(known(node, 'self'), f),
});

const self = (node: AtenNode): Value => node.required('self');

const known = (node: AtenNode, name: string): Constant =>
  node.constant(name) ?? misfit(`its argument ${name} is missing (a constant)`);

/** A function that is there for constants alone. */
const ofConstants = (f: (x: number) => number, real?: boolean): AtenEntry => {
  const fold: AtenConverter = (node) => mapped(known(node, 'self'), f, real);
  return { convert: () => misfit('it is supported on constants alone'), fold };
};

const clamp =
  (leastName: string | number, mostName: string | number): AtenConverter =>
  (node) => {
    const bound = (name: string | number, otherwise: number): number =>
      typeof name === 'number' ? name : node.number(name, otherwise);
    return clamped(node.frame, node.required('self'), bound(leastName, -Infinity), bound(mostName, Infinity));
  };

const convertHardtanh: AtenConverter = (node) =>
  clamped(node.frame, node.required('self'), node.number('min_val', -1), node.number('max_val', 1));

/** a + alpha · b and the like: alpha is 1 nearly always. */
function second(node: AtenNode, value: Value): Value {
  const alpha = node.number('alpha', 1);
  if (alpha === 1) return value;
  if (value.kind === 'constant') return mapped(value, (each) => each * alpha);
  return pairwise(node.frame, mul, value, scalar(alpha));
}

type PairOp = Parameters<typeof pairwise>[1];

const pair = (op: PairOp, f: (a: number, b: number) => number): AtenEntry => ({
  convert: (node) => pairwise(node.frame, op, node.required('self'), second(node, node.required('other'))),
  fold: (node) => combined(known(node, 'self'), second(node, known(node, 'other')) as Constant, f),
});

/** Two that change places: other − self. */
const reversed = (op: PairOp, f: (a: number, b: number) => number): AtenEntry => ({
  convert: (node) => pairwise(node.frame, op, node.required('other'), second(node, node.required('self'))),
  fold: (node) => combined(known(node, 'other'), second(node, known(node, 'self')) as Constant, f),
});

const rounded = (node: AtenNode, value: number): number => {
  const mode = node.text('rounding_mode', '');
  return mode === 'floor' ? Math.floor(value) : mode === 'trunc' ? Math.trunc(value) : value;
};

const convertDivision: AtenConverter = (node) => {
  const divisor = node.required('other');
  if (node.has('rounding_mode')) misfit('a division that is rounded is supported on constants alone');
  if (divisor.kind !== 'constant') return misfit('its divisor is computed (a constant)');
  return pairwise(
    node.frame,
    mul,
    node.required('self'),
    mapped(divisor, (value) => 1 / value, true),
  );
};

const foldDivision: AtenConverter = (node) => {
  const whole = node.has('rounding_mode') && known(node, 'self').data instanceof Float64Array;
  return combined(known(node, 'self'), known(node, 'other'), (a, b) => rounded(node, a / b), !whole);
};

/** A power that is a product; others of constants alone. */
const convertPower: AtenConverter = (node) => {
  const x = node.required('self');
  const exponent = node.number('exponent');
  if (x.kind === 'constant') return mapped(x, (value) => value ** exponent);
  if (exponent === 1) return x;
  if (exponent === 2) return pairwise(node.frame, mul, x, x);
  return elementwise(node.frame, pow, { exponent: Math.fround(exponent) }, x);
};

const convertElu: AtenConverter = (node) => {
  const factors = [node.number('alpha', 1), node.number('scale', 1), node.number('input_scale', 1)];
  if (factors.some((factor) => factor !== 1)) misfit(`its factors ${factors.join(', ')} are not supported (1)`);
  return elementwise(node.frame, elu, {}, self(node));
};

const convertGelu: AtenConverter = (node) => {
  const word = node.text('approximate', 'none');
  if (word !== 'none' && word !== 'tanh') misfit(`its approximation is "${word}" (none or tanh)`);
  return elementwise(node.frame, gelu, { approximate: word === 'tanh' }, self(node));
};

const convertPrelu: AtenConverter = (node) => {
  const { name, data } = constantOf(node.value('weight'), 'its slopes');
  const given = node.frame.computed(node.required('self'));
  const x = given.layout.axes.length > 1 ? node.frame.channels(given, 1) : given;
  const slopes = node.frame.constant(name, [data.length], Float32Array.from(data));
  return elementwise(node.frame, prelu, {}, x, [slopes]);
};

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const convertSoftmax: AtenConverter = (node) => softmaxOver(node.frame, node.required('self'), node.number('dim'));
const unchanged: AtenConverter = (node) => node.required(node.has('self') ? 'self' : 'input');

const convertDropout: AtenConverter = (node) => {
  if (node.flag('train', false)) misfit('it drops values as in training (call model.eval() before the export)');
  return unchanged(node);
};

export const functions: Readonly<Record<string, AtenEntry>> = {
  'aten.relu': { keeps: true, convert: clamp(0, Infinity) },
  'aten.relu6': { keeps: true, convert: clamp(0, 6) },
  'aten.hardtanh': { keeps: true, convert: convertHardtanh },
  'aten.clamp': { keeps: true, convert: clamp('min', 'max') },
  'aten.clamp_min': { keeps: true, convert: clamp('min', Infinity) },
  'aten.clamp_max': { keeps: true, convert: clamp(-Infinity, 'max') },
  'aten.sigmoid': plain(logistic, sigmoid),
  'aten.tanh': plain(tanh, Math.tanh),
  'aten.silu': plain(swish, (x) => x * sigmoid(x)),
  'aten.hardsigmoid': plain(hardSigmoid, (x) => Math.min(Math.max(x + 3, 0), 6) / 6),
  'aten.hardswish': plain(hardSwish, (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6),
  'aten.leaky_relu': {
    convert: (node) =>
      elementwise(
        node.frame,
        leakyRelu,
        { alpha: Math.fround(node.number('negative_slope', 0.01)) },
        node.required('self'),
      ),
  },
  'aten.prelu': { convert: convertPrelu },
  'aten._prelu_kernel': { convert: convertPrelu },
  'aten.softmax': { convert: convertSoftmax },
  'aten._softmax': { convert: convertSoftmax },
  'aten.add': pair(add, (a, b) => a + b),
  'aten.sub': pair(sub, (a, b) => a - b),
  'aten.rsub': reversed(sub, (a, b) => a - b),
  'aten.mul': pair(mul, (a, b) => a * b),
  'aten.div': { convert: convertDivision, fold: foldDivision },
  'aten.pow': { convert: convertPower },
  'aten.square': { convert: (node) => pairwise(node.frame, mul, node.required('self'), node.required('self')) },
  'aten.elu': { convert: convertElu },
  'aten.gelu': { convert: convertGelu },
  'aten.neg': plain(neg, (x) => 0 - x),
  'aten.sqrt': plain(sqrt, Math.sqrt),
  'aten.rsqrt': plain(rsqrt, (x) => 1 / Math.sqrt(x)),
  'aten.exp': plain(exp, Math.exp),
  'aten.log': plain(log, Math.log),
  'aten.sin': ofConstants(Math.sin, true),
  'aten.cos': ofConstants(Math.cos, true),
  'aten.abs': plain(abs, Math.abs),
  'aten.reciprocal': ofConstants((x) => 1 / x, true),
  'aten.floor': ofConstants(Math.floor),
  'aten.ceil': ofConstants(Math.ceil),
  'aten.round': ofConstants((x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x))),
  'aten.dropout': { keeps: true, convert: convertDropout },
  'aten.feature_dropout': { keeps: true, convert: convertDropout },
  'aten.alpha_dropout': { keeps: true, convert: convertDropout },
  'aten.alias': { convert: unchanged, view: true },
  'aten.identity': { convert: unchanged, view: true },
  'aten.contiguous': { convert: unchanged, view: true },
  'aten.detach': { convert: unchanged, view: true },
  'aten.clone': { keeps: true, convert: unchanged },
  'aten.lift_fresh_copy': { convert: unchanged },
};
