/**
 * The largest activation that can run. Importers refuse a larger one by its node, before anything of its size is made; the
 * planner refuses what passes have made since.
 */

/** Rows: a step of the schedule counts them in 16 bits. */
export const mostRows = 65_535;

/** Columns, and channels: the engine's limit for the fields of an operand (assembly/check/rules.ts). */
export const mostColumns = 1_048_576;
export const mostChannels = 1_048_576;

/**
 * Elements together: half a gigabyte of int8. A step reads one tensor and writes another, and the engine's memory has 32-bit
 * addresses.
 */
export const mostElements = 2 ** 29;

const grouped = (value: number): string => value.toLocaleString('en-US');

/** What is too large about the shape [1, h, w, c] of an activation, and the limit; undefined where it can run. */
export function sizeFault(shape: readonly number[]): string | undefined {
  const [, rows = 1, columns = 1, channels = 1] = shape;
  const over = (value: number, most: number, what: string): string | undefined =>
    value > most
      ? `it has ${grouped(value)} ${what} (at most ${grouped(most)}): give the model a smaller input`
      : undefined;
  return (
    over(rows, mostRows, 'rows') ??
    over(columns, mostColumns, 'columns') ??
    over(channels, mostChannels, 'channels') ??
    over(rows * columns * channels, mostElements, 'elements')
  );
}
