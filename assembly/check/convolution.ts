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
import { fault } from "../fault";
import { operandAt } from "../model";
import { channelsOf, heightOf, widthOf } from "../operand";
import { blockBytes } from "../requantize";
import { OK, STAGE } from "../status";
import { blocksOf, difference, entryAt, product, roundUp, share, span, sum } from "../checked-arithmetic";
import { LAST_ROW, LIMIT, dataAt, inData, rightShift, within, word } from "./rules";
import { SHIFTS, isKnown, mayScan } from "./scan";

/** Bytes of requantisation parameters, or −1 for a form that is none. */
export function parameterBytes(form: i32, blocks: i64): i64 {
  return within(form, 0, FORM_REAL_CLAMPED) ? product(blocks, blockBytes(form)) : -1;
}

/** Shift amounts beyond 31 would mean different things to different tiers. */
export function shiftsFit(at: usize, form: i32, blocks: i64): bool {
  const count = product(blocks, 8);
  if (form != 0 || isKnown(SHIFTS, at, count, 0)) return true;
  if (!mayScan(SHIFTS, at, count, 0)) return false;
  for (let i = 0; i < blocks; i++) {
    const block = entryAt(at, i, 64);
    for (let lane = 0; lane < 8; lane++) {
      if (!rightShift(load<i32>(entryAt(block, lane, 4), 32))) return false;
    }
  }
  return true;
}

/** The last row of x that a window of y reaches, counted from the first that one does. */
@inline
function lastRowOf(s: usize, y: usize): i64 {
  return sum(span(heightOf(y), word(s, STAGE_STRIDE_H)), span(word(s, STAGE_WINDOW_H), word(s, STAGE_DILATION_H)));
}

/** Whether windows of x stay within its rows: columns by its padding columns, rows by a row of zero points. */
function windowFits(s: usize, x: usize, y: usize, windowW: i64, strideW: i64, dilationW: i64, padLeft: i64): bool {
  if (!within(windowW, 1, LIMIT) || !within(strideW, 1, LIMIT) || !within(dilationW, 1, LIMIT)) return false;
  if (!within(padLeft, 0, word(x, OPERAND_LEFT))) return false;
  const last = difference(sum(span(widthOf(y), strideW), span(windowW, dilationW)), padLeft);
  if (last >= sum(widthOf(x), word(x, OPERAND_RIGHT))) return false;
  if (load<i32>(s, STAGE_ROW_KIND) != ROWS_WINDOW || lastRowOf(s, y) > LAST_ROW) return false;
  const zeroRow = load<i32>(s, STAGE_ZERO_ROW);
  if (zeroRow >= 0) {
    const z = operandAt(zeroRow);
    return word(z, OPERAND_ROW_BYTES) >= word(x, OPERAND_ROW_BYTES);
  }
  return word(s, STAGE_PAD_TOP) == 0 && lastRowOf(s, y) < heightOf(x);
}

/** Four windows as i16, 64 bytes for the last vector and 48 of addresses; nothing for a single pixel. */
@inline
export function gemmScratch(s: usize, x: usize, y: usize): i64 {
  return heightOf(y) == 1 && widthOf(y) == 1 ? 0 : sum(product(sum(word(s, GEMM_DEPTH), 8), 8), 48);
}

