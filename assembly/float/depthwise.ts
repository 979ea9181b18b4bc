/**
 * Depthwise convolution in float32.
 *
 *   acc          = bias[o], then acc + x[oy·strideH + i·dilationH − top, …, ⌊o / multiplier⌋] · w[i, j, o] in the order i, j
 *   y[oy, ox, o] = min(max(acc, low), high)
 *
 *   x        f32 [h][w][channels / multiplier]
 *   weights  f32 [windowH][windowW][channels]
 *   bias     f32 [channels]
 *   zeros    f32 [channels / multiplier]         +0: what taps outside the image read
 *   y        f32 [outHeight][outWidth][channels]
 *   taps     u32 [windowH][windowW]              scratch: the addresses of a pixel's taps
 *
 * Lanes are channels, eight a step and then one by one; with a multiplier other than 1, all one by one. Every product and
 * sum is rounded, in the order of the plain definition. Reads and writes nothing beyond these arrays. Same bits as
 * src/ops/float/depthwise-conv2d.ts (test/float).
 */
export function depthwise(
  x: usize,
  weights: usize,
  bias: usize,
  zeros: usize,
  y: usize,
  taps: usize,
  h: i32,
  w: i32,
  channels: i32,
  multiplier: i32,
  windowH: i32,
  windowW: i32,
  strideH: i32,
  strideW: i32,
  dilationH: i32,
  dilationW: i32,
  top: i32,
  left: i32,
  outHeight: i32,
  outWidth: i32,
  low: f32,
  high: f32,
): void {
  const row = (<usize>channels) << 2;
  const end = taps + ((<usize>(windowH * windowW)) << 2);
  const inChannels = channels / multiplier;
  const vector = multiplier == 1 ? row & ~31 : 0;
  const min = f32x4.splat(low),
    max = f32x4.splat(high);
  for (let oy = 0; oy < outHeight; oy++) {
    for (let ox = 0; ox < outWidth; ox++) {
      let tap = taps;
      let iy = oy * strideH - top;
      for (let i = 0; i < windowH; i++) {
        let ix = ox * strideW - left;
        for (let j = 0; j < windowW; j++) {
          const inside = <u32>iy < <u32>h && <u32>ix < <u32>w;
          store<usize>(tap, inside ? x + ((<usize>((iy * w + ix) * inChannels)) << 2) : zeros);
          tap += 4;
          ix += dilationW;
        }
        iy += dilationH;
      }

      let at: usize = 0;
      for (; at < vector; at += 32) {
        let lo = v128.load(bias + at),
          hi = v128.load(bias + at, 16);
        let f = weights + at;
        for (tap = taps; tap < end; tap += 4) {
          const p = load<usize>(tap) + at;
          lo = f32x4.add(lo, f32x4.mul(v128.load(p), v128.load(f)));
          hi = f32x4.add(hi, f32x4.mul(v128.load(p, 16), v128.load(f, 16)));
          f += row;
        }
        v128.store(y + at, f32x4.min(f32x4.max(lo, min), max));
        v128.store(y + at, f32x4.min(f32x4.max(hi, min), max), 16);
      }
      for (let o = <i32>(at >> 2); o < channels; o++) {
        const channel = (<usize>(o / multiplier)) << 2;
        let acc = load<f32>(bias + at);
        let f = weights + at;
        for (tap = taps; tap < end; tap += 4) {
          acc += load<f32>(load<usize>(tap) + channel) * load<f32>(f);
          f += row;
        }
        store<f32>(y + at, f32.min(f32.max(acc, low), high));
        at += 4;
      }
      y += row;
    }
  }
}
