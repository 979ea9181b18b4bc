import type { NHWC, TensorId } from '../graph/tensor.ts';
import { concat } from '../ops/concat.ts';
import { reshape } from '../ops/reshape.ts';
import { selectChannels } from '../ops/select-channels.ts';
import { slice } from '../ops/slice.ts';
import type { LayerValue, Scope } from './scope.ts';
import { under } from './scope.ts';
import type { Of } from './weighted.ts';

/** Layers that move values, and the one that keeps them from run to run. */

const seenAs = (scope: Scope, path: string, shape: NHWC, id: TensorId): LayerValue =>
  scope.add(reshape, path, { shape }, [id]);

const channelsOf = (scope: Scope, path: string, x: TensorId, from: number, [, h, w, c]: NHWC): LayerValue =>
  scope.add(slice, path, { begin: [0, 0, from], size: [h, w, c] }, [x]);

/** torch.nn.PixelShuffle: pixel (y · r + i, x · r + j) of channel c is channel c · r² + i · r + j of pixel (y, x). */
export function pixelShuffle(scope: Scope, layer: Of<'PixelShuffle'>, path: string, x: LayerValue): LayerValue {
  const { factor: r } = layer;
  const [, h, w, c] = x.shape;
  const out = c / r ** 2;
  if (!Number.isInteger(out)) scope.fail(path, layer.type, `${c} channels are not blocks of ${r}×${r}`);
  scope.shuffle(path, layer.type, c);
  // Channels in the order i, j, c: those of one i are a row of the larger map, pixel by pixel.
  const order = Array.from({ length: c }, (_, at) => (at % out) * r ** 2 + Math.floor(at / out));
  const sorted = scope.add(selectChannels, under(path, 'order'), { order }, [x.id]);
  const rows = Array.from({ length: r }, (_, i) => {
    const row = channelsOf(scope, under(path, `row.${i}`), sorted.id, i * r * out, [1, h, w, r * out]);
    return seenAs(scope, under(path, `line.${i}`), [1, h, 1, w * r * out], row.id).id;
  });
  const joined = r === 1 ? rows[0] : scope.add(concat, under(path, 'concat'), {}, rows).id;
  return seenAs(scope, path, [1, h * r, w * r, out], joined);
}

/** torch.nn.PixelUnshuffle, the way back. */
export function pixelUnshuffle(scope: Scope, layer: Of<'PixelUnshuffle'>, path: string, x: LayerValue): LayerValue {
  const { factor: r } = layer;
  const [, h, w, c] = x.shape;
  if (h % r !== 0 || w % r !== 0) scope.fail(path, layer.type, `${h}×${w} pixels are not blocks of ${r}×${r}`);
  scope.shuffle(path, layer.type, c * r ** 2);
  const lines = seenAs(scope, under(path, 'lines'), [1, h / r, 1, r * w * c], x.id);
  const rows = Array.from({ length: r }, (_, i) => {
    const line = channelsOf(scope, under(path, `line.${i}`), lines.id, i * w * c, [1, h / r, 1, w * c]);
    return seenAs(scope, under(path, `row.${i}`), [1, h / r, w / r, r * c], line.id).id;
  });
  const joined = r === 1 ? rows[0] : scope.add(concat, under(path, 'concat'), {}, rows).id;
  const order = Array.from({ length: c * r ** 2 }, (_, at) => (at % r ** 2) * c + Math.floor(at / r ** 2));
  return scope.add(selectChannels, path, { order }, [joined]);
}

/**
 * The last `steps` columns of a sequence, of which each run is given the newest; the others are kept from run to run, and are 0 at
 * the first.
 */
export function stream(scope: Scope, layer: Of<'Stream'>, path: string, x: LayerValue): LayerValue {
  const { steps } = layer;
  const [, , w, c] = x.shape;
  const kept = steps - w;
  if (kept < 1) scope.fail(path, layer.type, `its input has ${w} steps, as many as it gives or more (${steps})`);
  const past = scope.state(under(path, 'past'), [1, 1, 1, kept * c]);
  const given = seenAs(scope, under(path, 'given'), [1, 1, 1, w * c], x.id);
  const joined = scope.add(concat, under(path, 'concat'), {}, [past.id, given.id]);
  const next = channelsOf(scope, under(path, 'next'), joined.id, w * c, [1, 1, 1, kept * c]);
  scope.keep(path, past, next);
  return seenAs(scope, path, [1, 1, steps, c], joined.id);
}
