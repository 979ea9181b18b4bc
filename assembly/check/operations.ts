import {
  AVERAGE_POOL_WINDOW_W,
  DEPTHWISE_WINDOW_W,
  GEMM_DEPTH,
  GEMM_GROUPS,
  GEMM_GROUP_OUTPUTS,
  MEAN_AXES,
  OPERAND_LEFT,
  OPERAND_PIXEL_STRIDE,
  OPERAND_RIGHT,
  OPERAND_ROW_BYTES,
  OP_ADD,
  OP_ARG_MAX,
  OP_AVERAGE_POOL,
  OP_COMBINE,
  OP_DEPTHWISE,
  OP_FILL,
  OP_GEMM,
  OP_MAX_POOL,
  OP_MEAN,
  OP_MUL,
  OP_PAD,
  OP_RESHAPE,
  OP_RESIZE,
  OP_SELECT,
  OP_SLICE,
  OP_SOFTMAX,
  OP_TRANSPOSE_CONV,
  STAGE_OPCODE,
  STAGE_WINDOW_H,
  STAGE_X,
  STAGE_X2,
  STAGE_Y,
  TRANSPOSE_CONV_STEP_H,
  TRANSPOSE_CONV_STEP_W,
  TRANSPOSE_CONV_TAPS_H,
  TRANSPOSE_CONV_TAPS_W,
} from "../instructions";
import { entriesCount, interfaceAt, operandAt, schedule, stageAt, stageCount, steps } from "../model";
import { channelsOf, elementBytesOf, heightOf, widthOf } from "../operand";
import { rowsAddressed } from "../tables";
import { entryAt, product, runsOf, sum } from "../checked-arithmetic";
import { word } from "./rules";

/**
 * Elementary operations of one run, as src/format/operations.ts counts them, from records that have been checked. Sums and
 * products stop far above MOST, and nothing is negative, so what passes it on the way ends there too.
 */

/** Where the count stops: 2^53 − 1. */
const MOST: i64 = 9007199254740991;
/** What a step costs before it makes a row. */
const STEP: i64 = 64;

function kernelCount(s: usize, opcode: i32, x: usize, y: usize, rows: i64): i64 {
  if (opcode == OP_FILL) return word(y, OPERAND_ROW_BYTES);
  const channels = <i64>channelsOf(y),
    pixels = product(rows, widthOf(y)),
    elements = product(pixels, channels);
  const xChannels = <i64>channelsOf(x),
    windowH = word(s, STAGE_WINDOW_H);
  if (opcode == OP_GEMM) {
    const depth = product(word(s, GEMM_GROUPS), word(s, GEMM_DEPTH));
    return sum(product(product(pixels, depth), sum(word(s, GEMM_GROUP_OUTPUTS), 1)), elements);
  }
  if (opcode == OP_DEPTHWISE) {
    const taps = product(windowH, word(s, DEPTHWISE_WINDOW_W));
    return sum(product(product(taps, channels), sum(pixels, 1)), elements);
  }
  if (opcode == OP_TRANSPOSE_CONV) {
    const taps = product(
      runsOf(word(s, TRANSPOSE_CONV_TAPS_H), word(s, TRANSPOSE_CONV_STEP_H)),
      runsOf(word(s, TRANSPOSE_CONV_TAPS_W), word(s, TRANSPOSE_CONV_STEP_W)),
    );
    const depth = product(taps, sum(xChannels, xChannels & 1));
    return sum(sum(xChannels, 1), sum(product(elements, depth), elements));
  }
  if (opcode == OP_AVERAGE_POOL || opcode == OP_MAX_POOL)
    return product(elements, sum(product(windowH, word(s, AVERAGE_POOL_WINDOW_W)), 1));
  const xRow = product(widthOf(x), xChannels);
  if (opcode == OP_MEAN) return sum(product(load<i32>(s, MEAN_AXES) == 1 ? rows : heightOf(x), xRow), elements);
  if (opcode == OP_PAD) return sum(elements, product(rows, xRow));
  if (opcode == OP_SOFTMAX) return sum(product(4, elements), product(16, pixels));
  if (opcode == OP_SELECT) return sum(product(16, channels), product(2, elements));
  if (opcode == OP_ADD || opcode == OP_MUL || opcode == OP_COMBINE) return product(3, elements);
  if (opcode == OP_RESIZE) return product(5, elements);
  if (opcode == OP_ARG_MAX) return product(pixels, sum(xChannels, 1));
  if (opcode == OP_RESHAPE || opcode == OP_SLICE) return product(product(2, elements), elementBytesOf(y));
  return product(2, elements);
}

function stepCount(s: usize, rows: i32): i64 {
  const x = operandAt(max(load<i32>(s, STAGE_X), 0)),
    y = operandAt(load<i32>(s, STAGE_Y));
  const tables = sum(rowsAddressed(s, heightOf(x), rows), product(rows, load<i32>(s, STAGE_X2) < 0 ? 1 : 2));
  const columns = sum(word(y, OPERAND_LEFT), word(y, OPERAND_RIGHT));
  const padding = product(rows, product(columns, word(y, OPERAND_PIXEL_STRIDE)));
  return sum(sum(STEP, sum(tables, padding)), kernelCount(s, load<i32>(s, STAGE_OPCODE), x, y, rows));
}

/** Inputs given with their padding columns, every step, outputs taken. At most 2^53 − 1. */
export function countOperations(): i64 {
  let total: i64 = stageCount; // their counters, set to zero
  for (let i = 0; i < entriesCount; i++) {
    const o = operandAt(load<i32>(interfaceAt(i), 4));
    total = sum(total, product(heightOf(o), sum(word(o, OPERAND_ROW_BYTES), 1)));
  }
  for (let i = 0; i < steps; i++) {
    const step = load<u32>(entryAt(schedule, i, 4));
    total = sum(total, stepCount(stageAt(<i32>(step & 0xffff)), <i32>(step >> 16)));
  }
  return min(total, MOST);
}
