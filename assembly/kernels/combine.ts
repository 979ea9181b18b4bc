import {
  COMBINE_MULTIPLIER,
  COMBINE_OF,
  COMBINE_SHIFT,
  COMBINE_TABLE_X,
  COMBINE_TABLE_X2,
  COMBINE_Y_MAX,
  COMBINE_Y_MIN,
} from "../instructions";
import { channelsOf, originOf, pixelStrideOf, widthOf, zeroPointOf } from "../operand";
import { requantize } from "../requantize";

/**
 * The lesser or the greater of two tensors, or the square of their difference.
 *
 *   y = clamp(f(tableX[x], tableX2[x2]), yMin, yMax)
 *   f(p, q) = min(p, q), max(p, q), or requantize((p − q)²) + yZeroPoint, by `of` 0, 1, 2
 *
 *   tableX, tableX2  i32 [256], indexed by the byte: what an operand's value counts as
 *   x, y             i8 rows of one shape; y may be x's own row, or x2's where it is as large
 *   x2               i8 the same shape, or 1 along any of its axes, repeated there
 *
 * A difference of what the compiler writes is below 2^15, its square below 2^30; that of another table wraps. One value at a
 * time: two lookups take longer than what is done with them. Reads and writes nothing beyond the operands. Same numbers as
 * src/ops/minimum.ts, maximum.ts and squared-difference.ts.
 */
export function combine(
  s: usize,
  x: usize,
  x2: usize,
  y: usize,
  xRows: usize,
  x2Rows: usize,
  yRows: usize,
  rows: i32,
  data: usize,
): void {
  const tableX = data + load<u32>(s, COMBINE_TABLE_X),
    tableX2 = data + load<u32>(s, COMBINE_TABLE_X2);
  const which = load<i32>(s, COMBINE_OF),
    multiplier = load<i32>(s, COMBINE_MULTIPLIER),
    shift = load<i32>(s, COMBINE_SHIFT);
  const low = load<i32>(s, COMBINE_Y_MIN),
    high = load<i32>(s, COMBINE_Y_MAX);
  const width = widthOf(y),
    channels = channelsOf(y);
  const x2Pixel: usize = widthOf(x2) == 1 ? 0 : pixelStrideOf(x2),
    x2Channel: usize = channelsOf(x2) == 1 ? 0 : 1;
  for (let r = 0; r < rows; r++) {
    const at = (<usize>r) << 2;
    let a = load<usize>(xRows + at) + originOf(x);
    let b = load<usize>(x2Rows + at) + originOf(x2);
    let out = load<usize>(yRows + at) + originOf(y);
    for (let p = 0; p < width; p++) {
      let second = b;
      for (let c = 0; c < channels; c++) {
        const first = load<i32>(tableX + ((<usize>load<u8>(a + c)) << 2)),
          other = load<i32>(tableX2 + ((<usize>load<u8>(second)) << 2));
        const difference = first - other;
        let value = which == 0 ? min(first, other) : max(first, other);
        if (which == 2) value = requantize(difference * difference, multiplier, shift) + zeroPointOf(y);
        store<i8>(out + c, min(max(value, low), high));
        second += x2Channel;
      }
      a += pixelStrideOf(x);
      b += x2Pixel;
      out += pixelStrideOf(y);
    }
  }
}
