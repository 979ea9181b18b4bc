import { elements, noPadding, type Padding } from '../../../graph/tensor.ts';
import { reshapedConstant } from '../../nchw/constants.ts';
import { misfit } from '../../nchw/frame.ts';
import { convolution, transposedConvolution } from '../../nchw/layers/convolution.ts';
import { linear } from '../../nchw/layers/linear.ts';
import { resizedMap } from '../../nchw/layers/maps.ts';
import { normalization } from '../../nchw/layers/normalization.ts';
import { adaptiveAveragePool, averagePool, maxPool } from '../../nchw/layers/pool.ts';
import { permutedBy } from '../../nchw/layers/shape.ts';
import { type Constant, realConstant, shapeOfValue, type Value } from '../../nchw/value.ts';
import { constantOf } from '../../nchw/weights.ts';
import type { AtenConverter, AtenEntry, AtenNode } from '../aten-node.ts';

/** Axes of a map and its batch: 4, or 3 without rows. */
const rankOf = (value: Value): number => shapeOfValue(value).length;

/** Padding that keeps the size at stride 1: what is odd goes to the end. */
function samePadding(weights: Value, dilation: readonly number[]): Padding {
  const [h, w] = [1, ...shapeOfValue(weights).slice(2)].slice(-2);
  const [rows, columns] = [dilation[0] * (h - 1), dilation[1] * (w - 1)];
  const [top, left] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  return { top, left, bottom: rows - top, right: columns - left };
}

function paddingOf(node: AtenNode, weights: Value, rank: number, dilation: readonly number[]): Padding {
  const { kind } = node.node.arguments.get('padding') ?? { kind: 'none' };
  if (kind !== 'text') return node.padding('padding', rank);
  const word = node.text('padding', 'valid');
  if (word === 'same') return samePadding(weights, dilation);
  return word === 'valid' ? noPadding : misfit(`its padding is "${word}" (same, valid or numbers)`);
}

const convert: AtenConverter = (node) => {
  const x = node.required('input');
  const weights = node.required('weight');
  const rank = rankOf(weights);
  const dilation = node.pair('dilation', 1, rank);
  const options = {
    stride: node.pair('stride', 1, rank),
    padding: paddingOf(node, weights, rank, dilation),
    dilation,
    groups: node.number('groups', 1),
  };
  const bias = node.value('bias');
  if (!node.flag('transposed', false)) return convolution(node.frame, x, weights, bias, options);
  const outputPadding = node.pair('output_padding', 0, rank);
  return transposedConvolution(node.frame, x, weights, bias, { ...options, outputPadding });
};

const convertTransposed: AtenConverter = (node) => {
  const weights = node.required('weight');
  const rank = rankOf(weights);
  return transposedConvolution(node.frame, node.required('input'), weights, node.value('bias'), {
    stride: node.pair('stride', 1, rank),
    padding: node.padding('padding', rank),
    dilation: node.pair('dilation', 1, rank),
    groups: node.number('groups', 1),
    outputPadding: node.pair('output_padding', 0, rank),
  });
};

/** Statistics of training are no outputs that a network for inference uses. */
const convertNormalization: AtenConverter = (node) => {
  if (node.flag('training', false))
    misfit('it normalises by the statistics of its batch (call model.eval() before the export)');
  const parameters = [
    node.value('weight'),
    node.value('bias'),
    node.value('running_mean'),
    node.value('running_var'),
  ] as const;
  return normalization(node.frame, node.required('input'), parameters, node.number('eps', 1e-5));
};

/** Constants are normalised on import: networks that standardise their weights do so by a batch normalisation of these. */
const foldNormalization: AtenConverter = (node) => {
  const x = constantOf(node.value('input'), 'its values');
  const [images, channels, ...rest] = x.shape;
  const inner = elements(rest);
  const own = node.flag('training', false) || !node.has('running_mean');
  const given = ['weight', 'bias', 'running_mean', 'running_var'].map((name) => node.constant(name)?.data);
  const [weight, bias, means, variances] = given;
  const eps = node.number('eps', 1e-5);
  const y = new Float32Array(x.data.length);
  for (let c = 0; c < channels; c++) {
    const places = Array.from(
      { length: images * inner },
      (_, i) => (Math.floor(i / inner) * channels + c) * inner + (i % inner),
    );
    const average = (f: (value: number) => number): number =>
      places.reduce((sum, at) => sum + f(x.data[at]), 0) / places.length;
    const mean = own || !means ? average((value) => value) : means[c];
    const variance = own || !variances ? average((value) => (value - mean) ** 2) : variances[c];
    const scale = (weight?.[c] ?? 1) / Math.sqrt(variance + eps);
    for (const at of places) y[at] = (x.data[at] - mean) * scale + (bias?.[c] ?? 0);
  }
  return realConstant(x.shape, y, x.name);
};

const convertLinear: AtenConverter = (node) =>
  linear(node.frame, node.required('input'), node.required('weight'), node.value('bias'));

const transposed = (value: Value): Value => {
  if (value.kind !== 'constant') return misfit('its second matrix is computed (a constant)');
  return rankOf(value) === 2 ? permutedBy(value, [1, 0]) : misfit(`its second matrix has ${rankOf(value)} axes (2)`);
};

