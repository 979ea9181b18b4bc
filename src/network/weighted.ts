import type { Padding } from '../graph/tensor.ts';
import { batchNorm } from '../ops/batch-norm.ts';
import { conv2d } from '../ops/conv2d.ts';
import { depthwiseConv2d } from '../ops/depthwise-conv2d.ts';
import { fullyConnected } from '../ops/fully-connected.ts';
import type { Layer } from './layers.ts';
import { type Scope, under, type Value } from './scope.ts';

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

const bias = (scope: Scope, path: string, given: boolean, out: number): number =>
  given ? scope.tensor(under(path, 'bias'), [out]) : -1;

/** Reports an input that has other channels than `field` of its layer says. */
export function fits(scope: Scope, { type }: Layer, path: string, field: string, given: number, x: Value): void {
  const [, h, w, c] = x.shape;
  if (c === given) return;
  scope.fail(path, type, `${field} ${given} does not fit the ${c} channels before it`, {
    ...x,
    shape: [1, h, w, given],
  });
}

/** torch.nn.Conv2d; with as many groups as inputs it is a depthwise convolution. */
export function convolution(scope: Scope, layer: Of<'Conv2d'>, path: string, x: Value): Value {
  const { in: ins, out, groups } = layer;
  fits(scope, layer, path, 'in', ins, x);
  if (ins % groups !== 0 || out % groups !== 0) {
    scope.fail(path, layer.type, `${groups} groups do not divide ${ins} inputs and ${out} outputs`);
  }
  const [h, w] = pairOf(layer.kernel);
  const file = [out, ins / groups, h, w] as const;
  const geometry = {
    stride: pairOf(layer.stride),
    dilation: pairOf(layer.dilation),
    padding: paddingOf(layer.padding),
    activation: 'none' as const,
    scaleProduct: 'f64' as const,
  };
  if (groups === ins && ins > 1) {
    const weights = scope.weights(path, layer.type, file, [h, w, out], innermost([1, out, h, w]));
    return scope.add(depthwiseConv2d, path, geometry, [x.id, weights, bias(scope, path, layer.bias, out)]);
  }
  const weights = scope.weights(path, layer.type, file, [out, h, w, ins / groups], innermost(file));
  return scope.add(conv2d, path, { ...geometry, groups }, [x.id, weights, bias(scope, path, layer.bias, out)]);
}

/** torch.nn.Linear. After a Flatten of a map its weights, which count c, h, w, are put in the order h, w, c. */
export function linear(scope: Scope, layer: Of<'Linear'>, path: string, x: Value): Value {
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

/** torch.nn.BatchNorm2d as it is at inference: running statistics. */
export function normalization(scope: Scope, layer: Of<'BatchNorm2d'>, path: string, x: Value): Value {
  const { features, eps, affine } = layer;
  fits(scope, layer, path, 'features', features, x);
  if (x.flat && x.shape[1] * x.shape[2] > 1) scope.fail(path, layer.type, 'a flattened map has no channels any more');
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
