import type { Activation } from '../graph/attributes.ts';
import { add } from '../ops/add.ts';
import { concat } from '../ops/concat.ts';
import { elu } from '../ops/elu.ts';
import { gelu } from '../ops/gelu.ts';
import { hardSigmoid } from '../ops/hard-sigmoid.ts';
import { hardSwish } from '../ops/hard-swish.ts';
import { leakyRelu } from '../ops/leaky-relu.ts';
import { logistic } from '../ops/logistic.ts';
import { mean } from '../ops/mean.ts';
import { mul } from '../ops/mul.ts';
import { prelu } from '../ops/prelu.ts';
import { relu } from '../ops/relu.ts';
import { selectChannels } from '../ops/select-channels.ts';
import { slice } from '../ops/slice.ts';
import { softmax } from '../ops/softmax.ts';
import { swish } from '../ops/swish.ts';
import { tanh } from '../ops/tanh.ts';
import { pixelShuffle, pixelUnshuffle, stream } from './arranged.ts';
import { hiddenChannels, invertedResidual, liteBlock, separable, shuffleBranches } from './blocks.ts';
import { type Layer, largestSize, layerOf } from './layers.ts';
import { averagePool, besideRowOf, maxPool, upsample, wholeMaximum, zeroPad } from './maps.ts';
import { type LayerValue, type Scope, under } from './scope.ts';
import { convolution, convolution1d, fits, linear, normalization, type Of, transposedConvolution } from './weighted.ts';

type Assemble<Type extends Layer['type']> = (scope: Scope, layer: Of<Type>, path: string, x: LayerValue) => LayerValue;

const clampTo =
  (activation: Activation) =>
  (scope: Scope, _: Layer, path: string, x: LayerValue): LayerValue =>
    scope.add(relu, path, { activation }, [x.id], x.flat);

const elementwise =
  (op: typeof logistic) =>
  (scope: Scope, _: Layer, path: string, x: LayerValue): LayerValue =>
    scope.add(op, path, {}, [x.id], x.flat);

const unchanged = (_scope: Scope, _layer: Layer, _path: string, x: LayerValue): LayerValue => x;

/** Channels c of g groups as (c mod g) · c/g + ⌊c / g⌋: torch.nn.ChannelShuffle. */
export const shuffleOrder = (channels: number, groups: number): number[] =>
  Array.from({ length: channels }, (_, c) => (c % groups) * (channels / groups) + Math.floor(c / groups));

/** Maps, not rows of values. */
function whyNotFlat(scope: Scope, { type }: Layer, path: string, x: LayerValue): void {
  if (x.flat && x.shape[1] * x.shape[2] > 1) scope.fail(path, type, 'its input is flattened; expected a map');
}

function residual(scope: Scope, layer: Of<'Residual'>, path: string, x: LayerValue): LayerValue {
  const main = sequence(scope, layer.layers, path, x);
  const side = layer.shortcut ? sequence(scope, layer.shortcut, path, x) : x;
  if (String(main.shape) !== String(side.shape)) {
    const [a, b] = [main, side].map(({ shape }) => shape.slice(1).join('×'));
    scope.report(
      path,
      layer.type,
      `its layers give ${a}, its shortcut ${b} (height×width×channels; they must be equal)`,
    );
    return main;
  }
  return scope.add(add, under(path, 'add'), { activation: 'none' }, [main.id, side.id]);
}

/** torch.cat along the channels, or along the values of flattened ones. */
function concatenation(scope: Scope, layer: Of<'Concat'>, path: string, x: LayerValue): LayerValue {
  const parts = layer.layers.map((part, i) => sequence(scope, [{ ...part, name: part.name ?? `${i}` }], path, x));
  for (const part of parts) whyNotFlat(scope, layer, path, part);
  const maps = new Set(parts.map(({ shape }) => `${shape[1]}×${shape[2]}`));
  if (maps.size > 1) {
    scope.fail(path, layer.type, `its layers give maps of ${[...maps].join(' and ')} (they must be equal)`);
  }
  if (parts.length === 1) return parts[0];
  const flat = parts.every((part) => part.flat);
  const inputs = parts.map(({ id }) => id);
  return scope.add(concat, under(path, 'concat'), {}, inputs, flat);
}

function parametricRelu(scope: Scope, layer: Of<'PReLU'>, path: string, x: LayerValue): LayerValue {
  const { parameters } = layer;
  if (parameters > 1) {
    fits(scope, layer, path, 'parameters', parameters, x);
    whyNotFlat(scope, layer, path, x);
  }
  return scope.add(prelu, path, {}, [x.id, scope.tensor(under(path, 'weight'), [parameters])], x.flat);
}

