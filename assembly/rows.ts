import {
  OPERAND_ADDRESS,
  OPERAND_CAPACITY,
  OPERAND_CONSTANT,
  OPERAND_LEFT,
  OPERAND_RIGHT,
  OPERAND_ROW_BYTES,
} from "./instructions";
import { arena, data } from "./model";
import { heightOf, originOf, pixelStrideOf, widthOf, zeroPointOf } from "./operand";

/** The first byte of an operand's ring. */
@inline
export function baseOf(o: usize): usize {
  return (load<i32>(o, OPERAND_CONSTANT) != 0 ? data : arena) + load<u32>(o, OPERAND_ADDRESS);
}

/** Where row `row` of an operand lies: its ring has `capacity` rows, and comes round. */
export function rowAddress(o: usize, row: i32): usize {
  return baseOf(o) + <usize>(<u32>row % load<u32>(o, OPERAND_CAPACITY)) * load<u32>(o, OPERAND_ROW_BYTES);
}

/** Addresses of `count` rows from `first`; those outside the operand are `outside`. */
export function addressRows(at: usize, o: usize, first: i32, count: i32, outside: usize): void {
  const height = heightOf(o);
  for (let i = 0; i < count; i++) {
    const row = first + i;
    store<usize>(at + ((<usize>i) << 2), <u32>row < <u32>height ? rowAddress(o, row) : outside);
  }
}

/** Writes the padding columns of a row with the operand's zero point. */
export function padRow(o: usize, row: usize): void {
  const pixel = pixelStrideOf(o);
  const left = <usize>load<u32>(o, OPERAND_LEFT) * pixel,
    right = <usize>load<u32>(o, OPERAND_RIGHT) * pixel;
  if (left > 0) memory.fill(row, <u8>zeroPointOf(o), left);
  if (right > 0) memory.fill(row + left + <usize>widthOf(o) * pixel, <u8>zeroPointOf(o), right);
}

/** Where the host puts row `row` of an input: its padding columns are written here. 0 where there is no such row. */
export function inputAddress(o: usize, row: i32): usize {
  if (<u32>row >= <u32>heightOf(o)) return 0;
  const at = rowAddress(o, row);
  padRow(o, at);
  return at + originOf(o);
}

/** Where the host finds row `row` of an output. 0 where there is no such row. */
export function outputAddress(o: usize, row: i32): usize {
  return <u32>row >= <u32>heightOf(o) ? 0 : rowAddress(o, row) + originOf(o);
}
