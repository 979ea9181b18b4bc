import type { Padding } from '../graph/tensor.ts';
import { batchNorm } from '../ops/batch-norm.ts';
import { conv2d } from '../ops/conv2d.ts';
import { depthwiseConv2d } from '../ops/depthwise-conv2d.ts';
import { fullyConnected } from '../ops/fully-connected.ts';
import { transposeConv2d } from '../ops/transpose-conv2d.ts';
import type { Layer } from './layers.ts';
import { type LayerValue, type Scope, under } from './scope.ts';

type Pair = number | readonly [number, number];
type Sides = Pair | readonly [number, number, number, number];

export const pairOf = (value: Pair): readonly [h: number, w: number] =>
  typeof value === 'number' ? [value, value] : value;

export function paddingOf(value: Sides): Padding {
  if (typeof value !== 'number' && value.length === 4) {
    const [top, left, bottom, right] = value;
    return { top, left, bottom, right };
  }
  const [h, w] = pairOf(value);
  return { top: h, left: w, bottom: h, right: w };
}

export type Of<Type extends Layer['type']> = Extract<Layer, { type: Type }>;

/** Puts values of [a, b, h, w] in the order [a, h, w, b]. */
const innermost =
  ([a, b, h, w]: readonly [number, number, number, number]) =>
  (data: Float32Array): Float32Array => {
    const moved = new Float32Array(data.length);
    let at = 0;
    for (let i = 0; i < a; i++) {
      for (let y = 0; y < h; y++) {
        for (let x = 0; x < w; x++) {
          for (let j = 0; j < b; j++) moved[at++] = data[((i * b + j) * h + y) * w + x];
        }
      }
    }
    return moved;
  };

/** Puts values of [a, b, h, w] in the order [b, h, w, a]. */
const outermostLast =
  ([a, b, h, w]: readonly [number, number, number, number]) =>
  (data: Float32Array): Float32Array => {
    const each = b * h * w;
    return Float32Array.from({ length: data.length }, (_, i) => data[(i % a) * each + Math.floor(i / a)]);
  };

/** Sizes of a layer in one direction, on the columns of a map of one row. */
export const inRow = (value: number): [h: number, w: number] => [1, value];

/** The same for a border: a size on both sides, or [left, right]. */
export function besideRow(
  value: number | readonly [number, number],
): [top: number, left: number, bottom: number, right: number] {
  const [left, right] = pairOf(value);
  return [0, left, 0, right];
}

const bias = (scope: Scope, path: string, given: boolean, out: number): number =>
  given ? scope.tensor(under(path, 'bias'), [out]) : -1;

/** Reports an input that has other channels than `field` of its layer says. */
export function fits(scope: Scope, { type }: Layer, path: string, field: string, given: number, x: LayerValue): void {
  const [, h, w, c] = x.shape;
  if (c === given) return;
  scope.fail(path, type, `${field} ${given} does not fit the ${c} channels before it`, {
    ...x,
    shape: [1, h, w, given],
  });
}

/** A convolution in both directions. */
type Convolution = Pick<Of<'Conv2d'>, 'in' | 'out' | 'stride' | 'padding' | 'dilation' | 'groups' | 'bias'>;

/** `file` is the shape of the weights in PyTorch, `window` the height and width of the kernel. */
function convolve(
  scope: Scope,
  layer: Layer,
  fields: Convolution,
  window: readonly [h: number, w: number],
  file: readonly number[],
  path: string,
  x: LayerValue,
): LayerValue {
  const { in: ins, out, groups } = fields;
  const [h, w] = window;
  const geometry = {
    stride: pairOf(fields.stride),
    dilation: pairOf(fields.dilation),
    padding: paddingOf(fields.padding),
    activation: 'none' as const,
    scaleProduct: 'f64' as const,
  };
  if (groups === ins && ins > 1) {
    const weights = scope.weights(path, layer.type, file, [h, w, out], innermost([1, out, h, w]));
    return scope.add(depthwiseConv2d, path, geometry, [x.id, weights, bias(scope, path, fields.bias, out)]);
  }
  const order = innermost([out, ins / groups, h, w]);
  const weights = scope.weights(path, layer.type, file, [out, h, w, ins / groups], order);
  return scope.add(conv2d, path, { ...geometry, groups }, [x.id, weights, bias(scope, path, fields.bias, out)]);
}

function groupsFit(scope: Scope, layer: Of<'Conv1d'> | Of<'Conv2d'>, path: string): void {
  const { in: ins, out, groups } = layer;
  if (ins % groups !== 0 || out % groups !== 0) {
    scope.fail(path, layer.type, `${groups} groups do not divide ${ins} inputs and ${out} outputs`);
  }
}

