/**
 * Copies the windows of output pixels first … first + count − 1 (row-major) of one group to a dense matrix, with +0 for taps
 * outside the image.
 *
 *   to[p, i, j, k] = x[oy·strideH + i·dilationH − top, ox·strideW + j·dilationW − left, k], p = oy·outWidth + ox − first
 *
 *   x        f32 [h][w][c]                          at the group's first channel
 *   to       f32 [count][windowH][windowW][depth]   depth: channels of a group
 *
 * Reads nothing beyond the group's channels, writes nothing beyond `to`.
 */
export function gather(
  x: usize,
  to: usize,
  first: i32,
  count: i32,
  h: i32,
  w: i32,
  c: i32,
  depth: i32,
  windowH: i32,
  windowW: i32,
  strideH: i32,
  strideW: i32,
  dilationH: i32,
  dilationW: i32,
  top: i32,
  left: i32,
  outWidth: i32,
): void {
  const run = (<usize>depth) << 2;
  let oy = first / outWidth,
    ox = first % outWidth;
  for (let p = 0; p < count; p++) {
    let iy = oy * strideH - top;
    for (let i = 0; i < windowH; i++) {
      let ix = ox * strideW - left;
      for (let j = 0; j < windowW; j++) {
        if (<u32>iy < <u32>h && <u32>ix < <u32>w) {
          copy(to, x + ((<usize>((iy * w + ix) * c)) << 2), run);
        } else {
          clear(to, run);
        }
        to += run;
        ix += dilationW;
      }
      iy += dilationH;
    }
    if (++ox == outWidth) {
      ox = 0;
      oy++;
    }
  }
}

/** Copies `bytes`, a multiple of 4. */
@inline
function copy(to: usize, from: usize, bytes: usize): void {
  let k: usize = 0;
  for (; k + 16 <= bytes; k += 16) v128.store(to + k, v128.load(from + k));
  for (; k < bytes; k += 4) store<f32>(to + k, load<f32>(from + k));
}


@inline
function clear(to: usize, bytes: usize): void {
  const zero = f32x4.splat(0);
  let k: usize = 0;
  for (; k + 16 <= bytes; k += 16) v128.store(to + k, zero);
  for (; k < bytes; k += 4) store<f32>(to + k, 0);
}
