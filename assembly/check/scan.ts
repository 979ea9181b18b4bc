import { difference, entryAt, narrow, product } from "../checked-arithmetic";

/**
 * Tables and shifts that a check reads through, word by word. Stages may share one, so that a file of n bytes could ask for
 * n² reads. What was read through lately is known, in 63 slots of 16 bytes in the place of the checksum table, which is made
 * again when it is needed; beside that a file has four reads for each of its bytes, and one that asks for more is refused.
 *
 *   slot  address of the first word, how many, what they are, and what each is below
 */
const SLOTS: usize = 0,
  SLOT_BYTES: usize = 16,
  COUNT: usize = 63;

/** What words are. */
export const CHANNELS: i32 = 1,
  PLACES: i32 = 2,
  REAL_PLACES: i32 = 3,
  SHIFTS: i32 = 4;

/** Reads that are left. */
let left: i64 = 0;

/** Before the stages of a file are checked. */
export function startScans(fileBytes: u32): void {
  memory.fill(SLOTS, 0, SLOT_BYTES * (COUNT + 1));
  left = product(fileBytes, 4);
}

/** The first 16 bytes stay 0, by which the checksum table is known to be gone. */
@inline
function slotOf(at: usize): usize {
  return entryAt(SLOTS + SLOT_BYTES, <i32>((at >> 4) % COUNT), SLOT_BYTES);
}

/** Whether these words were read through, and were below `limit`. */
export function isKnown(kind: i32, at: usize, count: i64, limit: i64): bool {
  const slot = slotOf(at);
  return (
    load<usize>(slot) == at &&
    <i64>load<u32>(slot, 4) == count &&
    load<i32>(slot, 8) == kind &&
    <i64>load<u32>(slot, 12) <= limit
  );
}

/** Whether these words may be read. Who asks refuses the file where one of them is not below `limit`. */
export function mayScan(kind: i32, at: usize, count: i64, limit: i64): bool {
  left = difference(left, count);
  const slot = slotOf(at);
  store<usize>(slot, at);
  store<u32>(slot, narrow(count), 4);
  store<i32>(slot, kind, 8);
  store<u32>(slot, narrow(limit), 12);
  return left >= 0;
}
