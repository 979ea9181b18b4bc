import type { Activation } from '../graph/attributes.ts';
import { noPadding } from '../graph/tensor.ts';
import { add } from '../ops/add.ts';
import { averagePool2d } from '../ops/average-pool2d.ts';
import { hardSigmoid } from '../ops/hard-sigmoid.ts';
import { hardSwish } from '../ops/hard-swish.ts';
import { logistic } from '../ops/logistic.ts';
import { maxPool2d } from '../ops/max-pool2d.ts';
import { mean } from '../ops/mean.ts';
import { mul } from '../ops/mul.ts';
import { pad } from '../ops/pad.ts';
import { relu } from '../ops/relu.ts';
import { selectChannels } from '../ops/select-channels.ts';
import { slice } from '../ops/slice.ts';
import { softmax } from '../ops/softmax.ts';
import { swish } from '../ops/swish.ts';
import { hiddenChannels, invertedResidual, liteBlock, separable, shuffleBranches } from './blocks.ts';
import { type Layer, largestSize, layerOf } from './layers.ts';
import { type Scope, under, type Value } from './scope.ts';
import { convolution, fits, linear, normalization, type Of, paddingOf, pairOf } from './weighted.ts';

type Assemble<Type extends Layer['type']> = (scope: Scope, layer: Of<Type>, path: string, x: Value) => Value;

const clampTo =
  (activation: Activation) =>
  (scope: Scope, _: Layer, path: string, x: Value): Value =>
    scope.add(relu, path, { activation }, [x.id], x.flat);

const elementwise =
  (op: typeof logistic) =>
  (scope: Scope, _: Layer, path: string, x: Value): Value =>
    scope.add(op, path, {}, [x.id], x.flat);

const unchanged = (_scope: Scope, _layer: Layer, _path: string, x: Value): Value => x;

/** Channels c of g groups as (c mod g) · c/g + ⌊c / g⌋: torch.nn.ChannelShuffle. */
export const shuffleOrder = (channels: number, groups: number): number[] =>
  Array.from({ length: channels }, (_, c) => (c % groups) * (channels / groups) + Math.floor(c / groups));

/** Maps, not rows of values. */
function whyNotFlat(scope: Scope, { type }: Layer, path: string, x: Value): void {
  if (x.flat && x.shape[1] * x.shape[2] > 1) scope.fail(path, type, 'its input is flattened, and no map any more');
}

