import { DTYPE_U8, OPERAND_CONSTANT, OPERAND_DTYPE, OPERAND_PIXEL_STRIDE } from "../instructions";
import { fault } from "../fault";
import { operandAt, operandCount } from "../model";
import { channelsOf, elementBytesOf } from "../operand";
import { INTERFACE, OK } from "../status";
import { isIndex, product, sum } from "../checked-arithmetic";
import { elementsOf, within, word } from "./rules";

/** Interface records: kind, operand, dtype, perImage, bytes of one image, scale and zero point. */
export function checkInterface(index: i32, entry: usize, kind: i32): i32 {
  if (load<i32>(entry) != kind) return fault(INTERFACE, index, 0);
  if (!isIndex(word(entry, 4), operandCount)) return fault(INTERFACE, index, 4);
  const o = operandAt(load<i32>(entry, 4));
  const bytes = <i64>elementBytesOf(o);
  if (word(o, OPERAND_CONSTANT) != 0 || word(o, OPERAND_PIXEL_STRIDE) != product(channelsOf(o), bytes))
    return fault(INTERFACE, index, 4);
  if (load<i32>(entry, 8) != load<i32>(o, OPERAND_DTYPE)) return fault(INTERFACE, index, 8);
  if (!within(word(entry, 12), 0, 1)) return fault(INTERFACE, index, 12);
  // It divides what goes in and multiplies what comes out; 0 where values are not quantised. NaN is not 0 or more.
  const scale = load<f32>(entry, 48);
  if (!(scale >= 0 && scale < Infinity)) return fault(INTERFACE, index, 48);
  const least: i64 = load<i32>(entry, 8) == DTYPE_U8 ? 0 : -128;
  if (bytes == 1 && !within(word(entry, 52), least, sum(least, 255))) return fault(INTERFACE, index, 52);
  return word(entry, 16) == product(elementsOf(o), bytes) ? OK : fault(INTERFACE, index, 16);
}
