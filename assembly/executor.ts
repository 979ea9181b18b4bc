import {
  OPERAND_ADDRESS,
  OPERAND_CAPACITY,
  OPERAND_CONSTANT,
  OPERAND_LEFT,
  OPERAND_RIGHT,
  OPERAND_ROW_BYTES,
  OP_ADD,
  OP_ARG_MAX,
  OP_AVERAGE_POOL,
  OP_DEPTHWISE,
  OP_DEQUANTIZE,
  OP_FILL,
  OP_GEMM,
  OP_MAX_POOL,
  OP_MEAN,
  OP_MUL,
  OP_PAD,
  OP_QUANTIZE_REAL,
  OP_RESHAPE,
  OP_RESIZE,
  OP_SELECT,
  OP_SLICE,
  OP_SOFTMAX,
  OP_TABLE,
  OP_TRANSPOSE,
  OP_TRANSPOSE_CONV,
  ROWS_ONCE,
  ROWS_WINDOW,
  STAGE_OPCODE,
  STAGE_PAD_TOP,
  STAGE_ROW_KIND,
  STAGE_ROW_KIND2,
  STAGE_SCRATCH,
  STAGE_STRIDE_H,
  STAGE_X,
  STAGE_X2,
  STAGE_Y,
  STAGE_ZERO_ROW,
} from "./instructions";
import { add } from "./kernels/add";
import { argMax } from "./kernels/arg-max";
import { averagePool } from "./kernels/average-pool";
import { depthwise } from "./kernels/depthwise";
import { dequantize } from "./kernels/dequantize";
import { gemm } from "./kernels/gemm";
import { maxPool } from "./kernels/max-pool";
import { mean } from "./kernels/mean";
import { mul } from "./kernels/mul";
import { pad } from "./kernels/pad";
import { quantizeReal } from "./kernels/quantize-real";
import { reshape } from "./kernels/reshape";
import { resize } from "./kernels/resize";
import { select } from "./kernels/select";
import { slice } from "./kernels/slice";
import { softmax } from "./kernels/softmax";
import { table } from "./kernels/table";
import { transpose } from "./kernels/transpose";
import { transposeConv } from "./kernels/transpose-conv";
import { arena, counters, data, fault, isLoaded, operandAt, schedule, stageAt, stageCount, steps } from "./model";
import { heightOf, originOf, pixelStrideOf, widthOf, zeroPointOf } from "./operand";
import { NOT_LOADED, OK, SCHEDULE, STEPS } from "./status";
import { rowTableBytes, rowsAddressed } from "./tables";

/** The first byte of an operand's ring. */
@inline
function baseOf(o: usize): usize {
  return (load<i32>(o, OPERAND_CONSTANT) != 0 ? data : arena) + load<u32>(o, OPERAND_ADDRESS);
}

/** Where row `row` of an operand lies: its ring has `capacity` rows, and comes round. */
export function rowAddress(o: usize, row: i32): usize {
  return baseOf(o) + <usize>(<u32>row % load<u32>(o, OPERAND_CAPACITY)) * load<u32>(o, OPERAND_ROW_BYTES);
}

/** Addresses of `count` rows from `first`; those outside the operand are `outside`. */
function addressRows(at: usize, o: usize, first: i32, count: i32, outside: usize): void {
  const height = heightOf(o);
  for (let i = 0; i < count; i++) {
    const row = first + i;
    store<usize>(at + ((<usize>i) << 2), <u32>row < <u32>height ? rowAddress(o, row) : outside);
  }
}

/** Writes the padding columns of a row with the operand's zero point. */
export function padRow(o: usize, row: usize): void {
  const pixel = pixelStrideOf(o);
  const left = <usize>load<u32>(o, OPERAND_LEFT) * pixel,
    right = <usize>load<u32>(o, OPERAND_RIGHT) * pixel;
  if (left > 0) memory.fill(row, <u8>zeroPointOf(o), left);
  if (right > 0) memory.fill(row + left + <usize>widthOf(o) * pixel, <u8>zeroPointOf(o), right);
}

/**
 * Runs steps [first, last) of the schedule. Each makes the next rows of one stage: the tables of row addresses are the
 * only thing a kernel learns of rings. Step 0 starts an image.
 */
export function execute(first: i32, last: i32): i32 {
  if (!isLoaded()) return fault(NOT_LOADED, 0, 0);
  if (first < 0 || last > steps || first > last) return fault(STEPS, first, last);
  if (first == 0) memory.fill(counters, 0, (<usize>stageCount) << 2);
  for (let i = first; i < last; i++) {
    const step = load<u32>(schedule + ((<usize>i) << 2));
    const stage = <usize>(step & 0xffff),
      rows = <i32>(step >> 16);
    const s = stageAt(<i32>stage);
    const done = load<i32>(counters + (stage << 2));
    // A hostile plan may have put a ring over the counters: what they hold is checked like the file.
    if (<u64>(<u32>done) + rows > <u64>heightOf(operandAt(load<i32>(s, STAGE_Y)))) return fault(SCHEDULE, i, done);
    run(s, done, rows);
    store<i32>(counters + (stage << 2), done + rows);
  }
  return OK;
}

