import {
  PAD_PAD_CHANNEL,
  PAD_PAD_LEFT,
  ROWS_FLAT,
  ROWS_WHOLE,
  ROWS_WINDOW,
  SLICE_FIRST_CHANNEL,
  SLICE_FIRST_COLUMN,
  STAGE_PAD_TOP,
  STAGE_ROW_KIND,
  STAGE_STRIDE_H,
  STAGE_WINDOW_H,
  STAGE_X,
  STAGE_ZERO_ROW,
  TRANSPOSE_AXIS_C,
  TRANSPOSE_AXIS_H,
  TRANSPOSE_AXIS_W,
} from "../instructions";
import { fault } from "../fault";
import { channelsOf, heightOf, widthOf } from "../operand";
import { OK, STAGE } from "../status";
import { difference, sum } from "../checked-arithmetic";
import { elementsOf, oneToOne, within, word } from "./rules";

/** x lies within y, whose rows come one by one. */
export function checkPad(index: i32, s: usize, x: usize, y: usize): i32 {
  const left = word(s, PAD_PAD_LEFT),
    channel = word(s, PAD_PAD_CHANNEL);
  if (load<i32>(s, STAGE_ROW_KIND) != ROWS_WINDOW || word(s, STAGE_WINDOW_H) != 1 || word(s, STAGE_STRIDE_H) != 1)
    return fault(STAGE, index, STAGE_ROW_KIND);
  if (!within(left, 0, difference(widthOf(y), widthOf(x)))) return fault(STAGE, index, PAD_PAD_LEFT);
  if (!within(channel, 0, difference(channelsOf(y), channelsOf(x)))) return fault(STAGE, index, PAD_PAD_CHANNEL);
  return word(s, STAGE_ZERO_ROW) == -1 ? OK : fault(STAGE, index, STAGE_ZERO_ROW);
}

/** y lies within x, whose rows come one by one. */
export function checkSlice(index: i32, s: usize, x: usize, y: usize): i32 {
  const column = word(s, SLICE_FIRST_COLUMN),
    channel = word(s, SLICE_FIRST_CHANNEL);
  if (load<i32>(s, STAGE_ROW_KIND) != ROWS_WINDOW || word(s, STAGE_WINDOW_H) != 1 || word(s, STAGE_STRIDE_H) != 1)
    return fault(STAGE, index, STAGE_ROW_KIND);
  if (difference(heightOf(y), word(s, STAGE_PAD_TOP)) > heightOf(x)) return fault(STAGE, index, STAGE_PAD_TOP);
  if (!within(column, 0, difference(widthOf(x), widthOf(y)))) return fault(STAGE, index, SLICE_FIRST_COLUMN);
  if (!within(channel, 0, difference(channelsOf(x), channelsOf(y)))) return fault(STAGE, index, SLICE_FIRST_CHANNEL);
  return OK;
}

/** As many elements in x as in y. */
export function checkReshape(index: i32, s: usize, x: usize, y: usize): i32 {
  if (elementsOf(x) != elementsOf(y)) return fault(STAGE, index, STAGE_X);
  return load<i32>(s, STAGE_ROW_KIND) == ROWS_FLAT ? OK : fault(STAGE, index, STAGE_ROW_KIND);
}


@inline
function sizeOf(o: usize, axis: i64): i32 {
  return axis == 0 ? heightOf(o) : axis == 1 ? widthOf(o) : channelsOf(o);
}

/** y has each axis of x once; its rows are those of x, or x comes whole. */
export function checkTranspose(index: i32, s: usize, x: usize, y: usize): i32 {
  const h = word(s, TRANSPOSE_AXIS_H),
    w = word(s, TRANSPOSE_AXIS_W),
    c = word(s, TRANSPOSE_AXIS_C);
  if (!within(h, 0, 2) || heightOf(y) != sizeOf(x, h)) return fault(STAGE, index, TRANSPOSE_AXIS_H);
  if (!within(w, 0, 2) || w == h || widthOf(y) != sizeOf(x, w)) return fault(STAGE, index, TRANSPOSE_AXIS_W);
  if (c != difference(3, sum(h, w)) || channelsOf(y) != sizeOf(x, c)) return fault(STAGE, index, TRANSPOSE_AXIS_C);
  const rows = h == 0 ? oneToOne(s) : load<i32>(s, STAGE_ROW_KIND) == ROWS_WHOLE;
  return rows ? OK : fault(STAGE, index, STAGE_ROW_KIND);
}
