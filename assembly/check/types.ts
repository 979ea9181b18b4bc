import {
  DTYPE_F32,
  DTYPE_I32,
  DTYPE_I64,
  OPERAND_DTYPE,
  OP_ARG_MAX,
  OP_DEQUANTIZE,
  OP_QUANTIZE_REAL,
  OP_RESHAPE,
  OP_SLICE,
  STAGE_X2,
} from "../instructions";
import { operandAt } from "../model";
import { elementBytesOf } from "../operand";


@inline
function isBytes(o: usize): bool {
  return elementBytesOf(o) == 1;
}


@inline
function dtypeOf(o: usize): i32 {
  return load<i32>(o, OPERAND_DTYPE);
}

/** Whether the elements of a stage's operands have the sizes that its kernel reads and writes: bytes, but for a few. */
export function typesFit(s: usize, opcode: i32, x: usize, y: usize): bool {
  if (opcode == OP_RESHAPE || opcode == OP_SLICE) return elementBytesOf(x) == elementBytesOf(y);
  if (opcode == OP_DEQUANTIZE) return isBytes(x) && dtypeOf(y) == DTYPE_F32;
  if (opcode == OP_QUANTIZE_REAL) return dtypeOf(x) == DTYPE_F32 && isBytes(y);
  if (opcode == OP_ARG_MAX) return isBytes(x) && (dtypeOf(y) == DTYPE_I32 || dtypeOf(y) == DTYPE_I64);
  const x2 = load<i32>(s, STAGE_X2);
  return isBytes(x) && isBytes(y) && (x2 < 0 || isBytes(operandAt(x2)));
}
