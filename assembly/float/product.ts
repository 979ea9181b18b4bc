/**
 * Windows times weights: the sums of convolutions and fully connected, in float32.
 *
 *   acc     = bias[o], then acc + a[p, k] · w[o, k] for k = 0 … depth − 1, product and sum rounded
 *   y[p, o] = min(max(acc, low), high)
 *
 *   a        f32 [pixels][depth]            pixel to pixel aStep bytes
 *   weights  f32 [⌈outputs/8⌉][depth][8]    filled up with zeros
 *   bias     f32 [⌈outputs/8⌉·8]            filled up
 *   y        f32 [pixels][outputs]          pixel to pixel yStep bytes
 *   pixels, depth, outputs at least 1
 *
 * A tile is four pixels × eight outputs; lanes are outputs, so that every sum takes its products one by one in the order of
 * the plain definition and has its bits. mul and add, never a fused or relaxed one. A block's weights stay in the first
 * cache while all pixels pass. Beyond the last pixel the last one is computed again, into the same bytes. Reads nothing
 * beyond the arrays. Same bits as src/ops/float/conv2d.ts and src/ops/fully-connected.ts (test/float).
 */
export function product(
  a: usize,
  aStep: usize,
  pixels: i32,
  depth: i32,
  weights: usize,
  bias: usize,
  y: usize,
  yStep: usize,
  outputs: i32,
  low: f32,
  high: f32,
): void {
  const least = f32x4.splat(low),
    most = f32x4.splat(high);
  const depthBytes = (<usize>depth) << 2;
  for (let o = 0; o < outputs; o += 8) {
    const b0 = v128.load(bias),
      b1 = v128.load(bias, 16);
    const left = outputs - o;
    for (let p = 0; p < pixels; p += 4) {
      const last = <usize>(pixels - 1 - p);
      const q1 = min<usize>(1, last),
        q2 = min<usize>(2, last),
        q3 = min<usize>(3, last);
      let p0 = a + <usize>p * aStep;
      const end = p0 + depthBytes;
      let p1 = p0 + q1 * aStep,
        p2 = p0 + q2 * aStep,
        p3 = p0 + q3 * aStep;
      let w = weights;
      let a00 = b0,
        a01 = b1,
        a10 = b0,
        a11 = b1,
        a20 = b0,
        a21 = b1,
        a30 = b0,
        a31 = b1;
      for (; p0 < end; p0 += 4) {
        const w0 = v128.load(w),
          w1 = v128.load(w, 16);
        let x = v128.load32_splat(p0);
        a00 = f32x4.add(a00, f32x4.mul(x, w0));
        a01 = f32x4.add(a01, f32x4.mul(x, w1));
        x = v128.load32_splat(p1);
        a10 = f32x4.add(a10, f32x4.mul(x, w0));
        a11 = f32x4.add(a11, f32x4.mul(x, w1));
        x = v128.load32_splat(p2);
        a20 = f32x4.add(a20, f32x4.mul(x, w0));
        a21 = f32x4.add(a21, f32x4.mul(x, w1));
        x = v128.load32_splat(p3);
        a30 = f32x4.add(a30, f32x4.mul(x, w0));
        a31 = f32x4.add(a31, f32x4.mul(x, w1));
        w += 32;
        p1 += 4;
        p2 += 4;
        p3 += 4;
      }
      const out = y + <usize>p * yStep + ((<usize>o) << 2);
      store8(out, a00, a01, least, most, left);
      store8(out + q1 * yStep, a10, a11, least, most, left);
      store8(out + q2 * yStep, a20, a21, least, most, left);
      store8(out + q3 * yStep, a30, a31, least, most, left);
    }
    weights += depthBytes << 3;
    bias += 32;
  }
}

/** Clamps and stores eight sums, or the first `count` of them. */
@inline
function store8(at: usize, lo: v128, hi: v128, least: v128, most: v128, count: i32): void {
  lo = f32x4.min(f32x4.max(lo, least), most);
  hi = f32x4.min(f32x4.max(hi, least), most);
  if (count >= 8) {
    v128.store(at, lo);
    v128.store(at, hi, 16);
  } else {
    storeTail(at, lo, count);
    if (count > 4) storeTail(at + 16, hi, count - 4);
  }
}

/** Stores the first `count` lanes; all of them when count ≥ 4. Nothing is written beyond. */
@inline
function storeTail(at: usize, v: v128, count: i32): void {
  if (count >= 4) v128.store(at, v);
  else {
    v128.store32_lane(at, v, 0);
    if (count > 1) v128.store32_lane(at, v, 1, 4);
    if (count > 2) v128.store32_lane(at, v, 2, 8);
  }
}
