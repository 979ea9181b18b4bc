import { LiteBlockError } from '../format/errors.ts';
import type { InterfaceEntry } from '../format/model-file.ts';
import type { EngineExports } from '../format/status.ts';
import { describeEntry } from './values.ts';

/** Moves one image between the caller's array and the engine's rows. */
export interface Port {
  /** `image` is the position in `values`, which holds images one after the other. */
  copy(memory: Uint8Array, values: Uint8Array, image: number): void;
}

interface Rows {
  readonly count: number;
  readonly bytes: number;
}

function checked(rows: Rows, entry: InterfaceEntry, name: string): Rows {
  if (rows.count * rows.bytes === entry.imageBytes) return rows;
  const have = `${rows.count} rows of ${rows.bytes} bytes`;
  throw new LiteBlockError('file-invalid', `${name}: ${have} in the engine, ${entry.imageBytes} bytes in the file`);
}

/**
 * Input i. Where rows have padding, the engine writes it anew for each image, because arena memory is reused; where they
 * lie side by side, an image is one copy.
 */
export function inputPort(engine: EngineExports, i: number, entry: InterfaceEntry): Port {
  const size = { count: engine.inputRows(i), bytes: engine.inputRowBytes(i) };
  const { count, bytes } = checked(size, entry, describeEntry('input', i, entry));
  const whole = areContiguous(count, bytes, (row) => engine.inputRow(i, row) >>> 0);
  return {
    copy(memory, values, image) {
      const from = image * entry.imageBytes;
      if (whole) {
        // A single row may still have padding: the engine is asked, so that it writes it.
        memory.set(values.subarray(from, from + entry.imageBytes), engine.inputRow(i, 0) >>> 0);
        return;
      }
      for (let row = 0, at = from; row < count; row++, at += bytes) {
        memory.set(values.subarray(at, at + bytes), engine.inputRow(i, row) >>> 0);
      }
    },
  };
}

export function outputPort(engine: EngineExports, i: number, entry: InterfaceEntry): Port {
  const size = { count: engine.outputRows(i), bytes: engine.outputRowBytes(i) };
  const { count, bytes } = checked(size, entry, describeEntry('output', i, entry));
  const whole = areContiguous(count, bytes, (row) => engine.outputRow(i, row) >>> 0);
  return {
    copy(memory, values, image) {
      const to = image * entry.imageBytes;
      if (whole) {
        const from = engine.outputRow(i, 0) >>> 0;
        values.set(memory.subarray(from, from + entry.imageBytes), to);
        return;
      }
      for (let row = 0, at = to; row < count; row++, at += bytes) {
        const from = engine.outputRow(i, row) >>> 0;
        values.set(memory.subarray(from, from + bytes), at);
      }
    },
  };
}

/**
 * True where all rows lie side by side, so that there is no padding between them. Rows of a ring are evenly spaced and come
 * round: the second and the last tell. Asking for every row would write the padding of all of them.
 */
function areContiguous(count: number, bytes: number, addressOf: (row: number) => number): boolean {
  const first = addressOf(0);
  const inPlace = (row: number): boolean => addressOf(row) === first + row * bytes;
  return count === 1 || (inPlace(1) && inPlace(count - 1));
}
