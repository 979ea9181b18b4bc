import {
  OPERAND_BYTES,
  OPERAND_CAPACITY,
  OPERAND_ROW_BYTES,
  RECORD_BYTES,
  STAGE_OPCODE,
  STAGE_SCRATCH,
  STAGE_SCRATCH_BYTES,
  STAGE_X,
  STAGE_X2,
  STAGE_Y,
  STAGE_ZERO_ROW,
} from "../instructions";
import { arena, arenaBytes, data, dataBytes, operandAt, operandCount, operands } from "../model";
import { baseOf, rowAddress } from "../rows";
import { mayLoad, mayStore, range } from "./ranges";
import { readsBeyond } from "./reads-beyond";

/** The checksum table. */
const TABLE_BYTES = 1024;

/** While a file is read and checked: it is loaded from, and the checksum table is made. */
export function boundFile(address: usize, bytes: u32): void {
  mayLoad(range(address, bytes), range(0, TABLE_BYTES), 0, 0, 0, 0, 0);
  mayStore(range(0, TABLE_BYTES), 0, 0);
  fileAddress = address;
  fileBytes = bytes;
}

let fileAddress: usize = 0,
  fileBytes: u32 = 0;

/** Between stages: hosts ask for rows, which are padded; counters are kept; a self-test writes inputs and reads outputs. */
export function boundHost(): void {
  mayLoad(range(fileAddress, fileBytes), range(0, TABLE_BYTES), range(arena, arenaBytes), 0, 0, 0, 0);
  mayStore(range(0, TABLE_BYTES), range(arena, arenaBytes), 0);
}


@inline
function rowBytesOf(o: usize): i64 {
  return load<u32>(o, OPERAND_ROW_BYTES);
}

/** All rows of the operand in `field`, or its first alone. */
function operandRange(s: usize, field: usize, slack: i64, one: bool): u64 {
  const index = load<i32>(s + field);
  if (index < 0) return 0;
  const o = operandAt(index);
  return range(baseOf(o), rowBytesOf(o) * (one ? 1 : load<i32>(o, OPERAND_CAPACITY)) + slack);
}

/** While rows `first` and on of a stage's output are made: loads of what it reads, stores of these rows and scratch. */
export function boundStage(s: usize, first: i32, rows: i32): void {
  const slack = readsBeyond(load<i32>(s, STAGE_OPCODE));
  const y = operandAt(load<i32>(s, STAGE_Y));
  const capacity = load<i32>(y, OPERAND_CAPACITY),
    row = first % capacity;
  const wrapped = max(row + rows - capacity, 0);
  const scratch = range(arena + load<u32>(s, STAGE_SCRATCH), load<u32>(s, STAGE_SCRATCH_BYTES));
  const x = operandRange(s, STAGE_X, slack, false),
    x2 = operandRange(s, STAGE_X2, slack, false),
    zeroRow = operandRange(s, STAGE_ZERO_ROW, slack, true);
  mayStore(
    range(rowAddress(y, first), rowBytesOf(y) * (rows - wrapped)),
    wrapped > 0 ? range(baseOf(y), rowBytesOf(y) * wrapped) : 0,
    scratch,
  );
  mayLoad(
    scratch,
    range(s, RECORD_BYTES),
    x,
    range(data, dataBytes),
    range(operands, <i64>operandCount * OPERAND_BYTES),
    x2,
    zeroRow,
  );
}
