import {
  FORM_REAL,
  FORM_REAL_CLAMPED,
  GEMM_BIAS,
  GEMM_DEPTH,
  GEMM_FORM,
  GEMM_GROUPS,
  GEMM_GROUP_OUTPUTS,
  GEMM_PAD_LEFT,
  GEMM_REQUANTIZE,
  GEMM_SEGMENTS,
  GEMM_SEGMENT_BYTES,
  GEMM_SEGMENT_STEP,
  GEMM_STRIDE_W,
  GEMM_WEIGHTS,
  GEMM_WEIGHTS_ZERO,
  GEMM_Y_MAX,
  GEMM_Y_MIN,
  STAGE_DILATION_H,
  STAGE_STRIDE_H,
  STAGE_WINDOW_H,
} from "../instructions";
import { originOf, pixelStrideOf, widthOf, zeroPointOf } from "../operand";
import { blockBytes, integer8, real8, realClamped8, requantize8, requantizeLane } from "../requantize";
import { storeTail } from "../store";

/**
 * Standard, pointwise and grouped convolution and fully connected: one matrix product over gathered windows.
 *
 *   acc[o] = bias[o] + Σₖ window[k] · weights[o, k] − weightsZero · Σₖ window[k]     k: the window's rows, runs, bytes
 *   y[o]   = clamp(requantize(acc[o]) + yZeroPoint, yMin, yMax)
 *
 *   s        the stage record: geometry, and offsets in `data` of
 *   weights  i8  [groups][⌈groupOutputs/8⌉][depth/2][8][2]   every run of a window row rounded up to even with zeros
 *   bias     i32 [groups][⌈groupOutputs/8⌉·8]                already minus xZeroPoint · Σ (weights − weightsZero)
 *   x        i8  rows by address in xRows, padding columns and rows hold the zero point
 *   y        i8  rows by address in yRows
 *   scratch  i16 [depth/2][4 pixels][2], 64 bytes for the last vector and 48 of addresses; none for a single pixel
 *
 * A tile is four pixels × eight outputs. Four windows are widened once to int16 pairs, one vector a pair of k; the inner
 * loop broadcasts each pixel's pair and multiplies it with eight outputs' int8 weights (i32x4.dot_i16x8_s). Pixels are
 * counted across rows, so that narrow maps fill tiles too; beyond the last pixel the last one is computed again, into
 * the same bytes. Sums wrap as int32 does: what the folded bias takes past an end comes back. The weights' zero point,
 * which legacy uint8 models alone have, costs a sum of each window, not of each product. Reads up to 7 bytes beyond a
 * window's last run (times zero weights, and left out of that sum); writes nothing beyond y.
 * Same numbers as src/ops/conv2d.ts and fully-connected.ts (test/engine).
 */
export function gemm(
  s: usize,
  x: usize,
  y: usize,
  xRows: usize,
  yRows: usize,
  rows: i32,
  scratch: usize,
  data: usize,
): void {
  const outWidth = widthOf(y);
  const pixels = rows * outWidth;
  const groups = load<i32>(s, GEMM_GROUPS);
  const groupOutputs = load<i32>(s, GEMM_GROUP_OUTPUTS);
  const depth = load<i32>(s, GEMM_DEPTH);
  const blocks = (groupOutputs + 7) >> 3;
  let weights = data + load<u32>(s, GEMM_WEIGHTS);
  let bias = data + load<u32>(s, GEMM_BIAS);
  let parameters = data + load<u32>(s, GEMM_REQUANTIZE);
  const parameterBytes = <usize>(blocks * blockBytes(load<i32>(s, GEMM_FORM)));
  let xOffset = originOf(x) - <usize>load<u32>(s, GEMM_PAD_LEFT) * pixelStrideOf(x);
  let yOffset = originOf(y);

  for (let g = 0; g < groups; g++) {
    if (pixels == 1) {
      onePixel(s, xRows, xOffset, load<usize>(yRows) + yOffset, weights, bias, parameters, zeroPointOf(y));
    } else {
      tiles(s, x, y, xRows, xOffset, yRows, yOffset, pixels, outWidth, scratch, weights, bias, parameters);
    }
    weights += <usize>(blocks * 8 * depth);
    bias += <usize>(blocks * 32);
    parameters += parameterBytes;
    xOffset += load<u32>(s, GEMM_SEGMENT_BYTES);
    yOffset += groupOutputs;
  }
}

