import { NORMALIZE_OF, NORMALIZE_Y_MAX, NORMALIZE_Y_MIN, NORMALIZE_TABLES } from "../instructions";
import { channelsOf, originOf, pixelStrideOf, widthOf, zeroPointOf } from "../operand";
import { divideByPot, highMul, requantize } from "../requantize";

/** √½ and √√½ in Q0.31. */
const ROOT_HALF = 1518500250,
  ROOT_ROOT_HALF = 1805811301;

/** Log-softmax or L2 normalisation over channels. Same numbers as src/ops/log-softmax.ts and l2-normalize.ts. */
export function normalize(s: usize, x: usize, y: usize, xRows: usize, yRows: usize, rows: i32, data: usize): void {
  overChannels(s, x, y, xRows, yRows, rows, data, load<i32>(s, NORMALIZE_OF));
}

/**
 * Functions of each value and of a sum over its pixel, in gemmlowp's fixed point. A record of softmax has the same fields.
 *
 *   sum   = Σ terms[d] / 2^12                                  d = max − x, of 2: −x, eight bits of it
 *   of 0  y = terms[d] / sum · 256                             softmax
 *   of 1  y = (values[d] − ln sum) · 16, both in Q5.26         log-softmax
 *   of 2  y = values[d] / √sum · 128                           L2 normalisation
 *
 *   terms   i32 [256]: of 0 and 1 e^−d in Q0.31, 0 where TFLite leaves it out; of 2 4,096 · (x − xZeroPoint)²
 *   values  i32 [256] behind them; of 0 the terms
 *   x, y    i8 rows of one shape; y may be x's own row
 *
 * y is rounded, yZeroPoint added, and clamped. The sum is kept in Q12.19: 4,096 terms of 1 fit; 33,025 squares fit as integers.
 */
export function overChannels(
  s: usize,
  x: usize,
  y: usize,
  xRows: usize,
  yRows: usize,
  rows: i32,
  data: usize,
  kind: i32,
): void {
  const terms = data + load<u32>(s, NORMALIZE_TABLES),
    values = kind == 0 ? terms : terms + 1024;
  const channels = <usize>channelsOf(x);
  const low = load<i32>(s, NORMALIZE_Y_MIN),
    high = load<i32>(s, NORMALIZE_Y_MAX);
  for (let r = 0; r < rows; r++) {
    let at = load<usize>(xRows + ((<usize>r) << 2)) + originOf(x);
    let out = load<usize>(yRows + ((<usize>r) << 2)) + originOf(y);
    for (let p = widthOf(x); p > 0; p--) {
      const top = kind == 2 ? 0 : greatest(at, channels);
      let sum = 0;
      for (let c: usize = 0; c < channels; c++) sum += divideByPot(load<i32>(terms + distance(top, at + c)), 12);
      let multiplier: i32,
        shift = 0;
      if (kind == 0) {
        const headroom = <i32>clz(sum);
        // Below −31 from 512 equal terms on, where every product is below half and TFLite's shift undefined.
        shift = headroom - 35;
        multiplier = shift < -31 ? 0 : oneOverOnePlus(<i32>(((<u32>sum) << headroom) - 0x80000000));
      } else if (kind == 1) {
        multiplier = logarithm(sum);
      } else {
        const inverse = inverseSqrt(sum);
        multiplier = <i32>inverse;
        shift = <i32>(inverse >> 32);
      }
      for (let c: usize = 0; c < channels; c++) {
        const value = load<i32>(values + distance(top, at + c));
        const q = kind == 1 ? divideByPot(value - multiplier, 22) : requantize(value, multiplier, shift);
        store<i8>(out + c, min(max(q + zeroPointOf(y), low), high));
      }
      at += pixelStrideOf(x);
      out += pixelStrideOf(y);
    }
  }
}

/** The greatest of `count` neighbouring values. */
export function greatest(at: usize, count: usize): i32 {
  let top = -128;
  for (let c: usize = 0; c < count; c++) top = max(top, <i32>load<i8>(at + c));
  return top;
}

/**
 * The offset in a table for the byte at `at`: how far it is below the greatest. Eight bits of it: where a hostile file lays y
 * across x, bytes may have grown since the greatest was found.
 */
@inline
function distance(top: i32, at: usize): usize {
  return (<usize>((top - <i32>load<i8>(at)) & 255)) << 2;
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

/**
 * ln x for x ≥ 1, Q12.19 to Q5.26 (src/arithmetic/logarithm.ts): x = r · 2^n with r around √√½, the smaller of two mantissas;
 * then ln r as the quotient of two polynomials in r − √√½. TFLite's shifts saturate: of the two mantissas one is below 1, and
 * unsigned numbers hold the other.
 */
function logarithm(x: i32): i32 {
  const headroom = <i32>clz(x),
    other = <i32>clz(highMul(x, ROOT_HALF)) - 1;
  const r = <i32>min((<u32>highMul(x << (headroom - 1), ROOT_HALF)) << 1, (<u32>x) << other);
  // In quarters: n is 12 − headroom + ¼ or 12 − other − ¼.
  const n = max(49 - headroom * 4, 47 - other * 4) << 23;
  const p = <i32>((<i64>r + ROOT_ROOT_HALF + 1) >> 1),
    q = (r - ROOT_ROOT_HALF) << 1;
  const square = highMul(q, q);
  const numerator = highMul(q, r) + highMul(highMul(q, square), 117049297);
  const denominator = highMul(p, 1057819769 + q + highMul(127690142, square)) + highMul(638450708, q);
  const part = highMul(divideByPot(numerator, 6), oneOverOnePlus(denominator));
  return (highMul(n, 1488522236) + part) << 1; // ln 2
}

/**
 * 128 / √x of a whole number, as a multiplier and, in the upper half, its shift (src/arithmetic/inverse-sqrt.ts): five steps of
 * Newton's in Q3.28 from 1 on.
 */
function inverseSqrt(x: i32): i64 {
  if (x <= 1) return ((<i64>7) << 32) | i32.MAX_VALUE;
  let shift = 7 - 11;
  for (; x >= 1 << 29; shift--) x >>= 2;
  const pairs = ((<i32>clz(x) - 1) >> 1) - 1;
  shift += pairs;
  const half = divideByPot((x << (2 * pairs)) >> 1, 1);
  let root = 1 << 28;
  for (let i = 0; i < 5; i++) {
    const cube = saturatingShift(highMul(highMul(root, root), root), 6);
    root = (highMul(0x18000000, root) - highMul(half, cube)) << 3;
  }
  root = highMul(root, ROOT_HALF);
  if (shift > 7) {
    root <<= shift - 7;
    shift = 7;
  }
  return ((<i64>shift) << 32) | root;
}