const scaled = (value: Value | undefined, factor: number): Value | undefined => {
  if (factor === 1 || !value) return value;
  if (value.kind !== 'constant') return misfit('what it adds is computed (a constant)');
  return { ...value, data: Float32Array.from(value.data, (each) => each * factor) };
};

/** beta · self + alpha · mat1 · mat2. */
const convertAddmm: AtenConverter = (node) => {
  const weights = scaled(transposed(node.required('mat2')), node.number('alpha', 1)) as Constant;
  const bias = scaled(node.value('self'), node.number('beta', 1)) as Constant | undefined;
  const row = bias && bias.shape.length > 1 ? reshapedConstant(bias, [bias.data.length]) : bias;
  return linear(node.frame, node.required('mat1'), weights, row);
};

const convertProduct =
  (second: string): AtenConverter =>
  (node) =>
    linear(node.frame, node.required('self'), transposed(node.required(second)), undefined);

const poolOptions = (node: AtenNode) => {
  const rank = rankOf(node.required('self'));
  const window = node.pair('kernel_size', undefined, rank);
  const given = node.has('stride') && node.numbers('stride').length > 0;
  return {
    window,
    stride: given ? node.pair('stride', undefined, rank) : window,
    padding: node.padding('padding', rank),
    ceil: node.flag('ceil_mode', false),
  };
};

const convertMaxPool: AtenConverter = (node) => {
  const x = node.required('self');
  const dilation = node.pair('dilation', 1, rankOf(x));
  return maxPool(node.frame, x, { ...poolOptions(node), dilation });
};

const convertAveragePool: AtenConverter = (node) => {
  if (node.has('divisor_override'))
    misfit(`its divisor is ${node.number('divisor_override')} (the size of its window)`);
  const countsPadding = node.flag('count_include_pad', true);
  return averagePool(node.frame, node.required('self'), { ...poolOptions(node), countsPadding });
};

const convertAdaptive: AtenConverter = (node) => {
  const size = node.numbers('output_size');
  const [h, w] = rankOf(node.required('self')) === 3 ? [1, size[0]] : [size[0], size[1] ?? size[0]];
  return adaptiveAveragePool(node.frame, node.required('self'), [h, w]);
};

/** The size of the result, and how far a pixel of it is in pixels of x. */
function resizedSize(node: AtenNode): readonly number[] {
  const from = shapeOfValue(node.required(node.has('self') ? 'self' : 'input')).slice(2);
  if (node.has('output_size')) return node.numbers('output_size');
  const factors = node.has('scale_factors')
    ? node.numbers('scale_factors')
    : [node.number('scales_h'), node.number('scales_w')];
  return from.map((size, axis) => Math.floor(size * (factors[axis] ?? 1)));
}

/** PyTorch takes a factor that it is given in place of the ratio of the sizes. */
function checkFactors(node: AtenNode, size: readonly number[]): void {
  if (!node.has('scale_factors')) return;
  const from = shapeOfValue(node.required('input')).slice(2);
  const factors = node.numbers('scale_factors');
  const stray = from.findIndex((each, axis) => each * factors[axis] !== size[axis]);
  if (stray >= 0) misfit(`its factor ${factors[stray]} makes no whole size of ${from[stray]} (a whole size)`);
}

const convertUpsample =
  (mode: 'nearest' | 'bilinear'): AtenConverter =>
  (node) => {
    const x = node.required(node.has('self') ? 'self' : 'input');
    const size = resizedSize(node);
    const alignCorners = node.flag('align_corners', false);
    if (!alignCorners) checkFactors(node, size);
    const halfPixelCenters = mode === 'bilinear' && !alignCorners;
    return resizedMap(node.frame, x, { mode, size, alignCorners, halfPixelCenters });
  };

export const layers: Readonly<Record<string, AtenEntry>> = {
  'aten.conv2d': { convert },
  'aten.conv1d': { convert },
  'aten.convolution': { convert },
  'aten._convolution': { convert },
  'aten.conv_transpose2d': { convert: convertTransposed },
  'aten.conv_transpose1d': { convert: convertTransposed },
  'aten.batch_norm': { convert: convertNormalization, fold: foldNormalization },
  'aten.native_batch_norm': { convert: convertNormalization },
  'aten.cudnn_batch_norm': { convert: convertNormalization },
  'aten._native_batch_norm_legit_no_training': { convert: convertNormalization },
  'aten._batch_norm_no_update': { convert: convertNormalization },
  'aten._batch_norm_impl_index': { convert: convertNormalization },
  'aten.linear': { convert: convertLinear },
  'aten.addmm': { convert: convertAddmm },
  'aten.mm': { convert: convertProduct('mat2') },
  'aten.matmul': { convert: convertProduct('other') },
  'aten.max_pool2d': { keeps: true, convert: convertMaxPool },
  'aten.max_pool1d': { keeps: true, convert: convertMaxPool },
  'aten.max_pool2d_with_indices': { keeps: true, convert: convertMaxPool },
  'aten.avg_pool2d': { convert: convertAveragePool },
  'aten.avg_pool1d': { convert: convertAveragePool },
  'aten.adaptive_avg_pool2d': { convert: convertAdaptive },
  'aten.adaptive_avg_pool1d': { convert: convertAdaptive },
  'aten._adaptive_avg_pool2d': { convert: convertAdaptive },
  'aten.upsample_nearest2d': { convert: convertUpsample('nearest') },
  'aten.upsample_bilinear2d': { convert: convertUpsample('bilinear') },
};