function tiles(
  s: usize,
  x: usize,
  y: usize,
  xRows: usize,
  xOffset: usize,
  yRows: usize,
  yOffset: usize,
  pixels: i32,
  outWidth: i32,
  tile: usize,
  weights: usize,
  bias: usize,
  parameters: usize,
): void {
  const xStep = <usize>load<i32>(s, GEMM_STRIDE_W) * pixelStrideOf(x);
  const yStep = pixelStrideOf(y);
  const rowStep = (<usize>load<i32>(s, STAGE_STRIDE_H)) << 2;
  const windowStep = (<usize>load<i32>(s, STAGE_DILATION_H)) << 2;
  const windowH = load<i32>(s, STAGE_WINDOW_H);
  const segments = load<i32>(s, GEMM_SEGMENTS);
  const segmentStep = <usize>load<u32>(s, GEMM_SEGMENT_STEP);
  const segmentBytes = load<i32>(s, GEMM_SEGMENT_BYTES);
  const tileStep = (<usize>((segmentBytes + 1) >> 1)) << 4;
  const zeroPoint = zeroPointOf(y);

  // Of each of the tile's pixels: the place in xRows of its first row, its column in x, its address in y.
  const at = tile + ((<usize>(load<i32>(s, GEMM_DEPTH) + 8)) << 3);
  const end = tile + ((<usize>load<i32>(s, GEMM_DEPTH)) << 3);
  const weightsZero = load<i32>(s, GEMM_WEIGHTS_ZERO);
  let xRow = xRows,
    yRow = yRows;
  let xColumn = xOffset,
    yColumn = yOffset;
  let left = outWidth;
  for (let p = 0; p < pixels; p += 4) {
    for (let q = 0; q < 4; q++) {
      const pixel = at + ((<usize>q) << 2);
      store<usize>(pixel, xRow);
      store<usize>(pixel, xColumn, 16);
      store<usize>(pixel, load<usize>(yRow) + yColumn, 32);
      if (p + q + 1 >= pixels) continue; // the last pixel again
      xColumn += xStep;
      yColumn += yStep;
      if (--left == 0) {
        left = outWidth;
        xRow += rowStep;
        yRow += 4;
        xColumn = xOffset;
        yColumn = yOffset;
      }
    }

    let t = tile;
    for (let i = 0; i < windowH; i++) {
      const w = <usize>i * windowStep;
      let p0 = load<usize>(load<usize>(at) + w) + load<usize>(at, 16);
      let p1 = load<usize>(load<usize>(at, 4) + w) + load<usize>(at, 20);
      let p2 = load<usize>(load<usize>(at, 8) + w) + load<usize>(at, 24);
      let p3 = load<usize>(load<usize>(at, 12) + w) + load<usize>(at, 28);
      for (let j = 0; j < segments; j++) {
        gather(p0, p1, p2, p3, segmentBytes, t);
        t += tileStep;
        p0 += segmentStep;
        p1 += segmentStep;
        p2 += segmentStep;
        p3 += segmentStep;
      }
    }
    if (weightsZero != 0) sumWindows(tile, end, segmentBytes, weightsZero);
    product(s, tile, weights, bias, parameters, at + 32, zeroPoint);
  }
}

/**
 * Widens `bytes` bytes of four windows to int16 pairs, [bytes/2][4 pixels][2], rounded up to 8 bytes: what is written
 * beyond an odd or short run is overwritten by the next run or meets zero weights.
 *
 *   a0 a1 a2 …   b0 b1 b2 …   c0 c1 c2 …   d0 d1 d2 …   →   a0 a1 b0 b1 c0 c1 d0 d1 | a2 a3 b2 b3 c2 c3 d2 d3 | …
 */
