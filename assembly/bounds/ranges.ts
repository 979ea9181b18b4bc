/**
 * Where the debug build of the engine may load and store at the moment. scripts/bound-accesses.mjs puts a call of `loads` or
 * `stores` before every access to memory, and what is outside traps with `bound(0)` saying why. Ranges are half-open, from
 * in the lower half of a word and end in the upper, and lie in globals: this file reads no memory.
 */

const NOTHING: u64 = 0;

/** What `bound(0)` says after a trap. */
const LOAD = 1,
  STORE = 2,
  ACCESSES = 3;

let load0: u64 = range(0, 0xffff),
  load1: u64 = NOTHING,
  load2: u64 = NOTHING,
  load3: u64 = NOTHING,
  load4: u64 = NOTHING,
  load5: u64 = NOTHING,
  load6: u64 = NOTHING;
let store0: u64 = NOTHING,
  store1: u64 = NOTHING,
  store2: u64 = NOTHING;

let cause: i32 = 0,
  causeAddress: u64 = 0,
  causeBytes: u32 = 0;
/** How many accesses are left: a host may bound a run by them, which without a clock nothing else could. */
let left: i64 = i64.MAX_VALUE;
let filled: usize = 0,
  copied: usize = 0;

/** `bytes` bytes from `from` on. */
export function range(from: usize, bytes: i64): u64 {
  return (<u64>from) | ((<u64>(<i64>from + bytes)) << 32);
}

export function mayLoad(a: u64, b: u64, c: u64, d: u64, e: u64, f: u64, g: u64): void {
  load0 = a;
  load1 = b;
  load2 = c;
  load3 = d;
  load4 = e;
  load5 = f;
  load6 = g;
}

export function mayStore(a: u64, b: u64, c: u64): void {
  store0 = a;
  store1 = b;
  store2 = c;
}

function holds(allowed: u64, at: u64, end: u64): bool {
  return at >= (allowed & 0xffffffff) && end <= allowed >> 32;
}

function fail(why: i32, at: u64, bytes: u32): void {
  cause = why;
  causeAddress = at;
  causeBytes = bytes;
  unreachable();
}

/** A load of `bytes` bytes at `pointer + offset`, which may be more than 32 bits; gives `pointer`. */
export function loads(pointer: usize, offset: u32, bytes: u32): usize {
  const at = <u64>pointer + offset,
    end = at + bytes;
  if (--left < 0) fail(ACCESSES, at, bytes);
  const fits =
    holds(load0, at, end) ||
    holds(load1, at, end) ||
    holds(load2, at, end) ||
    holds(load3, at, end) ||
    holds(load4, at, end) ||
    holds(load5, at, end) ||
    holds(load6, at, end);
  if (!fits) fail(LOAD, at, bytes);
  return pointer;
}

/** A store, likewise. */
export function stores(pointer: usize, offset: u32, bytes: u32): usize {
  const at = <u64>pointer + offset,
    end = at + bytes;
  if (--left < 0) fail(ACCESSES, at, bytes);
  if (!holds(store0, at, end) && !holds(store1, at, end) && !holds(store2, at, end)) fail(STORE, at, bytes);
  return pointer;
}

/** Of memory.fill and memory.copy, whose operands come one after another: where they store … */
export function fills(pointer: usize): usize {
  filled = pointer;
  return pointer;
}

/** … where they load … */
export function copies(pointer: usize): usize {
  copied = pointer;
  return pointer;
}

/** … and how much. */
export function filling(bytes: u32): u32 {
  if (bytes > 0) stores(filled, 0, bytes);
  return bytes;
}

export function copying(bytes: u32): u32 {
  if (bytes > 0) {
    loads(copied, 0, bytes);
    stores(filled, 0, bytes);
  }
  return bytes;
}

/** After a trap: 0 the cause (0 none of these, 1 a load, 2 a store, 3 too many accesses), 1 the address, 2 the bytes. */
export function bound(i: i32): u32 {
  return i == 0 ? cause : i == 1 ? <u32>causeAddress : causeBytes;
}

/** Traps after so many accesses from now on. */
export function limitAccesses(count: u32): void {
  left = count;
}
