import type { TensorId } from '../graph/tensor.ts';
import type { Layout } from './layout.ts';
import { commonBytes, type Ring, ringBytes } from './ring.ts';

/** One memory in the course of a schedule: which run of elements of which tensor lies in each band of each cell. */
interface Memory {
  /** Bytes of a cell: it divides the rows of every tensor here. */
  readonly cell: number;
  /** Bytes from one pixel to the next, where something is made among its pixels; else 0. */
  readonly pixel: number;
  /** Bytes of a pixel where bands begin. */
  readonly bands: readonly number[];
  /** By cell, then band. */
  readonly content: Int32Array;
  readonly place: Int32Array;
}

export interface Traces {
  /** Rows of each tensor that are made. */
  readonly made: number[];
  /** Makes the next row of a tensor. */
  write(id: TensorId): void;
  /** Whether a row is still where it was made. */
  holds(id: TensorId, row: number): boolean;
}

/** The byte of a ring's pixels, as they lie in memory, at which its first channel begins, and the one after its last. */
const firstOf = ({ origin, left, pixelStride }: Ring): number => origin - left * pixelStride;
const endOf = (ring: Ring): number => firstOf(ring) + ring.channels * ring.elementBytes;

/** One band of a tensor's rows, and whose elements are in it. */
interface Own {
  readonly band: number;
  readonly owner: TensorId;
}

/** Remembers what is written to the memories of a layout. */
export function traces(layout: Layout): Traces {
  const { rings, content, memory } = layout;
  const memories = memoriesOf(layout);
  const ownerOf = ownersOf(layout);
  const made = rings.map(() => 0);
  const bandsOf: (readonly Own[] | undefined)[] = [];

  const ownBands = (id: TensorId): readonly Own[] => {
    const ring = rings[id] as Ring;
    const { pixel, bands } = memories.get(memory[id]) as Memory;
    // What has other pixels than the whole is the whole in another shape.
    const [first, end] = ring.pixelStride === pixel ? [firstOf(ring), endOf(ring)] : [0, Infinity];
    return bands.flatMap((at, band) => (at >= first && at < end ? [{ band, owner: ownerOf(id, at) }] : []));
  };

  /** Calls `visit` with the index of each band of each cell of a row, whose it is, and the cell's place in the tensor. */
  const every = (
    id: TensorId,
    row: number,
    visit: (at: number, owner: TensorId, place: number) => boolean,
  ): boolean => {
    const { rowBytes, capacity } = rings[id] as Ring;
    const { cell, bands } = memories.get(memory[id]) as Memory;
    const count = rowBytes / cell;
    bandsOf[id] ??= ownBands(id);
    for (const { band, owner } of bandsOf[id]) {
      for (let k = 0; k < count; k++) {
        if (!visit(((row % capacity) * count + k) * bands.length + band, owner, row * count + k)) return false;
      }
    }
    return true;
  };

  const write = (id: TensorId): void => {
    const cells = memories.get(memory[id]) as Memory;
    every(id, made[id], (at, owner, place) => {
      if (owner === content[id]) {
        cells.content[at] = owner;
        cells.place[at] = place;
      }
      return true;
    });
    made[id] = made[id] + 1;
  };

  const holds = (id: TensorId, row: number): boolean => {
    const cells = memories.get(memory[id]) as Memory;
    return every(id, row, (at, owner, place) => cells.content[at] === owner && cells.place[at] === place);
  };
  return { made, write, holds };
}

function memoriesOf({ rings, memory, places }: Layout): Map<TensorId, Memory> {
  const tensorsOf = new Map<TensorId, TensorId[]>();
  rings.forEach((ring, id) => {
    if (!ring) return;
    const at = memory[id];
    tensorsOf.set(at, [...(tensorsOf.get(at) ?? []), id]);
  });
  return new Map(
    Array.from(tensorsOf, ([id, tensors]) => {
      const all = tensors.map((tensor) => rings[tensor] as Ring);
      const cell = all.reduce((divisor, { rowBytes }) => commonBytes(rowBytes, divisor), 0);
      const made = tensors.find((tensor) => places[tensor]);
      const pixel = made === undefined ? 0 : (rings[made] as Ring).pixelStride;
      const alike = all.filter(({ pixelStride }) => pixelStride === pixel);
      const edges = alike.flatMap((ring) => [firstOf(ring), endOf(ring)]);
      const bands = [...new Set([0, ...edges])].filter((at) => at === 0 || at < pixel).sort((a, b) => a - b);
      const length = (ringBytes(all[0]) / cell) * bands.length;
      return [
        id,
        { cell, pixel, bands, content: new Int32Array(length).fill(-1), place: new Int32Array(length) },
      ] as const;
    }),
  );
}

/** The tensor that made the elements at an offset in the pixels of a tensor: one that was written there, or the tensor itself. */
function ownersOf({ rings, content, places }: Layout): (id: TensorId, byte: number) => TensorId {
  const inside = new Map<TensorId, TensorId[]>();
  places.forEach((place, id) => {
    if (place) inside.set(place.whole, [...(inside.get(place.whole) ?? []), id]);
  });
  const owner = (id: TensorId, byte: number): TensorId => {
    const own = content[id];
    const made = inside.get(own)?.find((tensor) => {
      const ring = rings[tensor] as Ring;
      return byte >= firstOf(ring) && byte < endOf(ring);
    });
    return made === undefined ? own : owner(made, byte);
  };
  return owner;
}
