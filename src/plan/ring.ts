import { elementBytes } from '../format/instructions.ts';
import type { Graph, Node, TensorId } from '../graph/graph.ts';
import type { DType, Tensor } from '../graph/tensor.ts';
import type { Place } from './places.ts';
import type { Read } from './reads.ts';

/** Bytes of one element. No kernel takes what has none: a byte stands for it until that is said. */
export const bytesOf = (dtype: DType): number => (elementBytes as Partial<Record<DType, number>>)[dtype] ?? 1;

/** The shape of an activation in memory; the fields are those of an operand (src/format/instructions.ts) and one more. */
export interface Ring {
  readonly elementBytes: number;
  readonly capacity: number;
  readonly rowBytes: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly pixelStride: number;
  readonly origin: number;
  readonly left: number;
  readonly right: number;
}

/** Padding columns on both sides. */
export interface Columns {
  readonly left: number;
  readonly right: number;
}

export const ringBytes = ({ capacity, rowBytes }: Ring): number => capacity * rowBytes;

/** All rows side by side and nothing between them: height · width pixels in one run. */
export const isDense = (ring: Ring): boolean =>
  ring.capacity === ring.height && ring.left === 0 && ring.right === 0 && !isPart(ring);

/** Only some channels of the pixels that it lies in. */
export const isPart = ({ channels, elementBytes, pixelStride }: Ring): boolean => channels * elementBytes < pixelStride;

/** `channels` channels of a ring from the channel `first` on, in the same memory. */
export const partOf = (ring: Ring, first: number, channels: number): Ring => ({
  ...ring,
  channels,
  origin: ring.origin + first * ring.elementBytes,
});

/** Every byte of a row of one is the same byte of that row of the other. */
export const sameLayout = (a: Ring, b: Ring): boolean =>
  (Object.keys(a) as (keyof Ring)[]).every((field) => a[field] === b[field]);

/** A constant may have fewer axes: [c] is one pixel. */
export function ringOf(tensor: Pick<Tensor, 'shape' | 'dtype'>, { left, right }: Columns, capacity?: number): Ring {
  const [height, width, channels] = [1, 1, 1, ...tensor.shape].slice(-3) as [number, number, number];
  const bytes = bytesOf(tensor.dtype);
  const pixelStride = channels * bytes;
  return {
    elementBytes: bytes,
    capacity: Math.min(capacity ?? height, height),
    rowBytes: (left + width + right) * pixelStride,
    height,
    width,
    channels,
    pixelStride,
    origin: left * pixelStride,
    left,
    right,
  };
}

/**
 * For each activation its ring, wide enough for the padding columns of all its readers, of those that read a part of it
 * (`parts`, by node) and of what is made among its pixels (`places`, by tensor); undefined for constants.
 */
export function ringsOf(
  graph: Graph,
  reads: readonly (readonly Read[])[],
  parts: readonly (number | undefined)[],
  places: readonly (Place | undefined)[],
  capacities: ReadonlyMap<TensorId, number> = new Map(),
): (Ring | undefined)[] {
  const columns = graph.tensors.map(() => ({ left: 0, right: 0 }));
  const widen = (id: TensorId, need: Columns): void => {
    const { left, right } = columns[id] as Columns;
    columns[id] = { left: Math.max(left, need.left), right: Math.max(right, need.right) };
  };
  for (const { tensor, need } of reads.flat()) widen(tensor, need);
  // From the end: a part of a part hands on what it wants itself.
  for (let n = graph.nodes.length - 1; n >= 0; n--) {
    const { inputs, outputs } = graph.nodes[n] as Node;
    if (parts[n] !== undefined) widen(inputs[0] as TensorId, columns[outputs[0] as TensorId] as Columns);
  }
  // From the start: what is made in a part wants it of the whole, and that may be a part again.
  for (const { outputs } of graph.nodes) {
    const place = places[outputs[0] as TensorId];
    if (place) widen(place.whole, columns[outputs[0] as TensorId] as Columns);
  }
  const ringAt = (id: TensorId): Ring => {
    const place = places[id];
    const tensor = graph.tensors[id] as Tensor;
    if (!place) return ringOf(tensor, columns[id] as Columns, capacities.get(id));
    return partOf(ringAt(place.whole), place.channel, tensor.shape[3] as number);
  };
  return graph.tensors.map((tensor, id) => (tensor.data ? undefined : ringAt(id)));
}
