import { ROWS_WINDOW, SELECT_CHANNEL_TABLE, STAGE_ROW_KIND2, STAGE_X, STAGE_X2 } from "../instructions";
import { fault } from "../fault";
import { operandAt } from "../model";
import { channelsOf, heightOf, widthOf } from "../operand";
import { OK, STAGE } from "../status";
import { entryAt, isIndex, product, sum } from "../checked-arithmetic";
import { dataAt, inData, oneToOne, word } from "./rules";
import { CHANNELS, isKnown, mayScan } from "./scan";

/** Rows and columns of all operands correspond, and every entry of the table is a channel that there is. */
export function checkSelect(index: i32, s: usize, x: usize, y: usize): i32 {
  if (!oneToOne(s) || heightOf(x) != heightOf(y) || widthOf(x) != widthOf(y)) return fault(STAGE, index, STAGE_X);
  let channels = <i64>channelsOf(x);
  if (load<i32>(s, STAGE_X2) >= 0) {
    const x2 = operandAt(load<i32>(s, STAGE_X2));
    if (load<i32>(s, STAGE_ROW_KIND2) != ROWS_WINDOW) return fault(STAGE, index, STAGE_ROW_KIND2);
    if (heightOf(x2) != heightOf(y) || widthOf(x2) != widthOf(y)) return fault(STAGE, index, STAGE_X2);
    channels = sum(channels, channelsOf(x2));
  }
  if (!inData(s, SELECT_CHANNEL_TABLE, product(channelsOf(y), 4))) return fault(STAGE, index, SELECT_CHANNEL_TABLE);
  const table = dataAt(s, SELECT_CHANNEL_TABLE);
  if (isKnown(CHANNELS, table, channelsOf(y), channels)) return OK;
  if (!mayScan(CHANNELS, table, channelsOf(y), channels)) return fault(STAGE, index, SELECT_CHANNEL_TABLE);
  for (let c = 0; c < channelsOf(y); c++) {
    if (!isIndex(word(entryAt(table, c, 4), 0), channels)) return fault(STAGE, index, SELECT_CHANNEL_TABLE);
  }
  return OK;
}
