import { RESIZE_COLUMN_POSITIONS, RESIZE_REAL, RESIZE_ROW_POSITIONS } from "../instructions";
import { channelsOf, heightOf, originOf, pixelStrideOf, widthOf } from "../operand";
import { storeTail } from "../store";

/**
 * Another height and width.
 *
 *   y[i, j] = Σ x[i₀ + (0, 1), j₀ + (0, 1)] · (1 − d, d of i) · (1 − e, e of j), where i₀ + d is the position of row i
 *
 *   rowPositions, columnPositions  [height, width of y], within x (assembly/check/resize.ts)
 *       i32 in 1/1024 of a place: the sum is exact in 2^20ths, and rounded once, halves away from zero
 *       f32 where `real` is 1, on x + 128: products and sums rounded to float32, plus ½, truncated
 *   x, y  i8 of any channels; all rows of x by address, by their number. Bytes of any kind where positions are whole
 *
 * What comes from one pixel is a copy of it. Integers: |Σ over columns| ≤ 128 · 2^10 = 2^17, and over rows 2^27, as weights add up to
 * 2^10 each, so that int32 holds the sum with its half of 2^19; a weight of 2^10 fits int16. Float32: weights are from −½ to
 * 1½, so that no sum leaves int32 when it is truncated. Reads up to 7 bytes beyond a pixel, writes nothing beyond y. Same
 * numbers as src/ops/resize-bilinear.ts and resize-nearest-neighbor.ts.
 */
export function resize(
  s: usize,
  x: usize,
  y: usize,
  xRows: usize,
  yRows: usize,
  first: i32,
  rows: i32,
  data: usize,
): void {
  const real = load<i32>(s, RESIZE_REAL) != 0;
  let rowAt = data + load<u32>(s, RESIZE_ROW_POSITIONS) + ((<usize>first) << 2);
  const columnsAt = data + load<u32>(s, RESIZE_COLUMN_POSITIONS);
  const lastRow = heightOf(x) - 1,
    lastColumn = widthOf(x) - 1,
    width = widthOf(y),
    channels = channelsOf(y);
  const pixel = pixelStrideOf(x),
    yPixel = pixelStrideOf(y);
  for (let r = 0; r < rows; r++, rowAt += 4) {
    const row = placeOf(rowAt, real);
    const nextRow = nextOf(rowAt, row, lastRow, real);
    const top = load<usize>(xRows + ((<usize>row) << 2)) + originOf(x);
    const bottom = load<usize>(xRows + ((<usize>nextRow) << 2)) + originOf(x);
    let out = load<usize>(yRows + ((<usize>r) << 2)) + originOf(y);
    for (let j = 0; j < width; j++, out += yPixel) {
      const columnAt = columnsAt + ((<usize>j) << 2);
      const column = placeOf(columnAt, real);
      const nextColumn = nextOf(columnAt, column, lastColumn, real);
      const left = <usize>column * pixel,
        right = <usize>nextColumn * pixel;
      if (nextRow == row && nextColumn == column) {
        copy(top + left, out, channels);
        continue;
      }
      if (real) {
        const d = load<f32>(rowAt) - <f32>row,
          e = load<f32>(columnAt) - <f32>column;
        mixReal(top + left, bottom + left, top + right, bottom + right, out, channels, d, e);
      } else {
        const d = load<i32>(rowAt) & 1023,
          e = load<i32>(columnAt) & 1023;
        mix(top + left, bottom + left, top + right, bottom + right, out, channels, d, e);
      }
    }
  }
}

/** The place at or before a position; of one before the first, the first. */
@inline
function placeOf(at: usize, real: bool): i32 {
  return real ? <i32>load<f32>(at) : load<i32>(at) >> 10;
}

/** The place after a position; at a whole one, before the first and behind the last, the same again. */
@inline
function nextOf(at: usize, place: i32, last: i32, real: bool): i32 {
  const beyond = real ? load<f32>(at) > <f32>place : (load<i32>(at) & 1023) != 0;
  return min(place + i32(beyond), last);
}

function copy(at: usize, out: usize, count: i32): void {
  for (let c = 0; c < count; c += 8) storeTail(out + c, load<i64>(at + c), count - c);
}

/**
 * d, e: distances in 1/1024. Eight channels at a time: two neighbours side by side, and their weights,
 *
 *   a0 b0 a1 b1 a2 b2 a3 b3   dot_i16x8_s   1024 − e, e, 1024 − e, e …   =   four sums over columns
 */
