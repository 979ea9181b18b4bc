/**
 * An RGBA image as `channels` bytes a pixel, resized to width × height: bilinear, with the centres of pixels half a pixel
 * from the edge, as most training pipelines do. One channel is grey: 0.299 R + 0.587 G + 0.114 B. In steps of 1/4096, and
 * without calls in the inner loop, which would cost more than a small network.
 */
export function resize({ data, width: fromWidth, height: fromHeight }, { width, height, channels }) {
  const columns = taps(fromWidth, width);
  const rows = taps(fromHeight, height);
  const pixel = new Int32Array(3);
  const out = new Uint8Array(width * height * channels);
  for (let y = 0, at = 0; y < height; y++) {
    const top = rows.low[y] * fromWidth * 4;
    const bottom = rows.high[y] * fromWidth * 4;
    const v = rows.part[y];
    for (let x = 0; x < width; x++, at += channels) {
      const left = columns.low[x] * 4;
      const right = columns.high[x] * 4;
      const h = columns.part[x];
      for (let c = 0; c < 3; c++) {
        const above = data[top + left + c] * (one - h) + data[top + right + c] * h;
        const below = data[bottom + left + c] * (one - h) + data[bottom + right + c] * h;
        pixel[c] = (above * (one - v) + below * v + half) / (one * one); // below 256·2²⁴: exact, the fraction is cut
      }
      if (channels === 1) out[at] = (pixel[0] * 299 + pixel[1] * 587 + pixel[2] * 114 + 500) / 1000;
      else for (let c = 0; c < channels; c++) out[at + c] = pixel[c];
    }
  }
  return out;
}

const one = 4096;
const half = (one * one) / 2;

/** Between which two of `from` pixels each of `to` lies, and how far towards the second. */
function taps(from, to) {
  const [low, high, part] = [new Int32Array(to), new Int32Array(to), new Int32Array(to)];
  for (let i = 0; i < to; i++) {
    const at = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    low[i] = Math.floor(at);
    high[i] = Math.min(low[i] + 1, from - 1);
    part[i] = Math.round((at - low[i]) * one);
  }
  return { low, high, part };
}
