import {
  DEPTHWISE_BIAS,
  DEPTHWISE_DILATION_W,
  DEPTHWISE_FORM,
  DEPTHWISE_MULTIPLIER,
  DEPTHWISE_PAD_LEFT,
  DEPTHWISE_REQUANTIZE,
  DEPTHWISE_STRIDE_W,
  DEPTHWISE_WEIGHTS,
  DEPTHWISE_WEIGHTS_ZERO,
  DEPTHWISE_WINDOW_W,
  FORM_REAL_CLAMPED,
  GEMM_BIAS,
  GEMM_DEPTH,
  GEMM_DILATION_W,
  GEMM_FORM,
  GEMM_GROUPS,
  GEMM_GROUP_OUTPUTS,
  GEMM_PAD_LEFT,
  GEMM_REQUANTIZE,
  GEMM_SEGMENTS,
  GEMM_SEGMENT_BYTES,
  GEMM_SEGMENT_STEP,
  GEMM_STRIDE_W,
  GEMM_WEIGHTS,
  GEMM_WEIGHTS_ZERO,
  GEMM_WINDOW_W,
  OPERAND_LEFT,
  OPERAND_PIXEL_STRIDE,
  OPERAND_RIGHT,
  OPERAND_ROW_BYTES,
  ROWS_WINDOW,
  STAGE_DILATION_H,
  STAGE_PAD_TOP,
  STAGE_ROW_KIND,
  STAGE_STRIDE_H,
  STAGE_WINDOW_H,
  STAGE_ZERO_ROW,
} from "../instructions";
import { data, fault, operandAt } from "../model";
import { channelsOf, heightOf, widthOf } from "../operand";
import { blockBytes } from "../requantize";
import { OK, STAGE } from "../status";
import { LIMIT, inData, rightShift, within, word } from "./rules";
import { SHIFTS, isKnown, mayScan } from "./scan";

/** Bytes of requantisation parameters, or −1 for a form that is none. */
export function parameterBytes(form: i64, blocks: i64): i64 {
  return within(form, 0, FORM_REAL_CLAMPED) ? blocks * blockBytes(<i32>form) : -1;
}

/** Shift amounts beyond 31 would mean different things to different tiers. */
export function shiftsFit(at: usize, form: i32, blocks: i64): bool {
  const count = blocks * 8;
  if (form != 0 || isKnown(SHIFTS, at, count, 0)) return true;
  if (!mayScan(SHIFTS, at, count, 0)) return false;
  for (let i: i64 = 0; i < count; i++) {
    const lane = at + ((<usize>(i >> 3)) << 6) + ((<usize>(i & 7)) << 2);
    if (!rightShift(load<i32>(lane, 32))) return false;
  }
  return true;
}

/** Whether windows of x stay within its rows: columns by its padding columns, rows by a row of zero points. */
function windowFits(s: usize, x: usize, y: usize, windowW: i64, strideW: i64, dilationW: i64, padLeft: i64): bool {
  if (!within(windowW, 1, LIMIT) || !within(strideW, 1, LIMIT) || !within(dilationW, 1, LIMIT)) return false;
  if (!within(padLeft, 0, word(x, OPERAND_LEFT))) return false;
  const last = (<i64>widthOf(y) - 1) * strideW + (windowW - 1) * dilationW - padLeft;
  if (last >= <i64>widthOf(x) + word(x, OPERAND_RIGHT)) return false;
  if (load<i32>(s, STAGE_ROW_KIND) != ROWS_WINDOW) return false;
  const zeroRow = load<i32>(s, STAGE_ZERO_ROW);
  if (zeroRow >= 0) {
    const z = operandAt(zeroRow);
    return word(z, OPERAND_ROW_BYTES) >= word(x, OPERAND_ROW_BYTES);
  }
  const lastRow =
    (<i64>heightOf(y) - 1) * word(s, STAGE_STRIDE_H) + (word(s, STAGE_WINDOW_H) - 1) * word(s, STAGE_DILATION_H);
  return word(s, STAGE_PAD_TOP) == 0 && lastRow < heightOf(x);
}

