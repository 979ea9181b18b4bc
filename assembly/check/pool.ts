import {
  AVERAGE_POOL_DILATION_W,
  AVERAGE_POOL_HALVES_UP,
  AVERAGE_POOL_PAD_LEFT,
  AVERAGE_POOL_STRIDE_W,
  AVERAGE_POOL_WINDOW_W,
  ROWS_WINDOW,
  STAGE_DILATION_H,
  STAGE_PAD_TOP,
  STAGE_ROW_KIND,
  STAGE_STRIDE_H,
  STAGE_WINDOW_H,
  STAGE_X,
  STAGE_ZERO_ROW,
} from "../instructions";
import { fault } from "../fault";
import { channelsOf, heightOf, widthOf } from "../operand";
import { OK, STAGE } from "../status";
import { difference, isIndex, product, span } from "../checked-arithmetic";
import { LIMIT, within, word } from "./rules";

/** Windows over x's rows that may reach beyond the map. A record of max pool has the fields of average pool but the last. */
export function checkPool(index: i32, s: usize, x: usize, y: usize): i32 {
  const windowW = word(s, AVERAGE_POOL_WINDOW_W),
    strideW = word(s, AVERAGE_POOL_STRIDE_W),
    padLeft = word(s, AVERAGE_POOL_PAD_LEFT);
  if (channelsOf(x) != channelsOf(y) || load<i32>(s, STAGE_ROW_KIND) != ROWS_WINDOW || word(s, STAGE_DILATION_H) != 1)
    return fault(STAGE, index, STAGE_X);
  if (!within(windowW, 1, LIMIT)) return fault(STAGE, index, AVERAGE_POOL_WINDOW_W);
  if (!within(strideW, 1, LIMIT)) return fault(STAGE, index, AVERAGE_POOL_STRIDE_W);
  if (word(s, AVERAGE_POOL_DILATION_W) != 1) return fault(STAGE, index, AVERAGE_POOL_DILATION_W);
  // Every window keeps a valid cell, so that no divisor is 0, and rows beyond the map must come as address 0.
  if (!isIndex(padLeft, windowW) || difference(span(widthOf(y), strideW), padLeft) >= widthOf(x))
    return fault(STAGE, index, AVERAGE_POOL_PAD_LEFT);
  // A word that a maximum leaves at 0.
  if (!within(word(s, AVERAGE_POOL_HALVES_UP), 0, 1)) return fault(STAGE, index, AVERAGE_POOL_HALVES_UP);
  const padTop = word(s, STAGE_PAD_TOP);
  if (
    padTop >= word(s, STAGE_WINDOW_H) ||
    difference(span(heightOf(y), word(s, STAGE_STRIDE_H)), padTop) >= heightOf(x)
  )
    return fault(STAGE, index, STAGE_PAD_TOP);
  if (product(word(s, STAGE_WINDOW_H), windowW) >= 1 << 24) return fault(STAGE, index, AVERAGE_POOL_WINDOW_W);
  return word(s, STAGE_ZERO_ROW) == -1 ? OK : fault(STAGE, index, STAGE_ZERO_ROW);
}