function run(s: usize, first: i32, rows: i32): void {
  const opcode = load<i32>(s, STAGE_OPCODE);
  const y = operandAt(load<i32>(s, STAGE_Y));
  if (opcode == OP_FILL) {
    memory.fill(rowAddress(y, first), <u8>zeroPointOf(y), load<u32>(y, OPERAND_ROW_BYTES));
    return;
  }
  const x = operandAt(load<i32>(s, STAGE_X));
  const scratch = arena + load<u32>(s, STAGE_SCRATCH);
  const xRows = scratch;
  const addressed = <i32>rowsAddressed(s, heightOf(x), rows);
  const kind = load<i32>(s, STAGE_ROW_KIND);
  const zeroRow = load<i32>(s, STAGE_ZERO_ROW);
  const from = kind == ROWS_WINDOW ? first * load<i32>(s, STAGE_STRIDE_H) - load<i32>(s, STAGE_PAD_TOP) : 0;
  addressRows(xRows, x, from, addressed, zeroRow < 0 ? 0 : rowAddress(operandAt(zeroRow), 0));

  let yRows = xRows + ((<usize>addressed) << 2);
  const x2Rows = yRows;
  let x2: usize = 0;
  if (load<i32>(s, STAGE_X2) >= 0) {
    x2 = operandAt(load<i32>(s, STAGE_X2));
    if (load<i32>(s, STAGE_ROW_KIND2) == ROWS_ONCE) {
      for (let i = 0; i < rows; i++) store<usize>(x2Rows + ((<usize>i) << 2), rowAddress(x2, 0));
    } else {
      addressRows(x2Rows, x2, first, rows, 0);
    }
    yRows += (<usize>rows) << 2;
  }
  addressRows(yRows, y, first, rows, 0);
  const own = scratch + <usize>rowTableBytes(s, heightOf(x), rows);

  if (opcode == OP_GEMM) gemm(s, x, y, xRows, yRows, rows, own, data);
  else if (opcode == OP_DEPTHWISE) depthwise(s, x, y, xRows, yRows, rows, own, data);
  else if (opcode == OP_TRANSPOSE_CONV) transposeConv(s, x, y, xRows, yRows, first, rows, own, data);
  else if (opcode == OP_ADD) add(s, x, x2, y, xRows, x2Rows, yRows, rows, data);
  else if (opcode == OP_AVERAGE_POOL) averagePool(s, x, y, xRows, yRows, rows);
  else if (opcode == OP_MEAN) mean(s, x, y, xRows, yRows, rows);
  else if (opcode == OP_PAD) pad(s, x, y, xRows, yRows, rows);
  else if (opcode == OP_RESHAPE) reshape(x, y, xRows, yRows, first, rows);
  else if (opcode == OP_SOFTMAX) softmax(s, x, y, xRows, yRows, rows, data);
  else if (opcode == OP_TABLE) table(s, x, y, xRows, yRows, rows, data);
  else if (opcode == OP_SLICE) slice(s, x, y, xRows, yRows, rows);
  else if (opcode == OP_MUL) mul(s, x, x2, y, xRows, x2Rows, yRows, rows);
  else if (opcode == OP_MAX_POOL) maxPool(s, x, y, xRows, yRows, rows);
  else if (opcode == OP_RESIZE) resize(s, x, y, xRows, yRows, first, rows, data);
  else if (opcode == OP_SELECT) select(s, x, x2, y, xRows, x2Rows, yRows, rows, own, data);
  else if (opcode == OP_TRANSPOSE) transpose(s, x, y, xRows, yRows, first, rows);
  else if (opcode == OP_DEQUANTIZE) dequantize(s, x, y, xRows, yRows, rows, data);
  else if (opcode == OP_QUANTIZE_REAL) quantizeReal(s, x, y, xRows, yRows, rows);
  else if (opcode == OP_ARG_MAX) argMax(s, x, y, xRows, yRows, rows);

  if ((load<i32>(y, OPERAND_LEFT) | load<i32>(y, OPERAND_RIGHT)) != 0) {
    for (let i = 0; i < rows; i++) padRow(y, load<usize>(yRows + ((<usize>i) << 2)));
  }
}

/** Where the host puts row `row` of an input: its padding columns are written here. 0 where there is no such row. */
export function inputAddress(o: usize, row: i32): usize {
  if (<u32>row >= <u32>heightOf(o)) return 0;
  const at = rowAddress(o, row);
  padRow(o, at);
  return at + originOf(o);
}

/** Where the host finds row `row` of an output. 0 where there is no such row. */
export function outputAddress(o: usize, row: i32): usize {
  return <u32>row >= <u32>heightOf(o) ? 0 : rowAddress(o, row) + originOf(o);
}
