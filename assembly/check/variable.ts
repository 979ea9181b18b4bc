import { difference, isIndex, product, sum } from "../checked-arithmetic";
import { fault } from "../fault";
import {
  OPERAND_ADDRESS,
  OPERAND_CAPACITY,
  OPERAND_CONSTANT,
  OPERAND_ROW_BYTES,
  STAGE_SCRATCH,
  STAGE_SCRATCH_BYTES,
} from "../instructions";
import {
  arena,
  counters,
  dataBytes,
  operandAt,
  operandCount,
  stageAt,
  stageCount,
  variableAt,
  variableCount,
} from "../model";
import { heightOf } from "../operand";
import { OK, VARIABLE } from "../status";
import { word } from "./rules";

/** More variables take time that grows with their product with all records. */
const MOST: i32 = 128;

/** What may lie across a variable: operands, variables before it, the scratch of stages, their counters. */
const OPERANDS = 0,
  VARIABLES = 1,
  SCRATCH = 2,
  COUNTERS = 3;

/**
 * A variable is a whole operand of the arena whose first value is in the data. What stages make or read there lies inside it;
 * scratch, counters and other variables lie outside. Operands and stages have been checked.
 */
export function checkVariable(index: i32): i32 {
  const field = faultOf(index, variableAt(index));
  return field < 0 ? OK : fault(VARIABLE, index, field);
}

/** The byte of the field at fault, −1 where none is. */
function faultOf(index: i32, v: usize): i32 {
  if (index >= MOST || !isIndex(word(v, 0), operandCount)) return 0;
  const o = operandAt(load<i32>(v));
  const capacity = word(o, OPERAND_CAPACITY);
  if (word(o, OPERAND_CONSTANT) != 0 || capacity != heightOf(o)) return 0;
  const bytes = product(capacity, word(o, OPERAND_ROW_BYTES));
  const initial = word(v, 4);
  if (initial != -1 && (initial < 0 || sum(initial, bytes) > <i64>dataBytes)) return 4;
  if (load<u32>(v, 8) > 255) return 8;
  const start = <i64>load<u32>(o, OPERAND_ADDRESS),
    end = sum(start, bytes);
  for (let kind = OPERANDS; kind <= COUNTERS; kind++) {
    const count = kind == OPERANDS ? operandCount : kind == VARIABLES ? index : stageCount;
    for (let i = 0; i < count; i++) if (!liesApart(kind, i, start, end)) return 0;
  }
  return -1;
}

/** Whether the bytes of a record are none of those from `start` to `end`, or, of an operand, no others. */
function liesApart(kind: i32, i: i32, start: i64, end: i64): bool {
  let from: i64, bytes: i64;
  if (kind == COUNTERS) {
    from = difference(counters, arena);
    bytes = product(stageCount, 4);
  } else if (kind == SCRATCH) {
    const s = stageAt(i);
    from = load<u32>(s, STAGE_SCRATCH);
    bytes = load<u32>(s, STAGE_SCRATCH_BYTES);
  } else {
    const o = operandAt(kind == OPERANDS ? i : load<i32>(variableAt(i)));
    if (word(o, OPERAND_CONSTANT) != 0) return true;
    from = load<u32>(o, OPERAND_ADDRESS);
    bytes = product(word(o, OPERAND_CAPACITY), word(o, OPERAND_ROW_BYTES));
  }
  const to = sum(from, bytes);
  return from >= end || to <= start || (kind == OPERANDS && from >= start && to <= end);
}
