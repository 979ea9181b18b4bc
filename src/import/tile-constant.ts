import type { FileTensor } from './file-model.ts';

const count = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);

/**
 * A constant as large as `shape`, to which it is broadcast: shapes are aligned at their last axis, as numpy does. undefined
 * where they do not fit, or where it would have more than `most` bytes.
 */
export function tiled(file: FileTensor, shape: readonly number[], most: number): FileTensor | undefined {
  const { bytes } = file;
  const extra = file.shape.length - shape.length;
  if (!bytes || (extra > 0 && file.shape.slice(0, extra).some((size) => size !== 1))) return undefined;
  const own = extra > 0 ? file.shape.slice(extra) : [...new Array<number>(-extra).fill(1), ...file.shape];
  const elementBytes = bytes.length / count(file.shape);
  if (!shape.every((size) => size >= 1)) return undefined;
  if (!Number.isInteger(elementBytes) || own.some((size, axis) => size !== 1 && size !== shape[axis])) return undefined;
  if (count(shape) * elementBytes > most) return undefined;
  let values = bytes;
  let block = elementBytes; // bytes of what one index of the axis holds
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (own[axis] === 1) values = repeated(values, block, shape[axis]);
    block *= shape[axis];
  }
  return { ...file, shape, bytes: values };
}

/** Every block of `size` bytes `times` times in a row. */
function repeated(values: Uint8Array, size: number, times: number): Uint8Array {
  const all = new Uint8Array(values.length * times);
  for (let at = 0; at < values.length; at += size) {
    const block = values.subarray(at, at + size);
    for (let i = 0; i < times; i++) all.set(block, at * times + i * size);
  }
  return all;
}