@inline
function gather(p0: usize, p1: usize, p2: usize, p3: usize, bytes: i32, tile: usize): void {
  let t = tile;
  if (ASC_FEATURE_SIMD) {
    for (let k = 0; k < bytes; k += 8) {
      const a = v128.load8x8_s(p0),
        b = v128.load8x8_s(p1),
        c = v128.load8x8_s(p2),
        d = v128.load8x8_s(p3);
      const ab0 = i32x4.shuffle(a, b, 0, 4, 1, 5),
        ab1 = i32x4.shuffle(a, b, 2, 6, 3, 7);
      const cd0 = i32x4.shuffle(c, d, 0, 4, 1, 5),
        cd1 = i32x4.shuffle(c, d, 2, 6, 3, 7);
      v128.store(t, i64x2.shuffle(ab0, cd0, 0, 2));
      v128.store(t, i64x2.shuffle(ab0, cd0, 1, 3), 16);
      v128.store(t, i64x2.shuffle(ab1, cd1, 0, 2), 32);
      v128.store(t, i64x2.shuffle(ab1, cd1, 1, 3), 48);
      t += 64;
      p0 += 8;
      p1 += 8;
      p2 += 8;
      p3 += 8;
    }
  } else {
    for (let k = 0; k < bytes; k += 2) {
      store<i16>(t, load<i8>(p0));
      store<i16>(t, load<i8>(p0, 1), 2);
      store<i16>(t, load<i8>(p1), 4);
      store<i16>(t, load<i8>(p1, 1), 6);
      store<i16>(t, load<i8>(p2), 8);
      store<i16>(t, load<i8>(p2, 1), 10);
      store<i16>(t, load<i8>(p3), 12);
      store<i16>(t, load<i8>(p3, 1), 14);
      t += 16;
      p0 += 2;
      p1 += 2;
      p2 += 2;
      p3 += 2;
    }
  }
}

/**
 * Puts weightsZero times the sum of each of the four windows at `end`, where the tile's last vector left room. The byte
 * after an odd run is none of the window's.
 */
function sumWindows(tile: usize, end: usize, bytes: i32, weightsZero: i32): void {
  const run = (<usize>(bytes >> 1)) << 4;
  const odd = (bytes & 1) != 0;
  if (ASC_FEATURE_SIMD) {
    let sums = i32x4.splat(0);
    for (let t = tile; t < end;) {
      for (const last = t + run; t < last; t += 16)
        sums = i32x4.add(sums, i32x4.dot_i16x8_s(v128.load(t), i16x8.splat(1)));
      if (odd) {
        sums = i32x4.add(sums, i32x4.dot_i16x8_s(v128.load(t), i32x4.splat(1)));
        t += 16;
      }
    }
    v128.store(end, i32x4.mul(sums, i32x4.splat(weightsZero)));
  } else {
    for (let q: usize = 0; q < 16; q += 4) {
      let sum = 0;
      for (let t = tile + q; t < end + q;) {
        for (const last = t + run; t < last; t += 16) sum += <i32>load<i16>(t) + <i32>load<i16>(t, 2);
        if (odd) {
          sum += <i32>load<i16>(t);
          t += 16;
        }
      }
      store<i32>(end + q, sum * weightsZero);
    }
  }
}

