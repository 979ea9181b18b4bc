import {
  DEPTHWISE_WINDOW_W,
  GEMM_DEPTH,
  OP_ADD,
  OP_ARG_MAX,
  OP_AVERAGE_POOL,
  OP_DEPTHWISE,
  OP_DEQUANTIZE,
  OP_GEMM,
  OP_MAX_POOL,
  OP_MEAN,
  OP_MUL,
  OP_PAD,
  OP_QUANTIZE_REAL,
  OP_PRELU,
  OP_RESHAPE,
  OP_RESIZE,
  OP_SELECT,
  OP_SLICE,
  OP_SOFTMAX,
  OP_TABLE,
  OP_TRANSPOSE,
  OP_TRANSPOSE_CONV,
  STAGE_OPCODE,
  STAGE_WINDOW_H,
  STAGE_X,
  STAGE_Y,
} from "../instructions";
import { fault } from "../fault";
import { operandAt } from "../model";
import { channelsOf, heightOf, widthOf } from "../operand";
import { STAGE } from "../status";
import { product, roundUp, sum } from "../checked-arithmetic";
import { checkArgMax, checkDequantize, checkQuantizeReal } from "./border";
import { checkDepthwise, checkGemm } from "./convolution";
import { checkPad, checkReshape, checkSlice, checkTranspose } from "./copy";
import { checkAdd, checkMul } from "./pair";
import { checkMean, checkPrelu, checkSoftmax, checkTable } from "./pointwise";
import { checkPool } from "./pool";
import { checkResize } from "./resize";
import { word } from "./rules";
import { checkSelect } from "./select";
import { checkTransposeConv } from "./transpose-conv";
import { typesFit } from "./types";

/** What each kernel wants of its record and operands, so that no row that it is handed leads it outside. */
export function checkKernel(index: i32, s: usize, opcode: i32, x: usize, y: usize): i32 {
  if (!typesFit(s, opcode, x, y)) return fault(STAGE, index, STAGE_X);
  if (opcode == OP_GEMM) return checkGemm(index, s, x, y);
  if (opcode == OP_DEPTHWISE) return checkDepthwise(index, s, x, y);
  if (opcode == OP_TRANSPOSE_CONV) return checkTransposeConv(index, s, x, y);
  if (opcode == OP_ADD) return checkAdd(index, s, x, y);
  if (opcode == OP_MUL) return checkMul(index, s, x, y);
  if (opcode == OP_AVERAGE_POOL || opcode == OP_MAX_POOL) return checkPool(index, s, x, y);
  if (opcode == OP_MEAN) return checkMean(index, s, x, y);
  if (opcode == OP_PAD) return checkPad(index, s, x, y);
  if (opcode == OP_RESHAPE) return checkReshape(index, s, x, y);
  if (opcode == OP_SLICE) return checkSlice(index, s, x, y);
  if (opcode == OP_SELECT) return checkSelect(index, s, x, y);
  if (opcode == OP_SOFTMAX) return checkSoftmax(index, s, x, y);
  if (opcode == OP_TABLE) return checkTable(index, s, x, y);
  if (opcode == OP_TRANSPOSE) return checkTranspose(index, s, x, y);
  if (opcode == OP_PRELU) return checkPrelu(index, s, x, y);
  if (opcode == OP_RESIZE) return checkResize(index, s, x, y);
  if (opcode == OP_DEQUANTIZE) return checkDequantize(index, s, x, y);
  if (opcode == OP_QUANTIZE_REAL) return checkQuantizeReal(index, s, x, y);
  if (opcode == OP_ARG_MAX) return checkArgMax(index, s, x, y);
  return fault(STAGE, index, STAGE_OPCODE);
}

/** Bytes of scratch that a kernel wants beside the executor's tables (scratchBytes in src/kernels). */
export function kernelScratch(s: usize): i64 {
  const opcode = load<i32>(s, STAGE_OPCODE);
  const y = operandAt(load<i32>(s, STAGE_Y));
  if (opcode == OP_GEMM)
    return heightOf(y) == 1 && widthOf(y) == 1 ? 0 : sum(product(sum(word(s, GEMM_DEPTH), 8), 8), 48);
  if (opcode == OP_TRANSPOSE_CONV) return roundUp(sum(channelsOf(operandAt(load<i32>(s, STAGE_X))), 1), 16);
  if (opcode == OP_DEPTHWISE)
    return sum(product(product(word(s, STAGE_WINDOW_H), word(s, DEPTHWISE_WINDOW_W)), 16), 64);
  return opcode == OP_SELECT ? 32 : 0;
}
