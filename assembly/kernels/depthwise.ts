import {
  DEPTHWISE_BIAS,
  DEPTHWISE_DILATION_W,
  DEPTHWISE_FORM,
  DEPTHWISE_MULTIPLIER,
  DEPTHWISE_PAD_LEFT,
  DEPTHWISE_REQUANTIZE,
  DEPTHWISE_STRIDE_W,
  DEPTHWISE_WEIGHTS,
  DEPTHWISE_WIDE,
  DEPTHWISE_WINDOW_W,
  DEPTHWISE_Y_MAX,
  DEPTHWISE_Y_MIN,
  STAGE_DILATION_H,
  STAGE_STRIDE_H,
  STAGE_WINDOW_H,
} from "../instructions";
import { channelsOf, originOf, pixelStrideOf, widthOf, zeroPointOf } from "../operand";
import { blockBytes, requantize8, requantizeLane } from "../requantize";
import { storeTail } from "../store";

/**
 * Depthwise convolution, eight channels at a time over all rows of the step.
 *
 *   acc[c] = bias[c] + Σᵢⱼ x[i, j, ⌊c / multiplier⌋] · weights[i, j, c]
 *   y[c]   = clamp(requantize(acc[c]) + yZeroPoint, yMin, yMax)
 *
 *   weights  i8  [⌈channels/8⌉][windowH · windowW][8]
 *   bias     i32 [⌈channels/8⌉ · 8]   already minus xZeroPoint · Σ weights
 *   x, y     i8  rows by address; padding columns and rows of x hold the zero point
 *   scratch  i16 [windowH · windowW][8]: the group's taps, widened once, and 64 bytes more
 *
 * Unless `wide`, the products of two taps are added in int16: the packer has checked that no two weights of a channel
 * exceed 255 together, so |x · w₁ + x · w₂| ≤ 128 · 255 < 2^15. Reads up to 7 bytes beyond a pixel's channels; writes
 * nothing beyond y. Same numbers as src/ops/depthwise-conv2d.ts (test/engine).
 */
