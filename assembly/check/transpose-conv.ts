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
import { data, fault } from "../model";
import { channelsOf } from "../operand";
import { OK, STAGE } from "../status";
import { parameterBytes, shiftsFit } from "./convolution";
import { LIMIT, inData, within, word } from "./rules";

/** x comes whole, and pixels outside it are not read: what is left to check are weights, biases and parameters. */
export function checkTransposeConv(index: i32, s: usize, x: usize, y: usize): i32 {
  const tapsH = word(s, TRANSPOSE_CONV_TAPS_H),
    tapsW = word(s, TRANSPOSE_CONV_TAPS_W);
  const stepH = word(s, TRANSPOSE_CONV_STEP_H),
    stepW = word(s, TRANSPOSE_CONV_STEP_W);
  if (load<i32>(s, STAGE_ROW_KIND) != ROWS_WHOLE) return fault(STAGE, index, STAGE_ROW_KIND);
  if (!within(tapsH, 1, LIMIT)) return fault(STAGE, index, TRANSPOSE_CONV_TAPS_H);
  if (!within(tapsW, 1, LIMIT) || tapsH * tapsW > LIMIT) return fault(STAGE, index, TRANSPOSE_CONV_TAPS_W);
  if (!within(stepH, 1, LIMIT)) return fault(STAGE, index, TRANSPOSE_CONV_STEP_H);
  if (!within(stepW, 1, LIMIT)) return fault(STAGE, index, TRANSPOSE_CONV_STEP_W);
  if (!within(word(s, TRANSPOSE_CONV_CROP_TOP), 0, LIMIT)) return fault(STAGE, index, TRANSPOSE_CONV_CROP_TOP);
  if (!within(word(s, TRANSPOSE_CONV_CROP_LEFT), 0, LIMIT)) return fault(STAGE, index, TRANSPOSE_CONV_CROP_LEFT);
  if (!within(word(s, TRANSPOSE_CONV_WEIGHTS_ZERO), -128, 127)) return fault(STAGE, index, TRANSPOSE_CONV_WEIGHTS_ZERO);
  const blocks = (<i64>channelsOf(y) + 7) >> 3,
    depth = (<i64>channelsOf(x) + 1) & ~1;
  if (!inData(s, TRANSPOSE_CONV_WEIGHTS, tapsH * tapsW * depth * blocks * 8))
    return fault(STAGE, index, TRANSPOSE_CONV_WEIGHTS);
  const phases = min(tapsH, stepH) * min(tapsW, stepW);
  if (!inData(s, TRANSPOSE_CONV_BIAS, (1 + phases) * blocks * 32)) return fault(STAGE, index, TRANSPOSE_CONV_BIAS);
  const form = load<i32>(s, TRANSPOSE_CONV_FORM),
    parameters = parameterBytes(form, blocks);
  if (parameters < 0) return fault(STAGE, index, TRANSPOSE_CONV_FORM);
  const fits =
    inData(s, TRANSPOSE_CONV_REQUANTIZE, parameters) &&
    shiftsFit(data + load<u32>(s, TRANSPOSE_CONV_REQUANTIZE), form, blocks);
  return fits ? OK : fault(STAGE, index, TRANSPOSE_CONV_REQUANTIZE);
}
