import { elementBytes } from '../format/instructions.ts';
import type { DType, Tensor, TensorId } from '../graph/tensor.ts';

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

/** The memory of an activation. Throws an Error for a tensor that has none, which is a constant. */
export function ringAt(rings: readonly (Ring | undefined)[], id: TensorId): Ring {
  const ring = rings[id];
  if (!ring) throw new Error(`tensor ${id} has no memory: it is a constant`);
  return ring;
}

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

/** The most bytes that divide two runs of bytes evenly. */
export const commonBytes = (a: number, b: number): number => (b === 0 ? a : commonBytes(b, a % b));