function squeezeExcite(scope: Scope, layer: Of<'SqueezeExcite'>, path: string, x: LayerValue): LayerValue {
  const { channels, squeeze, activation, gate } = layer;
  fits(scope, layer, path, 'channels', channels, x);
  const pooled = scope.add(mean, under(path, 'avgpool'), { axes: 'hw' }, [x.id]);
  const layers = [
    layerOf({ type: 'Conv2d', name: 'fc1', in: channels, out: squeeze, kernel: 1 }),
    layerOf({ type: activation, name: 'activation' }),
    layerOf({ type: 'Conv2d', name: 'fc2', in: squeeze, out: channels, kernel: 1 }),
    layerOf({ type: gate, name: 'scale_activation' }),
  ];
  const scale = sequence(scope, layers, path, pooled);
  return scope.add(mul, under(path, 'mul'), { activation: 'none' }, [x.id, scale.id]);
}

function shuffleUnit(scope: Scope, layer: Of<'ShuffleUnit'>, path: string, x: LayerValue): LayerValue {
  const { in: ins, out, stride } = layer;
  fits(scope, layer, path, 'in', ins, x);
  if (out % 2 !== 0 || (stride === 1 && ins !== out)) {
    scope.fail(
      path,
      layer.type,
      `in ${ins} and out ${out}: out must be even, and with stride 1 in and out must be equal`,
    );
  }
  const [, h, w] = x.shape;
  const half = (begin: number, name: string): LayerValue =>
    scope.add(slice, under(path, name), { begin: [0, 0, begin], size: [h, w, out / 2] }, [x.id]);
  const [one, other] = stride === 1 ? [half(0, 'split.0'), half(out / 2, 'split.1')] : [x, x];
  const { first, second } = shuffleBranches(layer);
  const a = assemble(scope, first, under(path, first.name ?? ''), one);
  const b = assemble(scope, second, under(path, second.name ?? ''), other);
  scope.shuffle(path, layer.type, out);
  return scope.add(selectChannels, under(path, 'shuffle'), { order: shuffleOrder(out, 2) }, [a.id, b.id]);
}

function channelShuffle(scope: Scope, layer: Of<'ChannelShuffle'>, path: string, x: LayerValue): LayerValue {
  const { groups } = layer;
  const c = x.shape[3];
  if (c % groups !== 0) scope.fail(path, layer.type, `${groups} groups do not divide the ${c} channels before it`);
  scope.shuffle(path, layer.type, c);
  return scope.add(selectChannels, path, { order: shuffleOrder(c, groups) }, [x.id]);
}

/** Layers in one direction take maps of one row, whose columns are the steps. */
const inOneRow =
  <Type extends Layer['type']>(run: Assemble<Type>): Assemble<Type> =>
  (scope, layer, path, x) => {
    const [, h, w, c] = x.shape;
    if (h !== 1) {
      const what = `its input is a map of ${h}×${w}, but it takes one row (height 1, one column per step)`;
      scope.fail(path, layer.type, what, { ...x, shape: [1, 1, w, c] });
    }
    return run(scope, layer, path, x);
  };