export function depthwise(
  s: usize,
  x: usize,
  y: usize,
  xRows: usize,
  yRows: usize,
  rows: i32,
  scratch: usize,
  data: usize,
): void {
  const channels = channelsOf(y);
  const form = load<i32>(s, DEPTHWISE_FORM);
  const windowH = load<i32>(s, STAGE_WINDOW_H),
    windowW = load<i32>(s, DEPTHWISE_WINDOW_W);
  const multiplier = load<i32>(s, DEPTHWISE_MULTIPLIER);
  const taps = windowH * windowW;
  let weights = data + load<u32>(s, DEPTHWISE_WEIGHTS);
  let bias = data + load<u32>(s, DEPTHWISE_BIAS);
  let parameters = data + load<u32>(s, DEPTHWISE_REQUANTIZE);
  const step = <usize>blockBytes(form);
  const pixel = pixelStrideOf(x),
    yPixel = pixelStrideOf(y);
  const xStep = <usize>load<i32>(s, DEPTHWISE_STRIDE_W) * pixel;
  const tapStep = <usize>load<i32>(s, DEPTHWISE_DILATION_W) * pixel;
  const rowStep = (<usize>load<i32>(s, STAGE_STRIDE_H)) << 2;
  const windowStep = (<usize>load<i32>(s, STAGE_DILATION_H)) << 2;
  const xOffset = originOf(x) - <usize>load<u32>(s, DEPTHWISE_PAD_LEFT) * pixel;
  const yOffset = originOf(y);
  const width = <usize>widthOf(y) * yPixel;

  if (ASC_FEATURE_SIMD) {
    const zero = i16x8.splat(<i16>zeroPointOf(y));
    const min = i8x16.splat(<i8>load<i32>(s, DEPTHWISE_Y_MIN)),
      max = i8x16.splat(<i8>load<i32>(s, DEPTHWISE_Y_MAX));
    const wide = load<i32>(s, DEPTHWISE_WIDE) != 0 || multiplier != 1;
    const three = !wide && windowH == 3 && windowW == 3;
    for (let c = 0; c < channels; c += 8) {
      for (let t = 0; t < taps; t++)
        v128.store(scratch + ((<usize>t) << 4), v128.load8x8_s(weights + ((<usize>t) << 3)));
      weights += (<usize>taps) << 3;
      const b0 = v128.load(bias),
        b1 = v128.load(bias, 16);
      const first = c / multiplier;
      const lanes =
        multiplier == 1
          ? i8x16(0, 1, 2, 3, 4, 5, 6, 7, 0, 0, 0, 0, 0, 0, 0, 0)
          : spread(scratch + ((<usize>taps) << 4), c, multiplier);
      const tail = channels - c;
      for (let r = 0; r < rows; r++) {
        const table = xRows + <usize>r * rowStep;
        let at = xOffset + first;
        let out = load<usize>(yRows + ((<usize>r) << 2)) + yOffset + c;
        const end = out + width;
        if (three) {
          const p0 = load<usize>(table),
            p1 = load<usize>(table + windowStep),
            p2 = load<usize>(table + (windowStep << 1));
          for (; out < end; out += yPixel) {
            let q = p0 + at;
            let t = i16x8.add(
              i16x8.mul(v128.load8x8_s(q), v128.load(scratch)),
              i16x8.mul(v128.load8x8_s(q + tapStep), v128.load(scratch, 16)),
            );
            let lo = i32x4.add(b0, i32x4.extend_low_i16x8_s(t)),
              hi = i32x4.add(b1, i32x4.extend_high_i16x8_s(t));
            t = i16x8.mul(v128.load8x8_s(q + (tapStep << 1)), v128.load(scratch, 32));
            q = p1 + at;
            t = i16x8.add(t, i16x8.mul(v128.load8x8_s(q), v128.load(scratch, 48)));
            lo = i32x4.add(lo, i32x4.extend_low_i16x8_s(t));
            hi = i32x4.add(hi, i32x4.extend_high_i16x8_s(t));
            t = i16x8.add(
              i16x8.mul(v128.load8x8_s(q + tapStep), v128.load(scratch, 64)),
              i16x8.mul(v128.load8x8_s(q + (tapStep << 1)), v128.load(scratch, 80)),
            );
            lo = i32x4.add(lo, i32x4.extend_low_i16x8_s(t));
            hi = i32x4.add(hi, i32x4.extend_high_i16x8_s(t));
            q = p2 + at;
            t = i16x8.add(
              i16x8.mul(v128.load8x8_s(q), v128.load(scratch, 96)),
              i16x8.mul(v128.load8x8_s(q + tapStep), v128.load(scratch, 112)),
            );
            lo = i32x4.add(lo, i32x4.extend_low_i16x8_s(t));
            hi = i32x4.add(hi, i32x4.extend_high_i16x8_s(t));
            t = i16x8.mul(v128.load8x8_s(q + (tapStep << 1)), v128.load(scratch, 128));
            lo = i32x4.add(lo, i32x4.extend_low_i16x8_s(t));
            hi = i32x4.add(hi, i32x4.extend_high_i16x8_s(t));
            const h = requantize8(lo, hi, form, parameters, zero);
            const v = i8x16.min_s(i8x16.max_s(i8x16.narrow_i16x8_s(h, h), min), max);
            if (tail >= 8) v128.store64_lane(out, v, 0);
            else storeTail(out, i64x2.extract_lane(v, 0), tail);
            at += xStep;
          }
        } else {
          for (; out < end; out += yPixel) {
            let lo = b0,
              hi = b1;
            let tap = scratch;
            for (let i = 0; i < windowH; i++) {
              let q = load<usize>(table + <usize>i * windowStep) + at;
              let j = 0;
              if (!wide) {
                for (; j < windowW - 1; j += 2) {
                  const t = i16x8.add(
                    i16x8.mul(v128.load8x8_s(q), v128.load(tap)),
                    i16x8.mul(v128.load8x8_s(q + tapStep), v128.load(tap, 16)),
                  );
                  lo = i32x4.add(lo, i32x4.extend_low_i16x8_s(t));
                  hi = i32x4.add(hi, i32x4.extend_high_i16x8_s(t));
                  q += tapStep << 1;
                  tap += 32;
                }
              }
              for (; j < windowW; j++) {
                const a = i16x8.extend_low_i8x16_s(i8x16.swizzle(v128.load64_zero(q), lanes)),
                  b = v128.load(tap);
                lo = i32x4.add(lo, i32x4.extmul_low_i16x8_s(a, b));
                hi = i32x4.add(hi, i32x4.extmul_high_i16x8_s(a, b));
                q += tapStep;
                tap += 16;
              }
            }
            const h = requantize8(lo, hi, form, parameters, zero);
            const v = i8x16.min_s(i8x16.max_s(i8x16.narrow_i16x8_s(h, h), min), max);
            if (tail >= 8) v128.store64_lane(out, v, 0);
            else storeTail(out, i64x2.extract_lane(v, 0), tail);
            at += xStep;
          }
        }
      }
      bias += 32;
      parameters += step;
    }
  } else {
    const zeroPoint = zeroPointOf(y);
    const low = load<i32>(s, DEPTHWISE_Y_MIN),
      high = load<i32>(s, DEPTHWISE_Y_MAX);
    for (let c = 0; c < channels; c++) {
      const b = load<i32>(bias + ((<usize>c) << 2));
      const filter = weights + <usize>(c >> 3) * ((<usize>taps) << 3) + (c & 7);
      const block = parameters + <usize>(c >> 3) * step;
      for (let r = 0; r < rows; r++) {
        const table = xRows + <usize>r * rowStep;
        let at = xOffset + c / multiplier;
        let out = load<usize>(yRows + ((<usize>r) << 2)) + yOffset + c;
        const end = out + width;
        for (; out < end; out += yPixel) {
          let acc = b;
          let w = filter;
          for (let i = 0; i < windowH; i++) {
            let q = load<usize>(table + <usize>i * windowStep) + at;
            for (let j = 0; j < windowW; j++) {
              acc += <i32>load<i8>(q) * <i32>load<i8>(w);
              q += tapStep;
              w += 8;
            }
          }
          store<i8>(out, max(low, min(high, requantizeLane(acc, form, block, <usize>(c & 7)) + zeroPoint)));
          at += xStep;
        }
      }
    }
  }
}

/** Which of the input bytes from channel ⌊c / multiplier⌋ on belongs to each of the output channels c … c + 7. */
function spread(at: usize, c: i32, multiplier: i32): v128 {
  const first = c / multiplier;
  for (let lane = 0; lane < 16; lane++) store<u8>(at + lane, lane < 8 ? (c + lane) / multiplier - first : 0);
  return v128.load(at);
}
