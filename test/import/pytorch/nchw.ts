/** Values of a tensor [n, c, h, w] as those of its images, each [h, w, c]; of other ranks as they are. */
export function imagesOf(values: Float32Array, shape: readonly number[]): Float32Array[] {
  const [n, ...rest] = shape.length === 1 ? [1, ...shape] : shape;
  const size = rest.reduce((product, each) => product * each, 1);
  return Array.from({ length: n }, (_, image) => {
    const own = values.subarray(image * size, (image + 1) * size);
    if (rest.length === 1) return own;
    const [c, h, w] = rest.length === 2 ? [rest[0], 1, rest[1]] : (rest as [number, number, number]);
    const moved = new Float32Array(size);
    for (let pixel = 0; pixel < h * w; pixel++)
      for (let k = 0; k < c; k++) moved[pixel * c + k] = own[k * h * w + pixel];
    return moved;
  });
}

/** The largest difference of two lists, against the largest value of the second. */
export function relativeError(ours: ArrayLike<number>, theirs: Float32Array): number {
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return theirs.reduce((worst, value, i) => Math.max(worst, Math.abs(value - ours[i])), 0) / largest;
}