/** What each word of network.json becomes. */
const words: { readonly [Type in Layer['type']]: Assemble<Type> } = {
  Sequential: (scope, layer, path, x) => sequence(scope, layer.layers, path, x),
  Residual: (scope, layer, path, x) => scope.block(layer.type, path, () => residual(scope, layer, path, x)),
  Concat: (scope, layer, path, x) => scope.block(layer.type, path, () => concatenation(scope, layer, path, x)),
  Conv1d: inOneRow(convolution1d),
  Conv2d: convolution,
  ConvTranspose2d: transposedConvolution,
  DepthwiseSeparableConv: (scope, layer, path, x) =>
    scope.block(layer.type, path, () => sequence(scope, separable(layer).layers, path, x)),
  LiteBlock: (scope, layer, path, x) => {
    fits(scope, layer, path, 'in', layer.in, x);
    return scope.block(layer.type, path, () => residual(scope, liteBlock(layer), path, x));
  },
  InvertedResidual: (scope, layer, path, x) => {
    fits(scope, layer, path, 'in', layer.in, x);
    const hidden = hiddenChannels(layer);
    if (hidden < 1 || hidden > largestSize) {
      scope.fail(
        path,
        layer.type,
        `expand ${layer.expand} of in ${layer.in} gives ${hidden} channels (1 … ${largestSize})`,
      );
    }
    const inner = invertedResidual(layer);
    return scope.block(layer.type, path, () =>
      inner.type === 'Residual' ? residual(scope, inner, path, x) : sequence(scope, inner.layers, path, x),
    );
  },
  ShuffleUnit: (scope, layer, path, x) => scope.block(layer.type, path, () => shuffleUnit(scope, layer, path, x)),
  SqueezeExcite: (scope, layer, path, x) => scope.block(layer.type, path, () => squeezeExcite(scope, layer, path, x)),
  ChannelShuffle: channelShuffle,
  BatchNorm1d: inOneRow(normalization),
  BatchNorm2d: normalization,
  ReLU: clampTo('relu'),
  ReLU6: clampTo('relu6'),
  Sigmoid: elementwise(logistic),
  Hardsigmoid: elementwise(hardSigmoid),
  SiLU: elementwise(swish),
  Hardswish: elementwise(hardSwish),
  Hardtanh: clampTo('reluN1To1'),
  Tanh: elementwise(tanh),
  ELU: elementwise(elu),
  GELU: (scope, { approximate }, path, x) =>
    scope.add(gelu, path, { approximate: approximate === 'tanh' }, [x.id], x.flat),
  PixelShuffle: pixelShuffle,
  PixelUnshuffle: pixelUnshuffle,
  Stream: inOneRow(stream),
  LeakyReLU: (scope, { negativeSlope }, path, x) =>
    scope.add(leakyRelu, path, { alpha: Math.fround(negativeSlope) }, [x.id], x.flat),
  PReLU: parametricRelu,
  Softmax: (scope, layer, path, x) => {
    whyNotFlat(scope, layer, path, x); // PyTorch's is over all the values of a flattened map, the operator over channels
    return scope.add(softmax, path, { beta: 1 }, [x.id], x.flat);
  },
  Flatten: (_scope, _layer, _path, x) => ({ ...x, flat: true }),
  Dropout: unchanged,
  Identity: unchanged,
  MaxPool1d: inOneRow((scope, layer, path, x) => maxPool(scope, layer, besideRowOf(layer), path, x)),
  MaxPool2d: (scope, layer, path, x) => maxPool(scope, layer, layer, path, x),
  AvgPool1d: inOneRow((scope, layer, path, x) => averagePool(scope, layer, besideRowOf(layer), path, x)),
  AvgPool2d: (scope, layer, path, x) => averagePool(scope, layer, layer, path, x),
  Upsample: upsample,
  ZeroPad2d: zeroPad,
  AdaptiveAvgPool1d: inOneRow((scope, _, path, x) => scope.add(mean, path, { axes: 'hw' }, [x.id])),
  AdaptiveAvgPool2d: (scope, _, path, x) => scope.add(mean, path, { axes: 'hw' }, [x.id]),
  AdaptiveMaxPool1d: inOneRow((scope, layer, path, x) => wholeMaximum(scope, layer, path, x)),
  AdaptiveMaxPool2d: wholeMaximum,
  Linear: linear,
};

/** Layers that take rows of values as well as maps. */
const takesRows: ReadonlySet<Layer['type']> = new Set([
  ...(['Sequential', 'Linear', 'BatchNorm1d', 'BatchNorm2d', 'Dropout', 'Identity', 'Flatten'] as const),
  ...(['Softmax', 'ReLU', 'ReLU6', 'Sigmoid', 'Hardsigmoid', 'SiLU', 'Hardswish', 'Hardtanh', 'Tanh'] as const),
  ...(['LeakyReLU', 'PReLU', 'ELU', 'GELU'] as const),
]);

/** The nodes of one layer whose module path is `path`. */
export function assemble(scope: Scope, layer: Layer, path: string, x: LayerValue): LayerValue {
  if (!takesRows.has(layer.type)) whyNotFlat(scope, layer, path, x);
  const word = words[layer.type] as Assemble<Layer['type']>;
  return word(scope, layer, path, x);
}

/** Layers one after another; those without a name are called by their index. Each path is one module's. */
export function sequence(scope: Scope, layers: readonly Layer[], path: string, x: LayerValue): LayerValue {
  return layers.reduce((value, layer, i) => {
    const own = under(path, layer.name ?? i);
    scope.claim(own, layer.type, layer.name !== undefined);
    return scope.module(own, value, (given) => assemble(scope, layer, own, given));
  }, x);
}
