import { MAT_MUL_MULTIPLIER, MAT_MUL_SHIFT, MAT_MUL_Y_MAX, MAT_MUL_Y_MIN } from "../instructions";
import { channelsOf, originOf, pixelStrideOf, widthOf, zeroPointOf } from "../operand";
import { requantize } from "../requantize";

/**
 * Products of matrices, both of which are computed: one of each row of the map.
 *
 *   acc[p, o] = Σₖ (x[p, k] − xZeroPoint) · (x2[o, k] − x2ZeroPoint)
 *   y[p, o]   = clamp(requantize(acc) + yZeroPoint, yMin, yMax)
 *
 *   x   i8 rows of pixels p with channels k
 *   x2  i8 as many rows, or one for all, of pixels o with channels k: the second matrix, transposed
 *   y   i8 rows of pixels p with channels o
 *
 * Differences have 9 bits: sums wrap as int32 does beyond 33,025 channels. Eight channels at a time, the others one by one. Reads
 * and writes nothing beyond the operands. Same numbers as src/ops/mat-mul.ts.
 */
export function matMul(
  s: usize,
  x: usize,
  x2: usize,
  y: usize,
  xRows: usize,
  x2Rows: usize,
  yRows: usize,
  rows: i32,
): void {
  const depth = channelsOf(x);
  const xZero = zeroPointOf(x),
    x2Zero = zeroPointOf(x2);
  for (let r = 0; r < rows; r++) {
    const at = (<usize>r) << 2;
    let a = load<usize>(xRows + at) + originOf(x);
    let out = load<usize>(yRows + at) + originOf(y);
    for (let p = widthOf(y); p > 0; p--) {
      let b = load<usize>(x2Rows + at) + originOf(x2);
      for (let o = 0; o < channelsOf(y); o++) {
        let acc = 0,
          k = 0;
        if (ASC_FEATURE_SIMD) {
          let sums = i32x4.splat(0);
          for (; k <= depth - 8; k += 8) {
            const first = i16x8.sub(v128.load8x8_s(a + k), i16x8.splat(<i16>xZero)),
              second = i16x8.sub(v128.load8x8_s(b + k), i16x8.splat(<i16>x2Zero));
            sums = i32x4.add(sums, i32x4.dot_i16x8_s(first, second));
          }
          sums = i32x4.add(sums, i64x2.shuffle(sums, sums, 1, 0));
          acc = i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1);
        }
        for (; k < depth; k++) acc += (<i32>load<i8>(a + k) - xZero) * (<i32>load<i8>(b + k) - x2Zero);
        const q = requantize(acc, load<i32>(s, MAT_MUL_MULTIPLIER), load<i32>(s, MAT_MUL_SHIFT)) + zeroPointOf(y);
        store<i8>(out + o, min(max(q, load<i32>(s, MAT_MUL_Y_MIN)), load<i32>(s, MAT_MUL_Y_MAX)));
        b += pixelStrideOf(x2);
      }
      a += pixelStrideOf(x);
      out += pixelStrideOf(y);
    }
  }
}
