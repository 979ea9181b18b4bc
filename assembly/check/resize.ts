import {
  OPERAND_HEIGHT,
  OPERAND_WIDTH,
  RESIZE_COLUMN_POSITIONS,
  RESIZE_REAL,
  RESIZE_ROW_POSITIONS,
  ROWS_WHOLE,
  STAGE_ROW_KIND,
  STAGE_X,
} from "../instructions";
import { fault } from "../fault";
import { channelsOf } from "../operand";
import { OK, STAGE } from "../status";
import { entryAt, product, span } from "../checked-arithmetic";
import { dataAt, inData, within, word } from "./rules";
import { PLACES, REAL_PLACES, isKnown, mayScan } from "./scan";

/** Whether `count` positions from `at` on lie within `size` places; from −½ in float32. NaN does not. */
function positionsFit(at: usize, count: i64, size: i64, real: bool): bool {
  const kind = real ? REAL_PLACES : PLACES;
  if (isKnown(kind, at, count, size)) return true;
  if (!mayScan(kind, at, count, size)) return false;
  for (let i = 0; i < count; i++) {
    const place = entryAt(at, i, 4);
    if (real) {
      const position = load<f32>(place);
      if (!(position >= -0.5 && position < <f32>size)) return false;
    } else if (<i64>load<u32>(place) > span(size, 1024)) return false;
  }
  return true;
}

/** Every row and column of y has a position within x. */
export function checkResize(index: i32, s: usize, x: usize, y: usize): i32 {
  if (channelsOf(x) != channelsOf(y)) return fault(STAGE, index, STAGE_X);
  if (load<i32>(s, STAGE_ROW_KIND) != ROWS_WHOLE) return fault(STAGE, index, STAGE_ROW_KIND);
  const real = word(s, RESIZE_REAL) == 1;
  if (!within(word(s, RESIZE_REAL), 0, 1)) return fault(STAGE, index, RESIZE_REAL);
  const height = word(y, OPERAND_HEIGHT),
    width = word(y, OPERAND_WIDTH);
  if (
    !inData(s, RESIZE_ROW_POSITIONS, product(height, 4)) ||
    !positionsFit(dataAt(s, RESIZE_ROW_POSITIONS), height, word(x, OPERAND_HEIGHT), real)
  )
    return fault(STAGE, index, RESIZE_ROW_POSITIONS);
  if (
    !inData(s, RESIZE_COLUMN_POSITIONS, product(width, 4)) ||
    !positionsFit(dataAt(s, RESIZE_COLUMN_POSITIONS), width, word(x, OPERAND_WIDTH), real)
  )
    return fault(STAGE, index, RESIZE_COLUMN_POSITIONS);
  return OK;
}