/** torch.nn.Conv2d; with as many groups as inputs it is a depthwise convolution. */
export function convolution(scope: Scope, layer: Of<'Conv2d'>, path: string, x: LayerValue): LayerValue {
  fits(scope, layer, path, 'in', layer.in, x);
  groupsFit(scope, layer, path);
  const window = pairOf(layer.kernel);
  return convolve(scope, layer, layer, window, [layer.out, layer.in / layer.groups, ...window], path, x);
}

/** torch.nn.Conv1d on a map of one row, whose columns are the steps in time. */
export function convolution1d(scope: Scope, layer: Of<'Conv1d'>, path: string, x: LayerValue): LayerValue {
  fits(scope, layer, path, 'in', layer.in, x);
  groupsFit(scope, layer, path);
  const { kernel, stride, dilation } = layer;
  const fields = { ...layer, stride: inRow(stride), dilation: inRow(dilation), padding: besideRow(layer.padding) };
  return convolve(scope, layer, fields, inRow(kernel), [layer.out, layer.in / layer.groups, kernel], path, x);
}

/** torch.nn.ConvTranspose2d: a map of (size − 1) · stride − 2 · padding + kernel + outputPadding. Its weights are [in, out, h, w]. */
export function transposedConvolution(
  scope: Scope,
  layer: Of<'ConvTranspose2d'>,
  path: string,
  x: LayerValue,
): LayerValue {
  const { in: ins, out } = layer;
  fits(scope, layer, path, 'in', ins, x);
  const [, height, width] = x.shape;
  const [stride, crop, extra] = [pairOf(layer.stride), pairOf(layer.padding), pairOf(layer.outputPadding)];
  const [h, w] = pairOf(layer.kernel);
  if (extra[0] >= stride[0] || extra[1] >= stride[1]) {
    scope.fail(path, layer.type, `outputPadding ${extra.join('×')} must be less than stride ${stride.join('×')}`);
  }
  const size = [
    (height - 1) * stride[0] - 2 * crop[0] + h + extra[0],
    (width - 1) * stride[1] - 2 * crop[1] + w + extra[1],
  ] as const;
  if (size[0] < 1 || size[1] < 1) {
    scope.fail(path, layer.type, `padding ${crop.join('×')} leaves nothing of its output (${size.join('×')})`);
  }
  const weights = scope.weights(path, layer.type, [ins, out, h, w], [out, h, w, ins], outermostLast([ins, out, h, w]));
  const attributes = { stride, crop, size, activation: 'none' as const, scaleProduct: 'f64' as const };
  return scope.add(transposeConv2d, path, attributes, [x.id, weights, bias(scope, path, layer.bias, out)]);
}

/** torch.nn.Linear. After a Flatten of a map its weights, which count c, h, w, are put in the order h, w, c. */
export function linear(scope: Scope, layer: Of<'Linear'>, path: string, x: LayerValue): LayerValue {
  const { in: ins, out } = layer;
  const [, h, w, c] = x.shape;
  const fitting = { shape: [1, 1, 1, ins], flat: true } as const;
  const fail = (what: string): never => scope.fail(path, layer.type, what, fitting);
  if (!x.flat && h * w > 1) fail(`its input is a map of ${h}×${w}: Flatten or pool it first`);
  if (h * w * c !== ins) fail(`in ${ins} does not fit the ${h * w * c} values before it`);
  const arrange = h * w > 1 ? innermost([out, c, h, w]) : undefined;
  const weights = scope.weights(path, layer.type, [out, ins], [out, ins], arrange);
  const inputs = [x.id, weights, bias(scope, path, layer.bias, out)];
  return scope.add(fullyConnected, path, { activation: 'none', scaleProduct: 'f64' }, inputs, true);
}

/** torch.nn.BatchNorm1d and 2d as they are at inference: running statistics. */
export function normalization(
  scope: Scope,
  layer: Of<'BatchNorm1d'> | Of<'BatchNorm2d'>,
  path: string,
  x: LayerValue,
): LayerValue {
  const { features, eps, affine } = layer;
  fits(scope, layer, path, 'features', features, x);
  if (x.flat && x.shape[1] * x.shape[2] > 1) scope.fail(path, layer.type, 'a flattened map has no channels');
  const take = (name: string, constant?: number): number => {
    const full = under(path, name);
    if (constant === undefined) return scope.tensor(full, [features]);
    return scope.constant(full, [features], new Float32Array(features).fill(constant));
  };
  const inputs = [
    x.id,
    take('weight', affine ? undefined : 1),
    take('bias', affine ? undefined : 0),
    take('running_mean'),
    take('running_var'),
  ];
  return scope.add(batchNorm, path, { eps }, inputs, x.flat);
}
