import {
  OPCODES,
  OPERAND_ADDRESS,
  OPERAND_CAPACITY,
  OPERAND_CONSTANT,
  OPERAND_ROW_BYTES,
  OP_FILL,
  ROWS_WHOLE,
  ROWS_WINDOW,
  STAGE_DILATION_H,
  STAGE_OPCODE,
  STAGE_PAD_TOP,
  STAGE_ROW_KIND,
  STAGE_SCRATCH,
  STAGE_SCRATCH_BYTES,
  STAGE_STRIDE_H,
  STAGE_WINDOW_H,
  STAGE_X,
  STAGE_X2,
  STAGE_Y,
  STAGE_ZERO_ROW,
} from "../instructions";
import { fault } from "../fault";
import { arenaBytes, operandAt, operandCount, schedule, stageAt, stageCount, steps } from "../model";
import { elementBytesOf, heightOf } from "../operand";
import { OK, SCHEDULE, STAGE } from "../status";
import { rowTableBytes } from "../tables";
import { checkRecord, elementsFit, kernelScratch, leavesOutRows, mayHaveX2, mustHaveX2 } from "./dispatch";
import { entryAt, isIndex, product, sum } from "../checked-arithmetic";
import { within, word } from "./rules";

/** Whether a field names an operand, which there may or must be; −1 where there is none. */
function isOperand(field: i64, may: bool, must: bool): bool {
  return field == -1 ? !must : may && isIndex(field, operandCount);
}

export function checkStage(index: i32): i32 {
  const s = stageAt(index);
  const opcode = load<i32>(s, STAGE_OPCODE);
  if (!isIndex(opcode, OPCODES)) return fault(STAGE, index, STAGE_OPCODE);
  if (!isIndex(word(s, STAGE_Y), operandCount)) return fault(STAGE, index, STAGE_Y);
  const y = operandAt(load<i32>(s, STAGE_Y));
  if (word(y, OPERAND_CONSTANT) != 0) return fault(STAGE, index, STAGE_Y);
  const hasX = opcode != OP_FILL;
  if (!isOperand(word(s, STAGE_X), hasX, hasX)) return fault(STAGE, index, STAGE_X);
  if (!isOperand(word(s, STAGE_X2), mayHaveX2(opcode), mustHaveX2(opcode))) return fault(STAGE, index, STAGE_X2);
  if (!isOperand(word(s, STAGE_ZERO_ROW), true, false)) return fault(STAGE, index, STAGE_ZERO_ROW);
  if (!within(word(s, STAGE_ROW_KIND), ROWS_WINDOW, ROWS_WHOLE)) return fault(STAGE, index, STAGE_ROW_KIND);
  if (!within(word(s, STAGE_WINDOW_H), 1, 65535)) return fault(STAGE, index, STAGE_WINDOW_H);
  if (!within(word(s, STAGE_STRIDE_H), 1, 65535)) return fault(STAGE, index, STAGE_STRIDE_H);
  if (!within(word(s, STAGE_DILATION_H), 1, 65535)) return fault(STAGE, index, STAGE_DILATION_H);
  const leavesOut = leavesOutRows(opcode);
  if (!within(word(s, STAGE_PAD_TOP), leavesOut ? -65535 : 0, leavesOut ? 0 : 65535))
    return fault(STAGE, index, STAGE_PAD_TOP);
  const scratch = <i64>load<u32>(s, STAGE_SCRATCH),
    scratchBytes = <i64>load<u32>(s, STAGE_SCRATCH_BYTES),
    scratchEnd = sum(scratch, scratchBytes);
  if ((scratch & 3) != 0 || scratchEnd > <i64>arenaBytes) return fault(STAGE, index, STAGE_SCRATCH);
  // Rows of y are written while the row tables are in use.
  const yStart = <i64>load<u32>(y, OPERAND_ADDRESS),
    yEnd = sum(yStart, product(word(y, OPERAND_CAPACITY), word(y, OPERAND_ROW_BYTES)));
  if (scratchBytes > 0 && yStart < scratchEnd && scratch < yEnd) return fault(STAGE, index, STAGE_SCRATCH);
  if (!hasX && elementBytesOf(y) != 1) return fault(STAGE, index, STAGE_Y);
  if (hasX) {
    const x = operandAt(load<i32>(s, STAGE_X)),
      x2 = load<i32>(s, STAGE_X2);
    if (!elementsFit(opcode, x, x2 < 0 ? 0 : operandAt(x2), y)) return fault(STAGE, index, STAGE_X);
    const code = checkRecord(index, s, opcode, x, y);
    if (code != OK) return code;
  }
  return scratchFits(s, 1) ? OK : fault(STAGE, index, STAGE_SCRATCH_BYTES);
}

/**
 * Whether a stage's scratch holds the row tables of a step of `rows` rows and what its kernel wants beside them
 * (scratchBytes in src/kernels). A stage's records are checked before its steps, so their fields are in bounds.
 */
function scratchFits(s: usize, rows: i32): bool {
  const index = load<i32>(s, STAGE_X),
    x = operandAt(index);
  const tables = rowTableBytes(s, index < 0 ? 0 : heightOf(x), rows);
  return sum(tables, kernelScratch(s, x, operandAt(load<i32>(s, STAGE_Y)))) <= <i64>load<u32>(s, STAGE_SCRATCH_BYTES);
}

/** Steps name stages and make no more rows at once than the stage's ring and scratch hold. */
export function checkSchedule(): i32 {
  for (let i = 0; i < steps; i++) {
    const step = load<u32>(entryAt(schedule, i, 4));
    const stage = <i32>(step & 0xffff);
    if (stage >= stageCount) return fault(SCHEDULE, i, stage);
    const s = stageAt(stage);
    const rows = <i32>(step >> 16);
    if (!within(rows, 1, word(operandAt(load<i32>(s, STAGE_Y)), OPERAND_CAPACITY))) return fault(SCHEDULE, i, rows);
    if (!scratchFits(s, rows)) return fault(STAGE, stage, STAGE_SCRATCH_BYTES);
  }
  return OK;
}
