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
  const [h, w] = pairOf(value as Pair);
  return { top: h, left: w, bottom: h, right: w };
}

export type Of<Type extends Layer['type']> = Extract<Layer, { type: Type }>;

/** Values of [a, b, h, w] in the order [a, h, w, b]. */
function innermost(
  { weights }: Scope,
  data: Float32Array,
  [a, b, h, w]: readonly [number, number, number, number],
): Float32Array {
  if (weights.blank) return data;
  const moved = new Float32Array(data.length);
  let at = 0;
  for (let i = 0; i < a; i++) {
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        for (let j = 0; j < b; j++) moved[at++] = data[((i * b + j) * h + y) * w + x] as number;
      }
    }
  }
  return moved;
}

function bias(scope: Scope, path: string, given: boolean, out: number): number {
  const name = under(path, 'bias');
  return given ? scope.constant(name, [out], scope.weights.take(name, [out])) : -1;
}

/** torch.nn.Conv2d; with as many groups as inputs it is a depthwise convolution. */
export function convolution(scope: Scope, layer: Of<'Conv2d'>, path: string, x: Value): Value {
  const { in: ins, out, groups } = layer;
  if (x.shape[3] !== ins) scope.fail(path, layer.type, `in ${ins} does not fit the ${x.shape[3]} channels before it`);
  if (ins % groups !== 0 || out % groups !== 0) {
    scope.fail(path, layer.type, `${groups} groups do not divide ${ins} inputs and ${out} outputs`);
  }
  const [h, w] = pairOf(layer.kernel);
  const name = under(path, 'weight');
  const file = [out, ins / groups, h, w] as const;
  const data = scope.take(path, layer.type, file);
  const geometry = {
    stride: pairOf(layer.stride),
    dilation: pairOf(layer.dilation),
    padding: paddingOf(layer.padding),
    activation: 'none' as const,
    scaleProduct: 'f64' as const,
  };
  if (groups === ins && ins > 1) {
    const weights = scope.constant(name, [h, w, out], innermost(scope, data, [1, out, h, w]));
    return scope.add(depthwiseConv2d, path, geometry, [x.id, weights, bias(scope, path, layer.bias, out)]);
  }
  const weights = scope.constant(name, [out, h, w, ins / groups], innermost(scope, data, file));
  return scope.add(conv2d, path, { ...geometry, groups }, [x.id, weights, bias(scope, path, layer.bias, out)]);
}

/** torch.nn.Linear. After a Flatten of a map its weights, which count c, h, w, are put in the order h, w, c. */
export function linear(scope: Scope, layer: Of<'Linear'>, path: string, x: Value): Value {
  const { in: ins, out } = layer;
  const [, h, w, c] = x.shape;
  if (!x.flat && h * w > 1) scope.fail(path, layer.type, `its input is a map of ${h}×${w}: Flatten or pool it first`);
  if (h * w * c !== ins) scope.fail(path, layer.type, `in ${ins} does not fit the ${h * w * c} values before it`);
  const name = under(path, 'weight');
  const data = scope.take(path, layer.type, [out, ins]);
  const ordered = h * w > 1 ? innermost(scope, data, [out, c, h, w]) : data;
  const inputs = [x.id, scope.constant(name, [out, ins], ordered), bias(scope, path, layer.bias, out)];
  return scope.add(fullyConnected, path, { activation: 'none', scaleProduct: 'f64' }, inputs, true);
}

/** torch.nn.BatchNorm2d as it is at inference: running statistics. */
export function normalization(scope: Scope, layer: Of<'BatchNorm2d'>, path: string, x: Value): Value {
  const { features, eps, affine } = layer;
  if (x.shape[3] !== features) {
    scope.fail(path, layer.type, `features ${features} does not fit the ${x.shape[3]} channels before it`);
  }
  if (x.flat && x.shape[1] * x.shape[2] > 1) scope.fail(path, layer.type, 'a flattened map has no channels any more');
  const take = (name: string, constant?: number): number => {
    const full = under(path, name);
    const data =
      constant === undefined ? scope.weights.take(full, [features]) : new Float32Array(features).fill(constant);
    return scope.constant(full, [features], data);
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
