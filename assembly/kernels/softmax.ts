import { SOFTMAX_EXPONENTIALS, SOFTMAX_Y_MAX, SOFTMAX_Y_MIN } from "../instructions";
import { channelsOf, originOf, pixelStrideOf, widthOf } from "../operand";
import { divideByPot, highMul } from "../requantize";

/**
 * Softmax over channels in gemmlowp's fixed point.
 *
 *   y = clamp(e(max − x) / Σ e · 256 + yMin, yMin, yMax)
 *
 *   exponentials  i32 [256]: e(d) in Q0.31, 0 where TFLite leaves a term out
 *   x, y          i8 rows of one shape; y may be x's own row
 *
 * The sum is kept in Q12.19: 4,096 terms of 1 fit. Same numbers as src/ops/softmax.ts.
 */
export function softmax(s: usize, x: usize, y: usize, xRows: usize, yRows: usize, rows: i32, data: usize): void {
  const exponentials = data + load<u32>(s, SOFTMAX_EXPONENTIALS);
  const channels = <usize>channelsOf(x);
  const low = load<i32>(s, SOFTMAX_Y_MIN),
    high = load<i32>(s, SOFTMAX_Y_MAX);
  for (let r = 0; r < rows; r++) {
    let at = load<usize>(xRows + ((<usize>r) << 2)) + originOf(x);
    let out = load<usize>(yRows + ((<usize>r) << 2)) + originOf(y);
    for (let p = widthOf(x); p > 0; p--) {
      let top = -128;
      for (let c: usize = 0; c < channels; c++) top = max(top, <i32>load<i8>(at + c));
      let sum = 0;
      for (let c: usize = 0; c < channels; c++) {
        sum += divideByPot(load<i32>(exponentials + ((<usize>(top - <i32>load<i8>(at + c))) << 2)), 12);
      }
      const headroom = <i32>clz(sum);
      const reciprocal = oneOverOnePlus(<i32>(((<u32>sum) << headroom) - 0x80000000));
      // exponent ≤ 35 − headroom, and headroom ≥ 1: at most 34, where every product is below half.
      const exponent = 12 - headroom + 31 - 8;
      for (let c: usize = 0; c < channels; c++) {
        const e = load<i32>(exponentials + ((<usize>(top - <i32>load<i8>(at + c))) << 2));
        const q = exponent > 31 ? 0 : divideByPot(highMul(reciprocal, e), exponent);
        store<i8>(out + c, e == 0 ? low : min(max(q + low, low), high));
      }
      at += pixelStrideOf(x);
      out += pixelStrideOf(y);
    }
  }
}

/** 1 / (1 + a) for a in [0, 1), Q0.31 to Q0.31: three Newton steps in Q2.29 from 48/17 − 32/17 · half the denominator. */
function oneOverOnePlus(a: i32): i32 {
  const half = <i32>((<i64>a + 0x7fffffff + 1) / 2);
  let x = 1515870810 + highMul(half, -1010580540);
  for (let i = 0; i < 3; i++) {
    const left = (1 << 29) - highMul(half, x);
    x += saturatingShift(highMul(x, left), 2);
  }
  return saturatingShift(x, 1);
}

function saturatingShift(x: i32, bits: i32): i32 {
  return <i32>min(max((<i64>x) << bits, <i64>i32.MIN_VALUE), <i64>i32.MAX_VALUE);
}
