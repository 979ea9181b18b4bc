import { OPERAND_CONSTANT, OPERAND_DTYPE, OPERAND_PIXEL_STRIDE } from "../instructions";
import { fault, operandAt, operandCount } from "../model";
import { channelsOf, elementBytesOf } from "../operand";
import { INTERFACE, OK } from "../status";
import { product } from "./arithmetic";
import { elementsOf, isIndex, word } from "./rules";

/** Interface records: kind, operand, dtype, perImage, bytes of one image. */
export function checkInterface(index: i32, entry: usize, kind: i32): i32 {
  if (load<i32>(entry) != kind) return fault(INTERFACE, index, 0);
  if (!isIndex(word(entry, 4), operandCount)) return fault(INTERFACE, index, 4);
  const o = operandAt(load<i32>(entry, 4));
  const bytes = <i64>elementBytesOf(o);
  if (word(o, OPERAND_CONSTANT) != 0 || word(o, OPERAND_PIXEL_STRIDE) != product(channelsOf(o), bytes))
    return fault(INTERFACE, index, 4);
  if (load<i32>(entry, 8) != load<i32>(o, OPERAND_DTYPE)) return fault(INTERFACE, index, 8);
  return word(entry, 16) == product(elementsOf(o), bytes) ? OK : fault(INTERFACE, index, 16);
}
