import { STAGE_X } from "../instructions";
import { fault } from "../fault";
import { channelsOf, heightOf, widthOf } from "../operand";
import { OK, STAGE } from "../status";
import { oneToOne, sameShape } from "./rules";

export function checkQuantizeReal(index: i32, s: usize, x: usize, y: usize): i32 {
  return sameShape(x, y) && oneToOne(s) ? OK : fault(STAGE, index, STAGE_X);
}

/** One index for each pixel. */
export function checkArgMax(index: i32, s: usize, x: usize, y: usize): i32 {
  const fits = oneToOne(s) && heightOf(x) == heightOf(y) && widthOf(x) == widthOf(y) && channelsOf(y) == 1;
  return fits ? OK : fault(STAGE, index, STAGE_X);
}
