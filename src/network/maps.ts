import { noPadding } from '../graph/tensor.ts';
import { averagePool2d } from '../ops/average-pool2d.ts';
import { maxPool2d } from '../ops/max-pool2d.ts';
import { pad } from '../ops/pad.ts';
import { resizeBilinear } from '../ops/resize-bilinear.ts';
import { resizeNearestNeighbor } from '../ops/resize-nearest-neighbor.ts';
import type { Layer } from './layers.ts';
import { type LayerValue, type Scope, under } from './scope.ts';
import { besideRow, inRow, type Of, paddingOf, pairOf } from './weighted.ts';

/** Pools, borders and resizes: layers without weights that have a geometry. */

/** The fields of a pool in both directions. */
type Window = Pick<Of<'MaxPool2d'>, 'kernel' | 'stride' | 'padding'>;

/** The fields of a pool in one direction, as those of one over a map of one row. */
export const besideRowOf = ({ kernel, stride, padding }: Of<'MaxPool1d'> | Of<'AvgPool1d'>): Window => ({
  kernel: inRow(kernel),
  stride: inRow(stride ?? kernel),
  padding: besideRow(padding),
});

/** The geometry of a pool. As in PyTorch the border is at most half a window, so that every window has a cell of the map. */
function poolOf(scope: Scope, layer: Layer, fields: Window, path: string) {
  const window = pairOf(fields.kernel);
  const padding = paddingOf(fields.padding);
  const { top, left, bottom, right } = padding;
  if (Math.max(top, bottom) * 2 > window[0] || Math.max(left, right) * 2 > window[1]) {
    const given = JSON.stringify(fields.padding);
    scope.fail(path, layer.type, `padding ${given} is more than half its window of ${window.join('×')}`);
  }
  const stride = pairOf(fields.stride ?? fields.kernel);
  return { window, stride, dilation: [1, 1], padding, activation: 'none' } as const;
}

/** PyTorch counts the border's zeros in a mean, LiteBlock's pool does not: a border that counts is laid around it first. */
export function averagePool(
  scope: Scope,
  layer: Of<'AvgPool1d'> | Of<'AvgPool2d'>,
  fields: Window,
  path: string,
  x: LayerValue,
): LayerValue {
  const geometry = poolOf(scope, layer, fields, path);
  const { top, left, bottom, right } = geometry.padding;
  if (!layer.countIncludePad || top + left + bottom + right === 0) {
    return scope.add(averagePool2d, path, geometry, [x.id]);
  }
  const border = { before: [top, left, 0], after: [bottom, right, 0] } as const;
  const padded = scope.add(pad, under(path, 'pad'), border, [x.id]);
  return scope.add(averagePool2d, path, { ...geometry, padding: noPadding }, [padded.id]);
}

export const maxPool = (scope: Scope, layer: Layer, fields: Window, path: string, x: LayerValue): LayerValue =>
  scope.add(maxPool2d, path, poolOf(scope, layer, fields, path), [x.id]);

/** The maximum of each channel over the whole map. */
export function wholeMaximum(scope: Scope, _layer: Layer, path: string, x: LayerValue): LayerValue {
  const [, h, w] = x.shape;
  const geometry = {
    window: [h, w],
    stride: [h, w],
    dilation: [1, 1],
    padding: noPadding,
    activation: 'none',
  } as const;
  return scope.add(maxPool2d, path, geometry, [x.id]);
}

/** torch.nn.ZeroPad2d, with the sides of its padding in the order of network.json. */
export function zeroPad(scope: Scope, layer: Of<'ZeroPad2d'>, path: string, x: LayerValue): LayerValue {
  const { top, left, bottom, right } = paddingOf(layer.padding);
  if (top + left + bottom + right === 0) return x;
  return scope.add(pad, path, { before: [top, left, 0], after: [bottom, right, 0] }, [x.id]);
}

/** torch.nn.Upsample with whole scale factors: output pixel i of `nearest` is input pixel ⌊i / scale⌋. */
export function upsample(scope: Scope, layer: Of<'Upsample'>, path: string, x: LayerValue): LayerValue {
  const { mode, alignCorners } = layer;
  if (mode === 'nearest' && alignCorners) scope.fail(path, layer.type, 'alignCorners goes with mode bilinear alone');
  const [, h, w] = x.shape;
  const scale = pairOf(layer.scale);
  const size = [h * scale[0], w * scale[1]] as const;
  if (mode === 'nearest') {
    return scope.add(resizeNearestNeighbor, path, { size, alignCorners, halfPixelCenters: false }, [x.id]);
  }
  const attributes = { size, alignCorners, halfPixelCenters: !alignCorners, unsigned: false };
  return scope.add(resizeBilinear, path, attributes, [x.id]);
}
