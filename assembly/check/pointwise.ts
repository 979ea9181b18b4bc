import {
  MEAN_AXES,
  MEAN_SHIFT,
  NORMALIZE_OF,
  PRELU_SHIFT,
  PRELU_SHIFT_BELOW,
  PRELU_SLOPES,
  ROWS_WHOLE,
  STAGE_ROW_KIND,
  STAGE_X,
  TABLE_TABLE,
} from "../instructions";
import { fault } from "../fault";
import { channelsOf, heightOf, widthOf } from "../operand";
import { OK, STAGE } from "../status";
import { product, roundUp } from "../checked-arithmetic";
import { inData, oneToOne, rightShift, sameShape, within, word } from "./rules";

/** A value of y for each of x, and `bytes` bytes of data in the record's first field, which is the table's in all these. */
function checkTabled(index: i32, s: usize, x: usize, y: usize, bytes: i64): i32 {
  if (!sameShape(x, y) || !oneToOne(s)) return fault(STAGE, index, STAGE_X);
  return inData(s, TABLE_TABLE, bytes) ? OK : fault(STAGE, index, TABLE_TABLE);
}


@inline
export function checkTable(index: i32, s: usize, x: usize, y: usize): i32 {
  return checkTabled(index, s, x, y, 256);
}

/** 256 entries of 4 bytes, of dequantize too. */
@inline
export function checkSoftmax(index: i32, s: usize, x: usize, y: usize): i32 {
  return checkTabled(index, s, x, y, 1024);
}

/** 256 entries of 8 bytes. */
@inline
export function checkDoubles(index: i32, s: usize, x: usize, y: usize): i32 {
  return checkTabled(index, s, x, y, 2048);
}

/** Two tables of 256 entries of 4 bytes. */
export function checkNormalize(index: i32, s: usize, x: usize, y: usize): i32 {
  return within(word(s, NORMALIZE_OF), 1, 2) ? checkTabled(index, s, x, y, 2048) : fault(STAGE, index, NORMALIZE_OF);
}

export function checkPrelu(index: i32, s: usize, x: usize, y: usize): i32 {
  if (!sameShape(x, y) || !oneToOne(s)) return fault(STAGE, index, STAGE_X);
  if (!inData(s, PRELU_SLOPES, product(roundUp(channelsOf(x), 8), 2))) return fault(STAGE, index, PRELU_SLOPES);
  if (!rightShift(word(s, PRELU_SHIFT))) return fault(STAGE, index, PRELU_SHIFT);
  return rightShift(word(s, PRELU_SHIFT_BELOW)) ? OK : fault(STAGE, index, PRELU_SHIFT_BELOW);
}

/** One mean for each channel of the map, or for each pixel. */
export function checkMean(index: i32, s: usize, x: usize, y: usize): i32 {
  const channels = load<i32>(s, MEAN_AXES) == 1;
  if (!within(word(s, MEAN_AXES), 0, 1)) return fault(STAGE, index, MEAN_AXES);
  if (!rightShift(word(s, MEAN_SHIFT))) return fault(STAGE, index, MEAN_SHIFT);
  const fits = channels
    ? oneToOne(s) && heightOf(x) == heightOf(y) && widthOf(x) == widthOf(y) && channelsOf(y) == 1
    : load<i32>(s, STAGE_ROW_KIND) == ROWS_WHOLE &&
      heightOf(y) == 1 &&
      widthOf(y) == 1 &&
      channelsOf(x) == channelsOf(y);
  return fits ? OK : fault(STAGE, index, STAGE_X);
}
