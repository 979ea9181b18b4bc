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

/**
 * Elementary operations of one run, as src/format/operations.ts counts them, from records that have been checked. Floats
 * cannot wrap: they are exact below 2^53, and as nothing is negative, what passes 2^53 on the way ends there too.
 */

/** Where the count stops: 2^53 − 1. */
const MOST: f64 = 9007199254740991;
/** What a step costs before it makes a row. */
const STEP: f64 = 64;


@inline
function field(at: usize, offset: usize): f64 {
  return <f64>load<i32>(at + offset);
}

function kernelCount(s: usize, opcode: i32, x: usize, y: usize, rows: f64): f64 {
  if (opcode == OP_FILL) return field(y, OPERAND_ROW_BYTES);
  const pixels = rows * <f64>widthOf(y),
    channels = <f64>channelsOf(y),
    elements = pixels * channels;
  const xWidth = <f64>widthOf(x),
    xChannels = <f64>channelsOf(x),
    windowH = field(s, STAGE_WINDOW_H);
  if (opcode == OP_GEMM)
    return pixels * field(s, GEMM_GROUPS) * field(s, GEMM_DEPTH) * (field(s, GEMM_GROUP_OUTPUTS) + 1) + elements;
  if (opcode == OP_DEPTHWISE) return windowH * field(s, DEPTHWISE_WINDOW_W) * channels * (pixels + 1) + elements;
  if (opcode == OP_TRANSPOSE_CONV) {
    const taps =
      ceil(field(s, TRANSPOSE_CONV_TAPS_H) / field(s, TRANSPOSE_CONV_STEP_H)) *
      ceil(field(s, TRANSPOSE_CONV_TAPS_W) / field(s, TRANSPOSE_CONV_STEP_W));
    return xChannels + 1 + pixels * taps * (xChannels + <f64>(channelsOf(x) & 1)) * channels + elements;
  }
  if (opcode == OP_AVERAGE_POOL || opcode == OP_MAX_POOL)
    return elements * (windowH * field(s, AVERAGE_POOL_WINDOW_W) + 1);
  if (opcode == OP_MEAN)
    return (load<i32>(s, MEAN_AXES) == 1 ? rows : <f64>heightOf(x)) * xWidth * xChannels + elements;
  if (opcode == OP_PAD) return elements + rows * xWidth * xChannels;
  if (opcode == OP_SOFTMAX) return 4 * elements + 16 * pixels;
  if (opcode == OP_SELECT) return 16 * channels + 2 * elements;
  if (opcode == OP_ADD || opcode == OP_MUL) return 3 * elements;
  if (opcode == OP_RESIZE) return 5 * elements;
  if (opcode == OP_ARG_MAX) return pixels * (xChannels + 1);
  if (opcode == OP_RESHAPE || opcode == OP_SLICE) return 2 * elements * <f64>elementBytesOf(y);
  return 2 * elements;
}

function stepCount(s: usize, rows: i32): f64 {
  const x = operandAt(max(load<i32>(s, STAGE_X), 0)),
    y = operandAt(load<i32>(s, STAGE_Y)),
    many = <f64>rows;
  const tables = <f64>rowsAddressed(s, heightOf(x), rows) + many * (load<i32>(s, STAGE_X2) < 0 ? 1 : 2);
  const padding = many * (field(y, OPERAND_LEFT) + field(y, OPERAND_RIGHT)) * field(y, OPERAND_PIXEL_STRIDE);
  return STEP + tables + padding + kernelCount(s, load<i32>(s, STAGE_OPCODE), x, y, many);
}

/** Inputs given with their padding columns, every step, outputs taken. At most 2^53 − 1. */
export function countOperations(): f64 {
  let total: f64 = <f64>stageCount; // their counters, set to zero
  for (let i = 0; i < entriesCount; i++) {
    const o = operandAt(load<i32>(interfaceAt(i), 4));
    total += <f64>heightOf(o) * (field(o, OPERAND_ROW_BYTES) + 1);
  }
  for (let i = 0; i < steps; i++) {
    const step = load<u32>(schedule + ((<usize>i) << 2));
    total += stepCount(stageAt(<i32>(step & 0xffff)), <i32>(step >> 16));
  }
  return min(total, MOST);
}
