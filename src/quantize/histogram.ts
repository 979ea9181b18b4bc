import type { Run } from '../graph/evaluator.ts';
import type { Graph } from '../graph/graph.ts';
import type { TensorId } from '../graph/tensor.ts';
import { type Images, overImages } from './calibrate.ts';
import type { Range } from './range.ts';
import type { Groups } from './shared.ts';

/** How often values came near each of `counts.length` points, spread evenly over the range with one on each end. */
export interface Histogram {
  readonly range: Range;
  readonly counts: Float64Array;
}

export const bins = 2048;

/** The value in the middle of a bin. */
export const binValue = ({ range: { min, max }, counts }: Histogram, bin: number): number =>
  min + (bin * (max - min)) / (counts.length - 1);

/**
 * Histograms of the groups whose quantisation is free, over all images. Outputs that an op copies or averages from its input
 * do not count: they would count the input's values again.
 */
export function histogramsOf(
  graph: Graph,
  groups: Groups,
  ranges: ReadonlyMap<TensorId, Range>,
  run: Run<Float32Array>,
  images: Images,
  onImage?: () => void,
): { readonly histograms: Map<TensorId, Histogram>; readonly images: number } {
  const histograms = new Map<TensorId, Histogram>();
  for (const [root, range] of ranges) {
    if (groups.fixed.has(root) || graph.tensors[root].data || range.min === range.max) continue;
    histograms.set(root, { range, counts: new Float64Array(bins) });
  }
  const observe = (id: TensorId, values: Float32Array): void => {
    const histogram = groups.kept.has(id) ? undefined : histograms.get(groups.of(id));
    if (histogram) count(histogram, values);
  };
  return { histograms, images: overImages(run, images, observe, onImage) };
}

export function count({ range: { min, max }, counts }: Histogram, values: Float32Array): void {
  const perUnit = (counts.length - 1) / (max - min);
  for (const value of values) {
    const bin = Math.floor((value - min) * perUnit + 0.5);
    // Images that differ between the passes may leave the range.
    if (bin >= 0 && bin < counts.length) counts[bin] = counts[bin] + 1;
  }
}