/** One tile's windows against all outputs of a group; the addresses of the four pixels' first outputs lie at `pixels`. */
function product(
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


@inline
function clamp(v: i32, low: i32, high: i32): i32 {
  return min(max(v, low), high);
}

/**
 * One pixel against all outputs of a group, straight from the rows: a pair of bytes is broadcast and widened by
 * load16_splat and extend, so there is no tile. Two blocks of outputs at a time share the broadcasts.
 */
function onePixel(
  s: usize,
  xRows: usize,
  xOffset: usize,
  y: usize,
  weights: usize,
  bias: usize,
  parameters: usize,
  zeroPoint: i32,
): void {
  const outputs = load<i32>(s, GEMM_GROUP_OUTPUTS);
  const form = load<i32>(s, GEMM_FORM);
  const step = <usize>blockBytes(form);
  const blockDepth = (<usize>load<i32>(s, GEMM_DEPTH)) << 3;
  const windowStep = (<usize>load<i32>(s, STAGE_DILATION_H)) << 2;
  const windowH = load<i32>(s, STAGE_WINDOW_H);
  const segments = load<i32>(s, GEMM_SEGMENTS);
  const segmentStep = <usize>load<u32>(s, GEMM_SEGMENT_STEP);
  const segmentBytes = <usize>load<u32>(s, GEMM_SEGMENT_BYTES);
  let sum = 0;
  const weightsZero = load<i32>(s, GEMM_WEIGHTS_ZERO);
  if (weightsZero != 0) {
    for (let i = 0; i < windowH; i++) {
      let run = load<usize>(xRows + <usize>i * windowStep) + xOffset;
      for (let j = 0; j < segments; j++) {
        for (let p = run; p < run + segmentBytes; p++) sum += <i32>load<i8>(p);
        run += segmentStep;
      }
    }
    sum *= weightsZero;
  }
  if (ASC_FEATURE_SIMD) {
    const sums = i32x4.splat(sum);
    const zero = i16x8.splat(<i16>zeroPoint);
    const min = i8x16.splat(<i8>load<i32>(s, GEMM_Y_MIN)),
      max = i8x16.splat(<i8>load<i32>(s, GEMM_Y_MAX));
    for (let o = 0; o < outputs; o += 16) {
      const two = o + 8 < outputs;
      let a0 = i32x4.sub(v128.load(bias), sums),
        a1 = i32x4.sub(v128.load(bias, 16), sums),
        a2 = a0,
        a3 = a1;
      let w = weights,
        v = weights;
      if (two) {
        a2 = i32x4.sub(v128.load(bias, 32), sums);
        a3 = i32x4.sub(v128.load(bias, 48), sums);
        v += blockDepth;
      }
      for (let i = 0; i < windowH; i++) {
        let run = load<usize>(xRows + <usize>i * windowStep) + xOffset;
        for (let j = 0; j < segments; j++) {
          const end = run + segmentBytes;
          for (let p = run; p < end; p += 2) {
            const pair = i16x8.extend_low_i8x16_s(v128.load16_splat(p));
            a0 = i32x4.add(a0, i32x4.dot_i16x8_s(pair, v128.load8x8_s(w)));
            a1 = i32x4.add(a1, i32x4.dot_i16x8_s(pair, v128.load8x8_s(w, 8)));
            a2 = i32x4.add(a2, i32x4.dot_i16x8_s(pair, v128.load8x8_s(v)));
            a3 = i32x4.add(a3, i32x4.dot_i16x8_s(pair, v128.load8x8_s(v, 8)));
            w += 16;
            v += 16;
          }
          run += segmentStep;
        }
      }
      const h0 = requantize8(a0, a1, form, parameters, zero);
      const h1 = two ? requantize8(a2, a3, form, parameters + step, zero) : h0;
      const q = i8x16.min_s(i8x16.max_s(i8x16.narrow_i16x8_s(h0, h1), min), max);
      storeTail(y + o, i64x2.extract_lane(q, 0), outputs - o);
      if (two) storeTail(y + o + 8, i64x2.extract_lane(q, 1), outputs - o - 8);
      weights += blockDepth << 1;
      bias += 64;
      parameters += step << 1;
    }
  } else {
    const min = load<i32>(s, GEMM_Y_MIN),
      max = load<i32>(s, GEMM_Y_MAX);
    for (let o = 0; o < outputs; o++) {
      let acc = load<i32>(bias + (o << 2)) - sum;
      let w = weights + <usize>(o >> 3) * blockDepth + ((o & 7) << 1);
      for (let i = 0; i < windowH; i++) {
        let run = load<usize>(xRows + <usize>i * windowStep) + xOffset;
        for (let j = 0; j < segments; j++) {
          const end = run + segmentBytes;
          for (let p = run; p < end; p += 2) {
            acc += <i32>load<i8>(p) * <i32>load<i8>(w) + <i32>load<i8>(p, 1) * <i32>load<i8>(w, 1);
            w += 16;
          }
          run += segmentStep;
        }
      }
      const block = parameters + <usize>(o >> 3) * step;
      store<i8>(y + o, clamp(requantizeLane(acc, form, block, <usize>(o & 7)) + zeroPoint, min, max));
    }
  }
}
