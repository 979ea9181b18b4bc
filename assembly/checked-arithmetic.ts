/**
 * All arithmetic on values that come from a file: nothing here wraps, traps or divides by zero, whatever the values are.
 * test/engine/checked-arithmetic.test.ts refuses it anywhere else in the loader and the checker.
 *
 * Words of a file have 32 bits. Sums and products are clamped to ±MOST, which no memory holds and no word of a file
 * equals, so that what is too large is refused by the comparison that follows.
 */
export const MOST: i64 = 0x2000000000000000;

/**
 * a + b, for any words of a file and results of this file. It calls itself, and so does the product, because the compiler
 * inlines what does not: with a copy for every caller the engine is 7 KB larger.
 */
export function sum(a: i64, b: i64): i64 {
  if (a < b) return sum(b, a);
  const total = a + b;
  return total > MOST ? MOST : total < -MOST ? -MOST : total;
}


@inline
export function difference(a: i64, b: i64): i64 {
  return sum(a, -b);
}

/** a · b of two sizes; MOST where one of them is negative. */
export function product(a: i64, b: i64): i64 {
  if (a < b) return product(b, a);
  if (b < 0) return MOST;
  return b > 0 && a > MOST / b ? MOST : a * b;
}

/** The distance from the first to the last of `count` things that lie `step` apart. */
@inline
export function span(count: i64, step: i64): i64 {
  return product(count - 1, step);
}

/** A size rounded up to a multiple of `unit`, a power of two. */
@inline
export function roundUp(size: i64, unit: i64): i64 {
  return sum(size, unit - 1) & -unit;
}

/** How many blocks of eight hold `count` outputs. */
@inline
export function blocksOf(count: i64): i64 {
  return sum(count, 7) >> 3;
}

/** count / parts where that is a whole number, else −1. */
@inline
export function share(count: i64, parts: i64): i64 {
  return parts > 0 && count % parts == 0 ? count / parts : -1;
}

/** count / size rounded up; MOST where there is no size. */
export function runsOf(count: i64, size: i64): i64 {
  if (size <= 0) return MOST;
  return count % size == 0 ? count / size : count / size + 1;
}

/** A result in 32 bits, where it was checked that it has no more. */
@inline
export function narrow(value: i64): u32 {
  return <u32>value;
}

/** An address `bytes` further on, within a section or an arena that was checked to reach there. */
@inline
export function further(at: usize, bytes: i64): usize {
  return at + <usize>bytes;
}

/** The address of entry `index` of a table that was checked to have it. */
@inline
export function entryAt(table: usize, index: i32, bytes: usize): usize {
  return table + <usize>index * bytes;
}

/** Whether `value` is the index of one of `count` things. */
export function isIndex(value: i64, count: i64): bool {
  return value >= 0 && value < count;
}
