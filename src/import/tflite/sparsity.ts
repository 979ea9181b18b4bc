import { elements } from '../../graph/tensor.ts';
import { bytesOf, type FlatTable, int32s, scalar, table, tables, vectorBytes } from './flatbuffer.ts';
import { dimensionMetadata, sparseVector, sparsity } from './schema.ts';

type Integers = Int32Array | Uint16Array | Uint8Array;

/** One level of a sparse tensor: all indices of an axis, or for each place of the levels before some of them. */
type Level =
  | { readonly size: number; readonly segments?: undefined }
  | { readonly size: number; readonly segments: Integers; readonly indices: Integers };

/**
 * The bytes of a sparse constant of `shape` as a dense one, zeros in between: axes, and blocks of axes, in the order in which they
 * are stored (TFLite's FormatConverter). `elementSize` is in bytes. Throws what `invalid` makes of a contradiction.
 */
export function denseBytes(
  entry: FlatTable,
  values: Uint8Array,
  shape: readonly number[],
  elementSize: number,
  invalid: (what: string) => Error,
): Uint8Array {
  const order = int32s(entry, sparsity.traversalOrder);
  const blockMap = int32s(entry, sparsity.blockMap);
  const metadata = tables(entry, sparsity.dimMetadata);
  const rank = shape.length;
  const levelsWanted = rank + blockMap.length;
  if (order.length !== levelsWanted || metadata.length !== levelsWanted) {
    throw invalid(
      `it stores ${metadata.length} levels in the order [${order}], of ${rank} axes and ${blockMap.length} blocks`,
    );
  }
  const isOrder = order.every(
    (level, i) =>
      order.indexOf(level) === i && level >= 0 && (i < rank ? level < rank : level >= rank && level < levelsWanted),
  );
  if (!isOrder) throw invalid(`its order [${order}] is not that of ${rank} axes, then ${blockMap.length} blocks`);
  if (!blockMap.every((axis, i) => axis >= 0 && axis < rank && (i === 0 || axis > blockMap[i - 1]))) {
    throw invalid(`its blocks are of the axes [${blockMap}] of ${rank}`);
  }
  const blockSize = (axis: number): number => {
    const block = blockMap.indexOf(axis);
    return block < 0 ? 1 : scalar(metadata[order.indexOf(rank + block)], dimensionMetadata.denseSize, 'Int32');
  };
  const sizes = order.map((level) => {
    const axis = level < rank ? level : blockMap[level - rank];
    const block = blockSize(axis);
    if (!(block >= 1) || shape[axis] % block !== 0)
      throw invalid(`blocks of ${block} do not fit axis ${axis} of [${shape.join(', ')}]`);
    return level < rank ? shape[axis] / block : block;
  });
  const steps = order.map((level) => {
    const axis = level < rank ? level : blockMap[level - rank];
    return elements(shape.slice(axis + 1)) * (level < rank ? blockSize(axis) : 1);
  });
  const levels = metadata.map((each, i) => readLevel(each, i, sizes[i], invalid));
  const dense = new Uint8Array(elements(shape) * elementSize);
  fill(dense, values, { levels, steps, elementSize }, invalid);
  return dense;
}

function readLevel(entry: FlatTable, i: number, size: number, invalid: (what: string) => Error): Level {
  const format = scalar(entry, dimensionMetadata.format, 'Int8');
  if (format === 0) {
    const given = scalar(entry, dimensionMetadata.denseSize, 'Int32');
    if (given !== size) throw invalid(`level ${i} has the size ${given}, but its shape has ${size}`);
    return { size };
  }
  if (format !== 1) throw invalid(`level ${i} has the format ${format}`);
  const segments = integersOf(entry, dimensionMetadata.segmentsType, dimensionMetadata.segments);
  const indices = integersOf(entry, dimensionMetadata.indicesType, dimensionMetadata.indices);
  if (!segments || !indices) throw invalid(`level ${i} has no segments or no indices`);
  const isRising = segments.every((start, k) => (k === 0 ? start === 0 : start >= segments[k - 1]));
  if (!isRising || segments.at(-1) !== indices.length) {
    throw invalid(`level ${i} has segments that do not divide its ${indices.length} indices`);
  }
  const stray = indices.find((index) => index < 0 || index >= size);
  if (stray !== undefined) throw invalid(`level ${i} has the index ${stray} of ${size}`);
  return { size, segments, indices };
}

/** A vector in one of three tables, for integers of four, two or one byte. */
function integersOf(entry: FlatTable, typeSlot: number, slot: number): Integers | undefined {
  const found = table(entry, slot);
  if (!found) return undefined;
  switch (scalar(entry, typeSlot, 'Uint8')) {
    case 1:
      return new Int32Array(Uint8Array.from(vectorBytes(found, sparseVector.values, 4)).buffer);
    case 2:
      return new Uint16Array(Uint8Array.from(vectorBytes(found, sparseVector.values, 2)).buffer);
    case 3:
      return bytesOf(found, sparseVector.values);
    default:
      return undefined;
  }
}

interface Layout {
  readonly levels: readonly Level[];
  /** Elements from one index of a level to the next. */
  readonly steps: readonly number[];
  readonly elementSize: number;
}

/** Puts each value where the indices of its levels lead. */
function fill(
  dense: Uint8Array,
  values: Uint8Array,
  { levels, steps, elementSize }: Layout,
  invalid: (what: string) => Error,
): void {
  let taken = 0;
  const visit = (level: number, place: number, at: number): void => {
    const current = levels[level];
    if (!current) {
      if (taken + elementSize > values.length)
        throw invalid(`it has ${values.length} bytes of values, which are too few`);
      dense.set(values.subarray(taken, taken + elementSize), at * elementSize);
      taken += elementSize;
      return;
    }
    const { size, segments } = current;
    if (!segments) {
      for (let i = 0; i < size; i++) visit(level + 1, place * size + i, at + i * steps[level]);
      return;
    }
    if (place + 1 >= segments.length)
      throw invalid(`level ${level} has ${segments.length} segments, which are too few`);
    for (let i = segments[place]; i < segments[place + 1]; i++)
      visit(level + 1, i, at + current.indices[i] * steps[level]);
  };
  visit(0, 0, 0);
  if (taken !== values.length) throw invalid(`it has ${values.length} bytes of values and places for ${taken}`);
}