export function checkGemm(index: i32, s: usize, x: usize, y: usize): i32 {
  const windowW = word(s, GEMM_WINDOW_W),
    dilationW = word(s, GEMM_DILATION_W);
  if (!windowFits(s, x, y, windowW, word(s, GEMM_STRIDE_W), dilationW, word(s, GEMM_PAD_LEFT)))
    return fault(STAGE, index, GEMM_WINDOW_W);
  const groups = word(s, GEMM_GROUPS),
    outputs = word(s, GEMM_GROUP_OUTPUTS),
    depth = word(s, GEMM_DEPTH);
  if (!within(groups, 1, LIMIT) || channelsOf(x) % <i32>groups != 0) return fault(STAGE, index, GEMM_GROUPS);
  if (!within(outputs, 1, LIMIT) || groups * outputs != channelsOf(y)) return fault(STAGE, index, GEMM_GROUP_OUTPUTS);
  const segments = word(s, GEMM_SEGMENTS),
    bytes = word(s, GEMM_SEGMENT_BYTES);
  const inputs = <i64>channelsOf(x) / groups,
    pixel = word(x, OPERAND_PIXEL_STRIDE);
  const together =
    segments == 1 &&
    groups == 1 &&
    (dilationW == 1 || windowW == 1) &&
    bytes == windowW * inputs &&
    (windowW == 1 || pixel == inputs);
  const apart =
    segments == windowW && bytes == inputs && (windowW == 1 || word(s, GEMM_SEGMENT_STEP) == dilationW * pixel);
  if (!together && !apart) return fault(STAGE, index, GEMM_SEGMENTS);
  if (depth != word(s, STAGE_WINDOW_H) * segments * ((bytes + 1) & ~1) || depth > LIMIT)
    return fault(STAGE, index, GEMM_DEPTH);
  const blocks = groups * ((outputs + 7) >> 3);
  if (!within(word(s, GEMM_WEIGHTS_ZERO), -128, 127)) return fault(STAGE, index, GEMM_WEIGHTS_ZERO);
  if (!inData(s, GEMM_WEIGHTS, blocks * 8 * depth)) return fault(STAGE, index, GEMM_WEIGHTS);
  if (!inData(s, GEMM_BIAS, blocks * 32)) return fault(STAGE, index, GEMM_BIAS);
  const parameters = parameterBytes(word(s, GEMM_FORM), blocks);
  if (parameters < 0) return fault(STAGE, index, GEMM_FORM);
  if (
    !inData(s, GEMM_REQUANTIZE, parameters) ||
    !shiftsFit(data + load<u32>(s, GEMM_REQUANTIZE), load<i32>(s, GEMM_FORM), blocks)
  )
    return fault(STAGE, index, GEMM_REQUANTIZE);
  return OK;
}

export function checkDepthwise(index: i32, s: usize, x: usize, y: usize): i32 {
  const windowW = word(s, DEPTHWISE_WINDOW_W),
    multiplier = word(s, DEPTHWISE_MULTIPLIER);
  if (
    !windowFits(
      s,
      x,
      y,
      windowW,
      word(s, DEPTHWISE_STRIDE_W),
      word(s, DEPTHWISE_DILATION_W),
      word(s, DEPTHWISE_PAD_LEFT),
    )
  )
    return fault(STAGE, index, DEPTHWISE_WINDOW_W);
  if (!within(multiplier, 1, LIMIT) || multiplier * channelsOf(x) != channelsOf(y))
    return fault(STAGE, index, DEPTHWISE_MULTIPLIER);
  const taps = word(s, STAGE_WINDOW_H) * windowW,
    blocks = (<i64>channelsOf(y) + 7) >> 3;
  if (taps > LIMIT) return fault(STAGE, index, DEPTHWISE_WINDOW_W);
  if (!within(word(s, DEPTHWISE_WEIGHTS_ZERO), -128, 127)) return fault(STAGE, index, DEPTHWISE_WEIGHTS_ZERO);
  if (!inData(s, DEPTHWISE_WEIGHTS, blocks * 8 * taps)) return fault(STAGE, index, DEPTHWISE_WEIGHTS);
  if (!inData(s, DEPTHWISE_BIAS, blocks * 32)) return fault(STAGE, index, DEPTHWISE_BIAS);
  const parameters = parameterBytes(word(s, DEPTHWISE_FORM), blocks);
  if (parameters < 0) return fault(STAGE, index, DEPTHWISE_FORM);
  if (
    !inData(s, DEPTHWISE_REQUANTIZE, parameters) ||
    !shiftsFit(data + load<u32>(s, DEPTHWISE_REQUANTIZE), load<i32>(s, DEPTHWISE_FORM), blocks)
  )
    return fault(STAGE, index, DEPTHWISE_REQUANTIZE);
  return OK;
}
