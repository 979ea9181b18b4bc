import {
  ADD_SHIFT,
  ADD_TABLE_X,
  ADD_TABLE_X2,
  COMBINE_OF,
  COMBINE_SHIFT,
  COMBINE_TABLE_X,
  COMBINE_TABLE_X2,
  MAT_MUL_SHIFT,
  MUL_SHIFT,
  ROWS_ONCE,
  ROWS_WINDOW,
  STAGE_ROW_KIND2,
  STAGE_X,
  STAGE_X2,
} from "../instructions";
import { fault } from "../fault";
import { operandAt } from "../model";
import { channelsOf, heightOf, widthOf } from "../operand";
import { OK, STAGE } from "../status";
import { inData, oneToOne, rightShift, sameShape, word } from "./rules";

/** x2 has y's rows, one for one, or one row for all. */
function rowsFit(s: usize, x2: usize, y: usize): bool {
  const kind = load<i32>(s, STAGE_ROW_KIND2);
  return kind == ROWS_ONCE || (kind == ROWS_WINDOW && heightOf(x2) == heightOf(y));
}

/** x has y's shape; x2 has it, too, or is one pixel or one value, repeated. */
function checkPair(index: i32, s: usize, x: usize, y: usize): i32 {
  const x2 = operandAt(load<i32>(s, STAGE_X2));
  if (!sameShape(x, y) || !oneToOne(s)) return fault(STAGE, index, STAGE_X);
  const wide = widthOf(x2),
    deep = channelsOf(x2);
  if (!rowsFit(s, x2, y)) return fault(STAGE, index, STAGE_ROW_KIND2);
  if ((wide != 1 && wide != widthOf(y)) || (deep != 1 && deep != channelsOf(y))) return fault(STAGE, index, STAGE_X2);
  return OK;
}

/** x has y's shape; x2 is it, too, or repeated. */
export function checkAdd(index: i32, s: usize, x: usize, y: usize): i32 {
  const code = checkPair(index, s, x, y);
  if (code != OK) return code;
  if (!inData(s, ADD_TABLE_X, 1024)) return fault(STAGE, index, ADD_TABLE_X);
  if (!inData(s, ADD_TABLE_X2, 1024)) return fault(STAGE, index, ADD_TABLE_X2);
  return rightShift(word(s, ADD_SHIFT)) ? OK : fault(STAGE, index, ADD_SHIFT);
}

export function checkMul(index: i32, s: usize, x: usize, y: usize): i32 {
  const code = checkPair(index, s, x, y);
  if (code != OK) return code;
  return rightShift(word(s, MUL_SHIFT)) ? OK : fault(STAGE, index, MUL_SHIFT);
}

/** As add, and one of the three functions. */
export function checkCombine(index: i32, s: usize, x: usize, y: usize): i32 {
  const code = checkPair(index, s, x, y);
  if (code != OK) return code;
  if (!inData(s, COMBINE_TABLE_X, 1024)) return fault(STAGE, index, COMBINE_TABLE_X);
  if (!inData(s, COMBINE_TABLE_X2, 1024)) return fault(STAGE, index, COMBINE_TABLE_X2);
  if (load<u32>(s, COMBINE_OF) > 2) return fault(STAGE, index, COMBINE_OF);
  return rightShift(word(s, COMBINE_SHIFT)) ? OK : fault(STAGE, index, COMBINE_SHIFT);
}

/** The pixels of x with those of x2, which are y's channels; over the channels of both. */
export function checkMatMul(index: i32, s: usize, x: usize, y: usize): i32 {
  const x2 = operandAt(load<i32>(s, STAGE_X2));
  if (!oneToOne(s) || heightOf(x) != heightOf(y) || widthOf(x) != widthOf(y)) return fault(STAGE, index, STAGE_X);
  if (!rowsFit(s, x2, y)) return fault(STAGE, index, STAGE_ROW_KIND2);
  if (widthOf(x2) != channelsOf(y) || channelsOf(x2) != channelsOf(x)) return fault(STAGE, index, STAGE_X2);
  return rightShift(word(s, MAT_MUL_SHIFT)) ? OK : fault(STAGE, index, MAT_MUL_SHIFT);
}
