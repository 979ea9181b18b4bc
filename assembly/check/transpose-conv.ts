import {
  ROWS_WHOLE,
  STAGE_ROW_KIND,
  TRANSPOSE_CONV_BIAS,
  TRANSPOSE_CONV_CROP_LEFT,
  TRANSPOSE_CONV_CROP_TOP,
  TRANSPOSE_CONV_FORM,
  TRANSPOSE_CONV_REQUANTIZE,
  TRANSPOSE_CONV_STEP_H,
  TRANSPOSE_CONV_STEP_W,
  TRANSPOSE_CONV_TAPS_H,
  TRANSPOSE_CONV_TAPS_W,
  TRANSPOSE_CONV_WEIGHTS,
  TRANSPOSE_CONV_WEIGHTS_ZERO,
} from "../instructions";
import { fault } from "../fault";
import { channelsOf } from "../operand";
import { OK, STAGE } from "../status";
import { blocksOf, product, roundUp, sum } from "../checked-arithmetic";
import { parameterBytes, shiftsFit } from "./convolution";
import { LIMIT, dataAt, inData, within, word } from "./rules";

/** A pixel of zero points. */
@inline
export function transposeConvScratch(s: usize, x: usize, y: usize): i64 {
  return roundUp(sum(channelsOf(x), 1), 16);
}

/** x comes whole, and pixels outside it are not read: what is left to check are weights, biases and parameters. */
export function checkTransposeConv(index: i32, s: usize, x: usize, y: usize): i32 {
  const tapsH = word(s, TRANSPOSE_CONV_TAPS_H),
    tapsW = word(s, TRANSPOSE_CONV_TAPS_W);
  const stepH = word(s, TRANSPOSE_CONV_STEP_H),
    stepW = word(s, TRANSPOSE_CONV_STEP_W);
  if (load<i32>(s, STAGE_ROW_KIND) != ROWS_WHOLE) return fault(STAGE, index, STAGE_ROW_KIND);
  if (!within(tapsH, 1, LIMIT)) return fault(STAGE, index, TRANSPOSE_CONV_TAPS_H);
  if (!within(tapsW, 1, LIMIT) || product(tapsH, tapsW) > LIMIT) return fault(STAGE, index, TRANSPOSE_CONV_TAPS_W);
  if (!within(stepH, 1, LIMIT)) return fault(STAGE, index, TRANSPOSE_CONV_STEP_H);
  if (!within(stepW, 1, LIMIT)) return fault(STAGE, index, TRANSPOSE_CONV_STEP_W);
  if (!within(word(s, TRANSPOSE_CONV_CROP_TOP), 0, LIMIT)) return fault(STAGE, index, TRANSPOSE_CONV_CROP_TOP);
  if (!within(word(s, TRANSPOSE_CONV_CROP_LEFT), 0, LIMIT)) return fault(STAGE, index, TRANSPOSE_CONV_CROP_LEFT);
  if (!within(word(s, TRANSPOSE_CONV_WEIGHTS_ZERO), -128, 127)) return fault(STAGE, index, TRANSPOSE_CONV_WEIGHTS_ZERO);
  const blocks = blocksOf(channelsOf(y)),
    depth = roundUp(channelsOf(x), 2);
  if (!inData(s, TRANSPOSE_CONV_WEIGHTS, product(product(product(tapsH, tapsW), depth), product(blocks, 8))))
    return fault(STAGE, index, TRANSPOSE_CONV_WEIGHTS);
  const phases = product(min(tapsH, stepH), min(tapsW, stepW));
  if (!inData(s, TRANSPOSE_CONV_BIAS, product(product(sum(1, phases), blocks), 32)))
    return fault(STAGE, index, TRANSPOSE_CONV_BIAS);
  const form = load<i32>(s, TRANSPOSE_CONV_FORM),
    parameters = parameterBytes(form, blocks);
  if (parameters < 0) return fault(STAGE, index, TRANSPOSE_CONV_FORM);
  const fits =
    inData(s, TRANSPOSE_CONV_REQUANTIZE, parameters) && shiftsFit(dataAt(s, TRANSPOSE_CONV_REQUANTIZE), form, blocks);
  return fits ? OK : fault(STAGE, index, TRANSPOSE_CONV_REQUANTIZE);
}
