import { checkKind, kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { Run } from '../graph/evaluator.ts';
import { type Graph, producersOf } from '../graph/graph.ts';
import { shortName, withName } from '../graph/short-name.ts';
import type { TensorId } from '../graph/tensor.ts';
import { describeNode } from './operands.ts';
import type { Range } from './range.ts';

/** Images as a graph's inputs, each an array of real values. They are iterated once for each pass. */
export type Images = Iterable<readonly Float32Array[]>;

/** Throws input where `images` cannot be iterated. */
export function checkImages(what: string, images: Images): void {
  if (typeof images === 'object' && images !== null && Symbol.iterator in images && !ArrayBuffer.isView(images)) return;
  throw new LiteBlockError('input', `${what}: expected a list of [Float32Array] for each image, got ${kindOf(images)}`);
}

/** Throws input where an image is not a list of Float32Arrays, or not of `wanted` of them. */
export function checkImage(what: string, inputs: readonly Float32Array[], wanted = inputs?.length): void {
  checkKind(what, inputs, 'Array');
  for (const values of inputs) checkKind(what, values, 'Float32Array');
  if (inputs.length === wanted) return;
  throw new LiteBlockError('input', `${what}: inputs: expected ${wanted}, got ${inputs.length}`);
}

/** Runs every image and hands each activation to `observe`; returns how many images there were. */
export function overImages(
  run: Run<Float32Array>,
  images: Images,
  observe: (id: TensorId, values: Float32Array, image: number) => void,
  onImage?: () => void,
): number {
  let count = 0;
  for (const inputs of images) {
    checkImage(`quantize: image ${count}`, inputs);
    run(inputs, (id, values) => {
      observe(id, values, count);
    });
    count++;
    onImage?.();
  }
  return count;
}

/**
 * The least and greatest value of every activation over all images. Throws where a value is not a finite number, naming the node
 * that made it, and where there is no image.
 */
export function observedRanges(
  graph: Graph,
  run: Run<Float32Array>,
  images: Images,
  onImage?: () => void,
): { readonly ranges: Map<TensorId, Range>; readonly images: number } {
  const ranges = new Map<TensorId, { min: number; max: number }>();
  const observe = (id: TensorId, values: Float32Array, image: number): void => {
    let range = ranges.get(id);
    if (!range) {
      range = { min: Infinity, max: -Infinity };
      ranges.set(id, range);
    }
    for (const value of values) {
      if (!Number.isFinite(value)) throw notFinite(graph, id, value, image);
      if (value < range.min) range.min = value;
      if (value > range.max) range.max = value;
    }
  };
  const count = overImages(run, images, observe, onImage);
  if (count === 0) throw new LiteBlockError('usage', 'quantize: no images to calibrate with: at least one is needed');
  return { ranges, images: count };
}

function notFinite(graph: Graph, id: TensorId, value: number, image: number): LiteBlockError {
  const name = graph.tensors[id].name;
  const node = graph.nodes[producersOf(graph).get(id) ?? -1];
  if (!node)
    return new LiteBlockError('input', `quantize: image ${image} has the value ${value} in ${withName('input', name)}`);
  const what = `${name ? `"${shortName(name)}"` : 'its output'} has the value ${value} on image ${image}`;
  return new LiteBlockError('graph-invalid', `quantize: ${describeNode(node)}: ${what}`, [
    { node: node.index, op: node.op.type, name: node.name, what },
  ]);
}
