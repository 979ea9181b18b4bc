import { ROWS_WINDOW, STAGE_PAD_TOP, STAGE_ROW_KIND, STAGE_STRIDE_H, STAGE_WINDOW_H } from "../instructions";
import { data, dataBytes } from "../model";
import { channelsOf, heightOf, widthOf } from "../operand";
import { further, product, sum } from "../checked-arithmetic";

/**
 * What a file must hold for no step to read or write outside its memory, whatever the schedule. Sums and products are those
 * of arithmetic.ts. The limits below are what executor and kernels rely on, which count in 32 bits.
 */

/** The longest width, channel count, window or offset. The tallest map has 65,535 rows. */
export const LIMIT: i64 = 1 << 20;

/**
 * The most bytes in all rows of an operand, whatever its ring holds of them: pixels, elements and bytes of a map, and
 * those of some of its rows, fit an i32.
 */
export const MOST_BYTES: i64 = 0x7fffffff;

/** The last row of x that a window may reach: numbers of rows, those of padding among them, fit an i32. */
export const LAST_ROW: i64 = 0x3fffffff;


@inline
export function within(value: i64, low: i64, high: i64): bool {
  return value >= low && value <= high;
}


@inline
export function word(at: usize, field: usize): i64 {
  return load<i32>(further(at, field));
}

/** `bytes` bytes of the data section from the offset in `field`, 4-byte aligned. */
@inline
export function inData(s: usize, field: usize, bytes: i64): bool {
  const offset = <i64>load<u32>(further(s, field));
  return (offset & 3) == 0 && sum(offset, bytes) <= <i64>dataBytes;
}

/** Where the values begin whose offset in the data section is in `field`. */
@inline
export function dataAt(s: usize, field: usize): usize {
  return further(data, <i64>load<u32>(further(s, field)));
}

/** Elements of all rows. */
export function elementsOf(o: usize): i64 {
  return product(product(heightOf(o), widthOf(o)), channelsOf(o));
}

export function sameShape(a: usize, b: usize): bool {
  return heightOf(a) == heightOf(b) && widthOf(a) == widthOf(b) && channelsOf(a) == channelsOf(b);
}

/** x's rows in step with y's. */
export function oneToOne(s: usize): bool {
  return (
    load<i32>(s, STAGE_ROW_KIND) == ROWS_WINDOW &&
    load<i32>(s, STAGE_WINDOW_H) == 1 &&
    load<i32>(s, STAGE_STRIDE_H) == 1 &&
    load<i32>(s, STAGE_PAD_TOP) == 0
  );
}


@inline
export function rightShift(shift: i64): bool {
  return within(shift, -31, 30);
}
