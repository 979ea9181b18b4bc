import { difference, narrow, product, roundUp } from "./checked-arithmetic";

/**
 * No memory reaches further: a kernel steps one pixel beyond the end of a row, at most 2^23 bytes, before it sees that the
 * row has ended, and must not come round to address 0.
 */
export const MEMORY_END: i64 = 0xff000000;
const PAGE: i64 = 0x10000;

/** Bytes of linear memory that are there. */
@inline
export function memoryBytes(): i64 {
  return product(memory.size(), PAGE);
}

/** Makes linear memory reach to `end`. */
export function growTo(end: i64): bool {
  if (end > MEMORY_END) return false;
  const missing = difference(roundUp(end, PAGE) >> 16, memory.size());
  return missing <= 0 || memory.grow(narrow(missing)) >= 0;
}