function mix(a: usize, c: usize, b: usize, g: usize, out: usize, channels: i32, d: i32, e: i32): void {
  if (ASC_FEATURE_SIMD) {
    const columns = i32x4.splat((e << 16) | (1024 - e)),
      upper = i32x4.splat(1024 - d),
      lower = i32x4.splat(d);
    for (let i = 0; i < channels; i += 8) {
      const p = v128.load8x8_s(a + i),
        q = v128.load8x8_s(b + i),
        r = v128.load8x8_s(c + i),
        t = v128.load8x8_s(g + i);
      const low = i32x4.add(
        i32x4.mul(i32x4.dot_i16x8_s(i16x8.shuffle(p, q, 0, 8, 1, 9, 2, 10, 3, 11), columns), upper),
        i32x4.mul(i32x4.dot_i16x8_s(i16x8.shuffle(r, t, 0, 8, 1, 9, 2, 10, 3, 11), columns), lower),
      );
      const high = i32x4.add(
        i32x4.mul(i32x4.dot_i16x8_s(i16x8.shuffle(p, q, 4, 12, 5, 13, 6, 14, 7, 15), columns), upper),
        i32x4.mul(i32x4.dot_i16x8_s(i16x8.shuffle(r, t, 4, 12, 5, 13, 6, 14, 7, 15), columns), lower),
      );
      const wide = i16x8.narrow_i32x4_s(rounded4(low), rounded4(high));
      storeTail(out + i, i64x2.extract_lane(i8x16.narrow_i16x8_s(wide, wide), 0), channels - i);
    }
  } else {
    for (let i = 0; i < channels; i++) {
      const upper = <i32>load<i8>(a + i) * (1024 - e) + <i32>load<i8>(b + i) * e;
      const lower = <i32>load<i8>(c + i) * (1024 - e) + <i32>load<i8>(g + i) * e;
      const sum = upper * (1024 - d) + lower * d;
      store<i8>(out + i, (sum + (1 << 19) + (sum >> 31)) >> 20);
    }
  }
}

/** 2^20ths to nearest, halves away from zero. */
@inline
function rounded4(sum: v128): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.add(sum, i32x4.splat(1 << 19)), i32x4.shr_s(sum, 31)), 20);
}

/** d, e: distances. a upper left, c lower left, b upper right, g lower right, added in this order. */
function mixReal(a: usize, c: usize, b: usize, g: usize, out: usize, channels: i32, d: f32, e: f32): void {
  const upper: f32 = 1 - d,
    left: f32 = 1 - e;
  if (ASC_FEATURE_SIMD) {
    for (let i = 0; i < channels; i += 8) {
      const p = unsigned8(a + i),
        q = unsigned8(b + i),
        r = unsigned8(c + i),
        t = unsigned8(g + i);
      const low = real4(
        i32x4.extend_low_i16x8_s(p),
        i32x4.extend_low_i16x8_s(r),
        i32x4.extend_low_i16x8_s(q),
        i32x4.extend_low_i16x8_s(t),
        upper,
        d,
        left,
        e,
      );
      const high = real4(
        i32x4.extend_high_i16x8_s(p),
        i32x4.extend_high_i16x8_s(r),
        i32x4.extend_high_i16x8_s(q),
        i32x4.extend_high_i16x8_s(t),
        upper,
        d,
        left,
        e,
      );
      const wide = i16x8.sub(i16x8.narrow_i32x4_s(low, high), i16x8.splat(128));
      storeTail(out + i, i64x2.extract_lane(i8x16.narrow_i16x8_s(wide, wide), 0), channels - i);
    }
  } else {
    for (let i = 0; i < channels; i++) {
      const sum =
        unsigned(a + i) * upper * left +
        unsigned(c + i) * d * left +
        unsigned(b + i) * upper * e +
        unsigned(g + i) * d * e +
        <f32>0.5;
      store<i8>(out + i, <i32>sum - 128);
    }
  }
}


@inline
function unsigned(at: usize): f32 {
  return <f32>(<i32>load<i8>(at) + 128);
}


@inline
function unsigned8(at: usize): v128 {
  return i16x8.add(v128.load8x8_s(at), i16x8.splat(128));
}


@inline
function term4(value: v128, inRows: f32, inColumns: f32): v128 {
  return f32x4.mul(f32x4.mul(f32x4.convert_i32x4_s(value), f32x4.splat(inRows)), f32x4.splat(inColumns));
}


@inline
function real4(a: v128, c: v128, b: v128, g: v128, upper: f32, d: f32, left: f32, e: f32): v128 {
  let sum = f32x4.add(term4(a, upper, left), term4(c, d, left));
  sum = f32x4.add(f32x4.add(sum, term4(b, upper, e)), term4(g, d, e));
  return i32x4.trunc_sat_f32x4_s(f32x4.add(sum, f32x4.splat(0.5)));
}
