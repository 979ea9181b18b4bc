import { elements } from '../../../graph/tensor.ts';
import { combined, mapped, permutedConstant, reshapedConstant } from '../../nchw/constants.ts';
import { misfit } from '../../nchw/frame.ts';
import { convolution, transposedConvolution } from '../../nchw/layers/convolution.ts';
import { linear } from '../../nchw/layers/linear.ts';
import { normalization } from '../../nchw/layers/normalization.ts';
import { averagePool, maxPool } from '../../nchw/layers/pool.ts';
import { reduced } from '../../nchw/layers/reduction.ts';
import { permutedBy } from '../../nchw/layers/shape.ts';
import { type Constant, shapeOfValue, type Value } from '../../nchw/value.ts';
import { constantOf } from '../../nchw/weights.ts';
import type { OnnxConverter, OnnxEntry, OnnxNode } from '../onnx-node.ts';
import { autoPadOf, explicitPadding, halves, mapSize, pairOf, spatialAxes, windowsOf } from './geometry.ts';

/** The size of windows is that of the weights; where the file says it, too, it is the same. */
function checkKernel(node: OnnxNode, weights: Value): readonly number[] {
  const size = shapeOfValue(weights).slice(2);
  const declared = node.ints('kernel_shape') ?? size;
  if (String(declared) !== String(size)) {
    misfit(
      `its kernel_shape [${declared.join(', ')}] is not that of its weights [${shapeOfValue(weights).join(', ')}]`,
    );
  }
  return size;
}

const convertConv: OnnxConverter = (node) => {
  const [x, weights] = [node.required(0), node.required(1)];
  const windows = windowsOf(node, shapeOfValue(x), checkKernel(node, weights));
  return convolution(node.frame, x, weights, node.input(2), { ...windows, groups: node.int('group', 1) });
};

/** Where the size of the output is given, or is to be that of the input times the stride, the padding follows from it. */
const convertConvTranspose: OnnxConverter = (node) => {
  const [x, weights] = [node.required(0), node.required(1)];
  const shape = shapeOfValue(x);
  const spatial = spatialAxes(shape);
  const word = autoPadOf(node);
  const ones = new Array<number>(spatial).fill(1);
  const zeros = new Array<number>(spatial).fill(0);
  const window = pairOf(checkKernel(node, weights), spatial, 'kernel_shape', 1);
  const stride = pairOf(node.ints('strides') ?? ones, spatial, 'strides', 1);
  const dilation = pairOf(node.ints('dilations') ?? ones, spatial, 'dilations', 1);
  const outputPadding = pairOf(node.ints('output_padding') ?? zeros, spatial, 'output_padding', 0);
  const options = { stride, dilation, groups: node.int('group', 1) };
  const convert = (padding: ReturnType<typeof explicitPadding>, more: readonly [number, number]) =>
    transposedConvolution(node.frame, x, weights, node.input(2), { ...options, padding, outputPadding: more });
  const map = mapSize(shape);
  const given = node.ints('output_shape');
  const isSame = word === 'SAME_UPPER' || word === 'SAME_LOWER';
  if (!given && !isSame) {
    if (word !== 'NOTSET' && word !== 'VALID') misfit(`its auto_pad is "${word}"`);
    const none = { top: 0, left: 0, bottom: 0, right: 0 };
    return convert(word === 'VALID' ? none : explicitPadding(node, spatial), outputPadding);
  }
  const wanted = given
    ? pairOf(given.slice(-spatial), spatial, 'output_shape', 1)
    : ([map[0] * stride[0], map[1] * stride[1]] as const);
  const [rows, columns] = ([0, 1] as const).map((axis) => {
    const whole = (map[axis] - 1) * stride[axis] + (window[axis] - 1) * dilation[axis] + 1;
    const total = whole + outputPadding[axis] - wanted[axis];
    const [begin, end] = halves(Math.max(0, total), word === 'SAME_UPPER');
    return { begin, end, more: wanted[axis] - (whole - begin - end) };
  });
  const padding = { top: rows.begin, left: columns.begin, bottom: rows.end, right: columns.end };
  return convert(padding, [rows.more, columns.more]);
};

/** By running statistics, which are inputs 3 and 4. */
const convertNormalization: OnnxConverter = (node) => {
  if (node.int('training_mode', 0) !== 0) misfit('it normalises by the statistics of its batch (export for inference)');
  if (node.int('spatial', 1) !== 1) misfit('its attribute spatial is 0, a mean for each element (1)');
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map((at) => node.required(at));
  return normalization(node.frame, node.required(0), [scale, bias, mean, variance], node.float('epsilon', 1e-5));
};

