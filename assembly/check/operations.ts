import {
  OPERAND_LEFT,
  OPERAND_PIXEL_STRIDE,
  OPERAND_RIGHT,
  OPERAND_ROW_BYTES,
  STAGE_X,
  STAGE_X2,
  STAGE_Y,
} from "../instructions";
import { entriesCount, interfaceAt, operandAt, schedule, stageAt, stageCount, steps } from "../model";
import { heightOf } from "../operand";
import { rowsAddressed } from "../tables";
import { entryAt, product, sum } from "../checked-arithmetic";
import { kernelOperations } from "./kernel-operations";
import { word } from "./rules";

/**
 * Elementary operations of one run, as src/format/operations.ts counts them, from records that have been checked. Sums and
 * products stop far above MOST, and nothing is negative, so what passes it on the way ends there too.
 */

/** Where the count stops: 2^53 − 1. */
const MOST: i64 = 9007199254740991;
/** What a step costs before it makes a row. */
const STEP: i64 = 64;

function stepCount(s: usize, rows: i32): i64 {
  const x = operandAt(max(load<i32>(s, STAGE_X), 0)),
    y = operandAt(load<i32>(s, STAGE_Y));
  const tables = sum(rowsAddressed(s, heightOf(x), rows), product(rows, load<i32>(s, STAGE_X2) < 0 ? 1 : 2));
  const columns = sum(word(y, OPERAND_LEFT), word(y, OPERAND_RIGHT));
  const padding = product(rows, product(columns, word(y, OPERAND_PIXEL_STRIDE)));
  return sum(sum(STEP, sum(tables, padding)), kernelOperations(s, x, y, rows));
}

/** Inputs given with their padding columns, every step, outputs taken. At most 2^53 − 1. */
export function countOperations(): i64 {
  let total: i64 = stageCount; // their counters, set to zero
  for (let i = 0; i < entriesCount; i++) {
    const o = operandAt(load<i32>(interfaceAt(i), 4));
    total = sum(total, product(heightOf(o), sum(word(o, OPERAND_ROW_BYTES), 1)));
  }
  for (let i = 0; i < steps; i++) {
    const step = load<u32>(entryAt(schedule, i, 4));
    total = sum(total, stepCount(stageAt(<i32>(step & 0xffff)), <i32>(step >> 16)));
  }
  return min(total, MOST);
}
