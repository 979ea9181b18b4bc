/** Stores the low `count` bytes of eight; all of them when count ≥ 8. Nothing is written beyond. */
export function storeTail(at: usize, bytes: i64, count: i32): void {
  if (count >= 8) {
    store<i64>(at, bytes);
    return;
  }
  for (let i = 0; i < count; i++) {
    store<u8>(at + i, <u8>bytes);
    bytes >>= 8;
  }
}