export function checkGemm(index: i32, s: usize, x: usize, y: usize): i32 {
  const windowW = word(s, GEMM_WINDOW_W),
    dilationW = word(s, GEMM_DILATION_W);
  if (!windowFits(s, x, y, windowW, word(s, GEMM_STRIDE_W), dilationW, word(s, GEMM_PAD_LEFT)))
    return fault(STAGE, index, GEMM_WINDOW_W);
  const groups = word(s, GEMM_GROUPS),
    outputs = word(s, GEMM_GROUP_OUTPUTS),
    depth = word(s, GEMM_DEPTH);
  if (!within(groups, 1, LIMIT) || share(channelsOf(x), groups) < 0) return fault(STAGE, index, GEMM_GROUPS);
  if (!within(outputs, 1, LIMIT) || product(groups, outputs) != channelsOf(y))
    return fault(STAGE, index, GEMM_GROUP_OUTPUTS);
  const segments = word(s, GEMM_SEGMENTS),
    bytes = word(s, GEMM_SEGMENT_BYTES);
  const inputs = share(channelsOf(x), groups),
    pixel = word(x, OPERAND_PIXEL_STRIDE);
  const together =
    segments == 1 &&
    groups == 1 &&
    (dilationW == 1 || windowW == 1) &&
    bytes == product(windowW, inputs) &&
    (windowW == 1 || pixel == inputs);
  const apart =
    segments == windowW && bytes == inputs && (windowW == 1 || word(s, GEMM_SEGMENT_STEP) == product(dilationW, pixel));
  if (!together && !apart) return fault(STAGE, index, GEMM_SEGMENTS);
  if (depth != product(product(word(s, STAGE_WINDOW_H), segments), roundUp(bytes, 2)) || depth > LIMIT)
    return fault(STAGE, index, GEMM_DEPTH);
  const blocks = product(groups, blocksOf(outputs));
  if (!within(word(s, GEMM_WEIGHTS_ZERO), -128, 127)) return fault(STAGE, index, GEMM_WEIGHTS_ZERO);
  if (!inData(s, GEMM_WEIGHTS, product(product(blocks, 8), depth))) return fault(STAGE, index, GEMM_WEIGHTS);
  if (!inData(s, GEMM_BIAS, product(blocks, 32))) return fault(STAGE, index, GEMM_BIAS);
  const parameters = parameterBytes(load<i32>(s, GEMM_FORM), blocks);
  if (parameters < 0) return fault(STAGE, index, GEMM_FORM);
  if (
    !inData(s, GEMM_REQUANTIZE, parameters) ||
    !shiftsFit(dataAt(s, GEMM_REQUANTIZE), load<i32>(s, GEMM_FORM), blocks)
  )
    return fault(STAGE, index, GEMM_REQUANTIZE);
  return OK;
}

/** The taps of eight channels as i16, and 64 bytes more. */
@inline
export function depthwiseScratch(s: usize, x: usize, y: usize): i64 {
  return sum(product(product(word(s, STAGE_WINDOW_H), word(s, DEPTHWISE_WINDOW_W)), 16), 64);
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
  if (!within(multiplier, 1, LIMIT) || product(multiplier, channelsOf(x)) != channelsOf(y))
    return fault(STAGE, index, DEPTHWISE_MULTIPLIER);
  const taps = product(word(s, STAGE_WINDOW_H), windowW),
    blocks = blocksOf(channelsOf(y));
  if (taps > LIMIT) return fault(STAGE, index, DEPTHWISE_WINDOW_W);
  if (!within(word(s, DEPTHWISE_WEIGHTS_ZERO), -128, 127)) return fault(STAGE, index, DEPTHWISE_WEIGHTS_ZERO);
  if (!inData(s, DEPTHWISE_WEIGHTS, product(product(blocks, 8), taps))) return fault(STAGE, index, DEPTHWISE_WEIGHTS);
  if (!inData(s, DEPTHWISE_BIAS, product(blocks, 32))) return fault(STAGE, index, DEPTHWISE_BIAS);
  const parameters = parameterBytes(load<i32>(s, DEPTHWISE_FORM), blocks);
  if (parameters < 0) return fault(STAGE, index, DEPTHWISE_FORM);
  if (
    !inData(s, DEPTHWISE_REQUANTIZE, parameters) ||
    !shiftsFit(dataAt(s, DEPTHWISE_REQUANTIZE), load<i32>(s, DEPTHWISE_FORM), blocks)
  )
    return fault(STAGE, index, DEPTHWISE_REQUANTIZE);
  return OK;
}