function residual(scope: Scope, layer: Of<'Residual'>, path: string, x: Value): Value {
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

function squeezeExcite(scope: Scope, layer: Of<'SqueezeExcite'>, path: string, x: Value): Value {
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

function shuffleUnit(scope: Scope, layer: Of<'ShuffleUnit'>, path: string, x: Value): Value {
  const { in: ins, out, stride } = layer;
  fits(scope, layer, path, 'in', ins, x);
  if (out % 2 !== 0 || (stride === 1 && ins !== out)) {
    scope.fail(path, layer.type, `in ${ins} and out ${out} (out even, and with stride 1 the two equal)`);
  }
  const [, h, w] = x.shape;
  const half = (begin: number, name: string): Value =>
    scope.add(slice, under(path, name), { begin: [0, 0, begin], size: [h, w, out / 2] }, [x.id]);
  const [one, other] = stride === 1 ? [half(0, 'split.0'), half(out / 2, 'split.1')] : [x, x];
  const { first, second } = shuffleBranches(layer);
  const a = assemble(scope, first, under(path, first.name ?? ''), one);
  const b = assemble(scope, second, under(path, second.name ?? ''), other);
  scope.shuffle(path, layer.type, out);
  return scope.add(selectChannels, under(path, 'shuffle'), { order: shuffleOrder(out, 2) }, [a.id, b.id]);
}

function channelShuffle(scope: Scope, layer: Of<'ChannelShuffle'>, path: string, x: Value): Value {
  const { groups } = layer;
  const c = x.shape[3];
  if (c % groups !== 0) scope.fail(path, layer.type, `${groups} groups do not divide the ${c} channels before it`);
  scope.shuffle(path, layer.type, c);
  return scope.add(selectChannels, path, { order: shuffleOrder(c, groups) }, [x.id]);
}

/** The geometry of a pool. As in PyTorch the border is at most half a window, so that every window has a cell of the map. */
function poolOf(scope: Scope, layer: Of<'MaxPool2d'> | Of<'AvgPool2d'>, path: string) {
  const window = pairOf(layer.kernel);
  const padding = paddingOf(layer.padding);
  const { top, left, bottom, right } = padding;
  if (Math.max(top, bottom) * 2 > window[0] || Math.max(left, right) * 2 > window[1]) {
    const given = JSON.stringify(layer.padding);
    scope.fail(path, layer.type, `padding ${given} is more than half its window of ${window.join('×')}`);
  }
  const stride = pairOf(layer.stride ?? layer.kernel);
  return { window, stride, dilation: [1, 1], padding, activation: 'none' } as const;
}

/** PyTorch counts the border's zeros in a mean, LiteBlock's pool does not: a border that counts is laid around it first. */
function averagePool(scope: Scope, layer: Of<'AvgPool2d'>, path: string, x: Value): Value {
  const geometry = poolOf(scope, layer, path);
  const { top, left, bottom, right } = geometry.padding;
  if (!layer.countIncludePad || top + left + bottom + right === 0) {
    return scope.add(averagePool2d, path, geometry, [x.id]);
  }
  const border = { before: [top, left, 0], after: [bottom, right, 0] } as const;
  const padded = scope.add(pad, under(path, 'pad'), border, [x.id]);
  return scope.add(averagePool2d, path, { ...geometry, padding: noPadding }, [padded.id]);
}

const maxPool = (scope: Scope, layer: Of<'MaxPool2d'>, path: string, x: Value): Value =>
  scope.add(maxPool2d, path, poolOf(scope, layer, path), [x.id]);

/** What each word of network.json becomes. */
const words: { readonly [Type in Layer['type']]: Assemble<Type> } = {
  Sequential: (scope, layer, path, x) => sequence(scope, layer.layers, path, x),
  Residual: (scope, layer, path, x) => scope.block(layer.type, path, () => residual(scope, layer, path, x)),
  Conv2d: convolution,
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
  BatchNorm2d: normalization,
  ReLU: clampTo('relu'),
  ReLU6: clampTo('relu6'),
  Sigmoid: elementwise(logistic),
  Hardsigmoid: elementwise(hardSigmoid),
  SiLU: elementwise(swish),
  Hardswish: elementwise(hardSwish),
  Softmax: (scope, layer, path, x) => {
    whyNotFlat(scope, layer, path, x); // PyTorch's is over all the values of a flattened map, the operator over channels
    return scope.add(softmax, path, { beta: 1 }, [x.id], x.flat);
  },
  Flatten: (_scope, _layer, _path, x) => ({ ...x, flat: true }),
  Dropout: unchanged,
  Identity: unchanged,
  MaxPool2d: maxPool,
  AvgPool2d: averagePool,
  AdaptiveAvgPool2d: (scope, _, path, x) => scope.add(mean, path, { axes: 'hw' }, [x.id]),
  Linear: linear,
};

/** Layers that take rows of values as well as maps. */
const takesRows: ReadonlySet<Layer['type']> = new Set([
  ...(['Sequential', 'Linear', 'BatchNorm2d', 'Dropout', 'Identity', 'Flatten', 'Softmax'] as const),
  ...(['ReLU', 'ReLU6', 'Sigmoid', 'Hardsigmoid', 'SiLU', 'Hardswish'] as const),
]);

/** The nodes of one layer whose module path is `path`. */
export function assemble(scope: Scope, layer: Layer, path: string, x: Value): Value {
  if (!takesRows.has(layer.type)) whyNotFlat(scope, layer, path, x);
  const word = words[layer.type] as Assemble<Layer['type']>;
  return word(scope, layer, path, x);
}

/** Layers one after another; those without a name are called by their index. Each path is one module's. */
export function sequence(scope: Scope, layers: readonly Layer[], path: string, x: Value): Value {
  return layers.reduce((value, layer, i) => {
    const own = under(path, layer.name ?? i);
    scope.claim(own, layer.type);
    return scope.module(own, value, (given) => assemble(scope, layer, own, given));
  }, x);
}