const foldNormalization: OnnxConverter = (node) => {
  const x = constantOf(node.required(0), 'its values');
  const broad = [1, ...x.shape.slice(2).map(() => 1)];
  const parameter = (at: number): Constant => {
    const each = constantOf(node.required(at), 'its parameters');
    return reshapedConstant(each, [elements(each.shape), ...broad.slice(1)]);
  };
  const [scale, bias, mean, variance] = [1, 2, 3, 4].map(parameter);
  const eps = node.float('epsilon', 1e-5);
  const factor = combined(scale, variance, (a, b) => a / Math.sqrt(b + eps));
  const centered = combined(x, mean, (a, b) => a - b);
  return combined(
    combined(centered, factor, (a, b) => a * b),
    bias,
    (a, b) => a + b,
  );
};

const transposed = (value: Value): Value => permutedBy(value, [1, 0]);

/** α · A · B + β · C, of which A is computed. */
const convertGemm: OnnxConverter = (node) => {
  const [alpha, beta] = [node.float('alpha', 1), node.float('beta', 1)];
  const [a, b] = [node.required(0), node.required(1)];
  if (b.kind !== 'constant') return misfit('its matrix B is computed (a constant)');
  if (shapeOfValue(a).length !== 2 || b.shape.length !== 2) return misfit('its matrices are not of 2 axes');
  const weights = node.int('transB', 0) === 0 ? permutedConstant(b, [1, 0]) : b;
  const c = node.constant(2, 'values C');
  const bias = c && mapped(biasOf(c, weights.shape[0]), (value) => value * beta);
  const x = node.int('transA', 0) === 0 ? a : transposed(a);
  return linear(node.frame, x, alpha === 1 ? weights : mapped(weights, (value) => value * alpha), bias);
};

/** A row of values for the outputs, of a constant that is broadcast to it. */
function biasOf(c: Constant, outputs: number): Constant {
  const count = elements(c.shape);
  if (count === outputs && (c.shape.at(-1) ?? 1) === outputs) return reshapedConstant(c, [outputs]);
  if (count !== 1) return misfit(`its values C [${c.shape.join(', ')}] differ between rows (one row)`);
  return { ...c, shape: [outputs], data: new Float32Array(outputs).fill(c.data[0]) };
}

/** A · B, one of which is a constant matrix. */
const convertMatMul: OnnxConverter = (node) => {
  const [a, b] = [node.required(0), node.required(1)];
  const rank = (value: Value): number => shapeOfValue(value).length;
  if (b.kind === 'constant') {
    return rank(b) === 2
      ? linear(node.frame, a, transposed(b), undefined)
      : misfit(`its second matrix [${b.shape.join(', ')}] has ${rank(b)} axes (2)`);
  }
  if (a.kind !== 'constant') return misfit('both of its matrices are computed (one is a constant)');
  if (rank(a) !== 2 || rank(b) < 2) return misfit(`its first matrix [${a.shape.join(', ')}] has ${rank(a)} axes (2)`);
  const swapped = Array.from({ length: rank(b) }, (_, axis) => axis);
  swapped.push(...swapped.splice(-2).reverse());
  return permutedBy(linear(node.frame, permutedBy(b, swapped), a, undefined), swapped);
};

const poolAttributes = ['auto_pad', 'ceil_mode', 'dilations', 'kernel_shape', 'pads', 'strides'];

function poolOptions(node: OnnxNode) {
  const shape = shapeOfValue(node.required(0));
  const windows = windowsOf(node, shape, node.ints('kernel_shape') ?? misfit('its attribute kernel_shape is missing'));
  return { ...windows, ceil: node.int('ceil_mode', 0) !== 0 };
}

const convertMaxPool: OnnxConverter = (node) => {
  return maxPool(node.frame, node.required(0), poolOptions(node));
};

const convertAveragePool: OnnxConverter = (node) => {
  const countsPadding = node.int('count_include_pad', 0) !== 0;
  return averagePool(node.frame, node.required(0), { ...poolOptions(node), countsPadding });
};

const globalPool =
  (kind: 'mean' | 'max'): OnnxConverter =>
  (node) => {
    const x = node.required(0);
    const axes = shapeOfValue(x)
      .map((_, axis) => axis)
      .slice(2);
    return reduced(node.frame, kind, x, axes, true);
  };

export const layers: Readonly<Record<string, OnnxEntry>> = {
  Conv: {
    attributes: ['auto_pad', 'dilations', 'group', 'kernel_shape', 'pads', 'strides'],
    convert: convertConv,
  },
  ConvTranspose: {
    attributes: 'auto_pad dilations group kernel_shape output_padding output_shape pads strides'.split(' '),
    convert: convertConvTranspose,
  },
  BatchNormalization: {
    attributes: ['epsilon', 'momentum', 'spatial', 'training_mode'],
    convert: convertNormalization,
    fold: foldNormalization,
  },
  Gemm: { attributes: ['alpha', 'beta', 'transA', 'transB'], convert: convertGemm },
  MatMul: { convert: convertMatMul },
  MaxPool: { keeps: true, attributes: [...poolAttributes, 'storage_order'], convert: convertMaxPool },
  AveragePool: { attributes: [...poolAttributes, 'count_include_pad'], convert: convertAveragePool },
  GlobalAveragePool: { convert: globalPool('mean') },
  GlobalMaxPool: { keeps: true, convert: globalPool('max') },
};
