import {
  DEPTHWISE_BIAS,
  DEPTHWISE_DILATION_W,
  DEPTHWISE_FORM,
  DEPTHWISE_MULTIPLIER,
  DEPTHWISE_PAD_LEFT,
  DEPTHWISE_REQUANTIZE,
  DEPTHWISE_STRIDE_W,
  DEPTHWISE_WEIGHTS,
  DEPTHWISE_WEIGHTS_ZERO,
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
 *   acc[c] = bias[c] + Σᵢⱼ x[i, j, ⌊c / multiplier⌋] · (weights[i, j, c] − weightsZero)
 *   y[c]   = clamp(requantize(acc[c]) + yZeroPoint, yMin, yMax)
 *
 *   weights  i8  [⌈channels/8⌉][windowH · windowW][8]
 *   bias     i32 [⌈channels/8⌉ · 8]   already minus xZeroPoint · Σ (weights − weightsZero)
 *   x, y     i8  rows by address; padding columns and rows of x hold the zero point
 *   scratch  i16 [windowH · windowW][8]: the group's taps less their zero point, widened once, and 64 bytes more
 *
 * Two taps at a time are interleaved channel by channel, in scratch and as they are read, so that i32x4.dot_i16x8_s adds
 * their products in 32 bits: taps have nine bits where legacy uint8 weights have a zero point. A depth multiplier takes
 * tap after tap. Reads up to 7 bytes beyond a pixel's channels; writes nothing beyond y.
 * Same numbers as src/ops/depthwise-conv2d.ts (test/engine).
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
    const three = multiplier == 1 && windowH == 3 && windowW == 3;
    // Taps that are multiplied in pairs: those of a row, of a 3×3 window all but the last.
    const run = multiplier != 1 ? 1 : three ? 9 : windowW;
    const weightsZero = i16x8.splat(<i16>load<i32>(s, DEPTHWISE_WEIGHTS_ZERO));
    for (let c = 0; c < channels; c += 8) {
      for (let t = 0; t < taps;) {
        const last = t + run;
        for (; t < last - 1; t += 2) {
          const at = scratch + ((<usize>t) << 4);
          const a = i16x8.sub(v128.load8x8_s(weights), weightsZero),
            b = i16x8.sub(v128.load8x8_s(weights, 8), weightsZero);
          v128.store(at, zipLow(a, b));
          v128.store(at, zipHigh(a, b), 16);
          weights += 16;
        }
        if (t < last) {
          v128.store(scratch + ((<usize>t) << 4), i16x8.sub(v128.load8x8_s(weights), weightsZero));
          weights += 8;
          t++;
        }
      }
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
            const q0 = p0 + at,
              q1 = p1 + at,
              q2 = p2 + at;
            let a = v128.load8x8_s(q0),
              b = v128.load8x8_s(q0 + tapStep);
            let lo = i32x4.add(b0, i32x4.dot_i16x8_s(zipLow(a, b), v128.load(scratch))),
              hi = i32x4.add(b1, i32x4.dot_i16x8_s(zipHigh(a, b), v128.load(scratch, 16)));
            a = v128.load8x8_s(q0 + (tapStep << 1));
            b = v128.load8x8_s(q1);
            lo = i32x4.add(lo, i32x4.dot_i16x8_s(zipLow(a, b), v128.load(scratch, 32)));
            hi = i32x4.add(hi, i32x4.dot_i16x8_s(zipHigh(a, b), v128.load(scratch, 48)));
            a = v128.load8x8_s(q1 + tapStep);
            b = v128.load8x8_s(q1 + (tapStep << 1));
            lo = i32x4.add(lo, i32x4.dot_i16x8_s(zipLow(a, b), v128.load(scratch, 64)));
            hi = i32x4.add(hi, i32x4.dot_i16x8_s(zipHigh(a, b), v128.load(scratch, 80)));
            a = v128.load8x8_s(q2);
            b = v128.load8x8_s(q2 + tapStep);
            lo = i32x4.add(lo, i32x4.dot_i16x8_s(zipLow(a, b), v128.load(scratch, 96)));
            hi = i32x4.add(hi, i32x4.dot_i16x8_s(zipHigh(a, b), v128.load(scratch, 112)));
            a = v128.load8x8_s(q2 + (tapStep << 1));
            b = v128.load(scratch, 128);
            lo = i32x4.add(lo, i32x4.extmul_low_i16x8_s(a, b));
            hi = i32x4.add(hi, i32x4.extmul_high_i16x8_s(a, b));
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
              for (; j < run - 1; j += 2) {
                const a = v128.load8x8_s(q),
                  b = v128.load8x8_s(q + tapStep);
                lo = i32x4.add(lo, i32x4.dot_i16x8_s(zipLow(a, b), v128.load(tap)));
                hi = i32x4.add(hi, i32x4.dot_i16x8_s(zipHigh(a, b), v128.load(tap, 16)));
                q += tapStep << 1;
                tap += 32;
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
    const zeroPoint = zeroPointOf(y),
      weightsZero = load<i32>(s, DEPTHWISE_WEIGHTS_ZERO);
    const low = load<i32>(s, DEPTHWISE_Y_MIN),
      high = load<i32>(s, DEPTHWISE_Y_MAX);
    for (let c = 0; c < channels; c++) {
      const b = load<i32>(bias + ((<usize>c) << 2));
      const filter = weights + <usize>(c >> 3) * ((<usize>taps) << 3) + (c & 7);
      for (let t = 0; t < taps; t++)
        store<i16>(scratch + ((<usize>t) << 1), <i32>load<i8>(filter + ((<usize>t) << 3)) - weightsZero);
      const block = parameters + <usize>(c >> 3) * step;
      for (let r = 0; r < rows; r++) {
        const table = xRows + <usize>r * rowStep;
        let at = xOffset + c / multiplier;
        let out = load<usize>(yRows + ((<usize>r) << 2)) + yOffset + c;
        const end = out + width;
        for (; out < end; out += yPixel) {
          let acc = b;
          let w = scratch;
          for (let i = 0; i < windowH; i++) {
            let q = load<usize>(table + <usize>i * windowStep) + at;
            for (let j = 0; j < windowW; j++) {
              acc += <i32>load<i8>(q) * <i32>load<i16>(w);
              q += tapStep;
              w += 2;
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

/** a0 b0 a1 b1 a2 b2 a3 b3: the first four channels of two taps, as a dot of pairs takes them. */
@inline
function zipLow(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
}

/** a4 b4 … a7 b7: the other four. */
@inline
function zipHigh(a: v128, b: v128): v128 {
  return i16x8.shuffle(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
}
