import {
  DTYPE_F32,
  DTYPE_I32,
  DTYPE_I64,
  DTYPE_I8,
  DTYPE_U8,
  OPERAND_ADDRESS,
  OPERAND_CAPACITY,
  OPERAND_CHANNELS,
  OPERAND_CONSTANT,
  OPERAND_DTYPE,
  OPERAND_HEIGHT,
  OPERAND_LEFT,
  OPERAND_ORIGIN,
  OPERAND_PIXEL_STRIDE,
  OPERAND_RIGHT,
  OPERAND_ROW_BYTES,
  OPERAND_WIDTH,
  READ_SLACK,
} from "../instructions";
import { fault } from "../fault";
import { arenaBytes, dataBytes, operandAt } from "../model";
import { elementBytesOf } from "../operand";
import { OK, OPERAND } from "../status";
import { difference, product, sum } from "../checked-arithmetic";
import { LIMIT, MOST_BYTES, within, word } from "./rules";

function isElement(dtype: i32): bool {
  return dtype == DTYPE_I8 || dtype == DTYPE_U8 || dtype == DTYPE_I32 || dtype == DTYPE_F32 || dtype == DTYPE_I64;
}

export function checkOperand(index: i32): i32 {
  const o = operandAt(index);
  const height = word(o, OPERAND_HEIGHT),
    width = word(o, OPERAND_WIDTH),
    channels = word(o, OPERAND_CHANNELS);
  const left = word(o, OPERAND_LEFT),
    right = word(o, OPERAND_RIGHT),
    pixel = word(o, OPERAND_PIXEL_STRIDE);
  if (!within(height, 1, 65535)) return fault(OPERAND, index, OPERAND_HEIGHT);
  if (!within(width, 1, LIMIT)) return fault(OPERAND, index, OPERAND_WIDTH);
  if (!within(channels, 1, LIMIT)) return fault(OPERAND, index, OPERAND_CHANNELS);
  const dtype = load<i32>(o, OPERAND_DTYPE);
  if (!isElement(dtype)) return fault(OPERAND, index, OPERAND_DTYPE);
  const bytes = <i64>elementBytesOf(o);
  if (!within(pixel, product(channels, bytes), product(LIMIT, bytes)))
    return fault(OPERAND, index, OPERAND_PIXEL_STRIDE);
  if (!within(left, 0, LIMIT)) return fault(OPERAND, index, OPERAND_LEFT);
  if (!within(right, 0, LIMIT)) return fault(OPERAND, index, OPERAND_RIGHT);
  // Padding columns are filled with bytes.
  if (bytes > 1 && (left | right) != 0) return fault(OPERAND, index, OPERAND_LEFT);
  const rowBytes = product(sum(sum(left, width), right), pixel);
  if (word(o, OPERAND_ROW_BYTES) != rowBytes) return fault(OPERAND, index, OPERAND_ROW_BYTES);
  if (product(height, rowBytes) > MOST_BYTES) return fault(OPERAND, index, OPERAND_HEIGHT);
  if (!within(word(o, OPERAND_CAPACITY), 1, height)) return fault(OPERAND, index, OPERAND_CAPACITY);
  const first = product(left, pixel);
  if (!within(word(o, OPERAND_ORIGIN), first, difference(sum(first, pixel), product(channels, bytes))))
    return fault(OPERAND, index, OPERAND_ORIGIN);
  const constant = word(o, OPERAND_CONSTANT);
  if (!within(constant, 0, 1)) return fault(OPERAND, index, OPERAND_CONSTANT);
  // A kernel may read up to READ_SLACK bytes further: what follows the data is the arena, and the arena ends in slack.
  const room = constant != 0 ? <i64>dataBytes : difference(arenaBytes, READ_SLACK);
  const end = sum(load<u32>(o, OPERAND_ADDRESS), product(word(o, OPERAND_CAPACITY), rowBytes));
  return end > room ? fault(OPERAND, index, OPERAND_ADDRESS) : OK;
}
