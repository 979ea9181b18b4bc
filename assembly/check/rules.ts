import { ROWS_WINDOW, STAGE_PAD_TOP, STAGE_ROW_KIND, STAGE_STRIDE_H, STAGE_WINDOW_H } from "../instructions";
import { dataBytes } from "../model";
import { channelsOf, heightOf, widthOf } from "../operand";

/**
 * What a file must hold for no step to read or write outside its memory, whatever the schedule. Every product is taken
 * in 64 bits and sizes are bounded, so that nothing overflows on the way.
 */

/** The longest side, channel count, window or offset that is taken: products of three, and of bytes, fit 63 bits. */
export const LIMIT: i64 = 1 << 20;


@inline
export function within(value: i64, low: i64, high: i64): bool {
  return value >= low && value <= high;
}


@inline
export function word(at: usize, field: usize): i64 {
  return load<i32>(at + field);
}

/** `bytes` bytes of the data section from the offset in `field`, 4-byte aligned. */
@inline
export function inData(s: usize, field: usize, bytes: i64): bool {
  return (load<u32>(s + field) & 3) == 0 && <i64>load<u32>(s + field) + bytes <= <i64>dataBytes;
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
