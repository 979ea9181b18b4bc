import {
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
  STAGE_DILATION_H,
  STAGE_STRIDE_H,
  STAGE_WINDOW_H,
} from "../instructions";
import { originOf, pixelStrideOf, widthOf, zeroPointOf } from "../operand";
import { blockBytes } from "../requantize";
import { onePixel } from "./gemm/one-pixel";
import { product } from "./gemm/product";

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
