/**
 * An RGBA image as `channels` bytes a pixel, resized to width × height: bilinear, with the centres of pixels half a pixel
 * from the edge, as most training pipelines do. One channel is grey: 0.299 R + 0.587 G + 0.114 B.
 */
export function resize({ data, width: fromWidth, height: fromHeight }, { width, height, channels }) {
  const columns = taps(fromWidth, width);
  const rows = taps(fromHeight, height);
  const out = new Uint8Array(width * height * channels);
  for (let y = 0, at = 0; y < height; y++) {
    const { low, high, part: v } = rows[y];
    for (let x = 0; x < width; x++, at += channels) {
      const { low: left, high: right, part: h } = columns[x];
      const sample = (c) => {
        const value = (row, column) => data[(row * fromWidth + column) * 4 + c];
        const top = value(low, left) * (1 - h) + value(low, right) * h;
        return top * (1 - v) + (value(high, left) * (1 - h) + value(high, right) * h) * v;
      };
      if (channels === 1) out[at] = Math.round(0.299 * sample(0) + 0.587 * sample(1) + 0.114 * sample(2));
      else for (let c = 0; c < channels; c++) out[at + c] = Math.round(sample(c));
    }
  }
  return out;
}

/** Between which two of `from` pixels each of `to` lies, and how far towards the second. */
const taps = (from, to) =>
  Array.from({ length: to }, (_, i) => {
    const at = Math.min(Math.max(((i + 0.5) * from) / to - 0.5, 0), from - 1);
    const low = Math.floor(at);
    return { low, high: Math.min(low + 1, from - 1), part: at - low };
  });
