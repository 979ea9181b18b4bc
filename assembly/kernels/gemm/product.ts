import {
  FORM_REAL,
  FORM_REAL_CLAMPED,
  GEMM_DEPTH,
  GEMM_FORM,
  GEMM_GROUP_OUTPUTS,
  GEMM_WEIGHTS_ZERO,
  GEMM_Y_MAX,
  GEMM_Y_MIN,
} from "../../instructions";
import { blockBytes, integer8, real8, realClamped8, requantizeLane } from "../../requantize";
import { clamp, storeTail } from "../../store";

/**
 * One tile's windows against all outputs of a group; the addresses of the four pixels' first outputs lie at `pixels`. Where
 * weights have a zero point, it times the sum of each window lies at the tile's end.
 */
export function product(
  s: usize,
  tile: usize,
  weights: usize,
  bias: usize,
  parameters: usize,
  pixels: usize,
  zeroPoint: i32,
): void {
  const y0 = load<usize>(pixels),
    y1 = load<usize>(pixels, 4),
    y2 = load<usize>(pixels, 8),
    y3 = load<usize>(pixels, 12);
  const outputs = load<i32>(s, GEMM_GROUP_OUTPUTS);
  const form = load<i32>(s, GEMM_FORM);
  const step = <usize>blockBytes(form);
  const end = tile + ((<usize>load<i32>(s, GEMM_DEPTH)) << 3);
  const weightsZero = load<i32>(s, GEMM_WEIGHTS_ZERO);
  if (ASC_FEATURE_SIMD) {
    const zero = i16x8.splat(<i16>zeroPoint);
    const min = i8x16.splat(<i8>load<i32>(s, GEMM_Y_MIN)),
      max = i8x16.splat(<i8>load<i32>(s, GEMM_Y_MAX));
    for (let o = 0; o < outputs; o += 8) {
      const b0 = v128.load(bias),
        b1 = v128.load(bias, 16);
      let a00 = b0,
        a01 = b1,
        a10 = b0,
        a11 = b1,
        a20 = b0,
        a21 = b1,
        a30 = b0,
        a31 = b1;
      if (weightsZero != 0) {
        const s0 = v128.load32_splat(end),
          s1 = v128.load32_splat(end, 4),
          s2 = v128.load32_splat(end, 8),
          s3 = v128.load32_splat(end, 12);
        a00 = i32x4.sub(b0, s0);
        a01 = i32x4.sub(b1, s0);
        a10 = i32x4.sub(b0, s1);
        a11 = i32x4.sub(b1, s1);
        a20 = i32x4.sub(b0, s2);
        a21 = i32x4.sub(b1, s2);
        a30 = i32x4.sub(b0, s3);
        a31 = i32x4.sub(b1, s3);
      }
      for (let t = tile; t < end; t += 16) {
        const w0 = v128.load8x8_s(weights),
          w1 = v128.load8x8_s(weights, 8);
        const pairs = v128.load(t);
        let x = i32x4.shuffle(pairs, pairs, 0, 0, 0, 0);
        a00 = i32x4.add(a00, i32x4.dot_i16x8_s(x, w0));
        a01 = i32x4.add(a01, i32x4.dot_i16x8_s(x, w1));
        x = i32x4.shuffle(pairs, pairs, 1, 1, 1, 1);
        a10 = i32x4.add(a10, i32x4.dot_i16x8_s(x, w0));
        a11 = i32x4.add(a11, i32x4.dot_i16x8_s(x, w1));
        x = i32x4.shuffle(pairs, pairs, 2, 2, 2, 2);
        a20 = i32x4.add(a20, i32x4.dot_i16x8_s(x, w0));
        a21 = i32x4.add(a21, i32x4.dot_i16x8_s(x, w1));
        x = i32x4.shuffle(pairs, pairs, 3, 3, 3, 3);
        a30 = i32x4.add(a30, i32x4.dot_i16x8_s(x, w0));
        a31 = i32x4.add(a31, i32x4.dot_i16x8_s(x, w1));
        weights += 16;
      }
      let h0: v128, h1: v128, h2: v128, h3: v128;
      if (form == FORM_REAL_CLAMPED) {
        h0 = realClamped8(a00, a01, parameters, zero);
        h1 = realClamped8(a10, a11, parameters, zero);
        h2 = realClamped8(a20, a21, parameters, zero);
        h3 = realClamped8(a30, a31, parameters, zero);
      } else if (form == FORM_REAL) {
        h0 = real8(a00, a01, parameters, zero);
        h1 = real8(a10, a11, parameters, zero);
        h2 = real8(a20, a21, parameters, zero);
        h3 = real8(a30, a31, parameters, zero);
      } else {
        h0 = integer8(a00, a01, parameters, zero);
        h1 = integer8(a10, a11, parameters, zero);
        h2 = integer8(a20, a21, parameters, zero);
        h3 = integer8(a30, a31, parameters, zero);
      }
      const q0 = i8x16.min_s(i8x16.max_s(i8x16.narrow_i16x8_s(h0, h1), min), max);
      const q1 = i8x16.min_s(i8x16.max_s(i8x16.narrow_i16x8_s(h2, h3), min), max);
      if (o + 8 <= outputs) {
        v128.store64_lane(y0 + o, q0, 0);
        v128.store64_lane(y1 + o, q0, 1);
        v128.store64_lane(y2 + o, q1, 0);
        v128.store64_lane(y3 + o, q1, 1);
      } else {
        const tail = outputs - o;
        storeTail(y0 + o, i64x2.extract_lane(q0, 0), tail);
        storeTail(y1 + o, i64x2.extract_lane(q0, 1), tail);
        storeTail(y2 + o, i64x2.extract_lane(q1, 0), tail);
        storeTail(y3 + o, i64x2.extract_lane(q1, 1), tail);
      }
      bias += 32;
      parameters += step;
    }
  } else {
    const min = load<i32>(s, GEMM_Y_MIN),
      max = load<i32>(s, GEMM_Y_MAX);
    for (let o = 0; o < outputs; o++) {
      // Two multiply-accumulates a pair for each of the four pixels; weights of one output lie 16 bytes apart.
      const b = load<i32>(bias + (o << 2));
      let a0 = b,
        a1 = b,
        a2 = b,
        a3 = b;
      if (weightsZero != 0) {
        a0 -= load<i32>(end);
        a1 -= load<i32>(end, 4);
        a2 -= load<i32>(end, 8);
        a3 -= load<i32>(end, 12);
      }
      let w = weights + <usize>(o >> 3) * ((<usize>load<i32>(s, GEMM_DEPTH)) << 3) + ((o & 7) << 1);
      for (let t = tile; t < end; t += 16) {
        const w0 = <i32>load<i8>(w),
          w1 = <i32>load<i8>(w, 1);
        a0 += <i32>load<i16>(t) * w0 + <i32>load<i16>(t, 2) * w1;
        a1 += <i32>load<i16>(t, 4) * w0 + <i32>load<i16>(t, 6) * w1;
        a2 += <i32>load<i16>(t, 8) * w0 + <i32>load<i16>(t, 10) * w1;
        a3 += <i32>load<i16>(t, 12) * w0 + <i32>load<i16>(t, 14) * w1;
        w += 16;
      }
      const block = parameters + <usize>(o >> 3) * step,
        lane = <usize>(o & 7);
      store<i8>(y0 + o, clamp(requantizeLane(a0, form, block, lane) + zeroPoint, min, max));
      store<i8>(y1 + o, clamp(requantizeLane(a1, form, block, lane) + zeroPoint, min, max));
      store<i8>(y2 + o, clamp(requantizeLane(a2, form, block, lane) + zeroPoint, min, max));
      store<i8>(y3 + o, clamp(requantizeLane(a3, form, block, lane) + zeroPoint, min, max));
    }
  }
}
