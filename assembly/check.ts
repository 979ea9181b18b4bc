import {
  ADD_SHIFT,
  ADD_TABLE_X,
  ADD_TABLE_X2,
  AVERAGE_POOL_DILATION_W,
  AVERAGE_POOL_PAD_LEFT,
  AVERAGE_POOL_STRIDE_W,
  AVERAGE_POOL_WINDOW_W,
  DEPTHWISE_BIAS,
  DEPTHWISE_DILATION_W,
  DEPTHWISE_FORM,
  DEPTHWISE_MULTIPLIER,
  DEPTHWISE_PAD_LEFT,
  DEPTHWISE_REQUANTIZE,
  DEPTHWISE_STRIDE_W,
  DEPTHWISE_WEIGHTS,
  DEPTHWISE_WINDOW_W,
  DTYPE_I8,
  DTYPE_U8,
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
  GEMM_WINDOW_W,
  MEAN_AXES,
  MEAN_SHIFT,
  MUL_SHIFT,
  OPCODES,
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
  OP_ADD,
  OP_AVERAGE_POOL,
  OP_DEPTHWISE,
  OP_FILL,
  OP_GEMM,
  OP_MAX_POOL,
  OP_MEAN,
  OP_MUL,
  OP_PAD,
  OP_RESHAPE,
  OP_SELECT,
  OP_SLICE,
  OP_SOFTMAX,
  OP_TABLE,
  PAD_PAD_CHANNEL,
  PAD_PAD_LEFT,
  READ_SLACK,
  ROWS_FLAT,
  ROWS_ONCE,
  ROWS_WHOLE,
  ROWS_WINDOW,
  SELECT_CHANNEL_TABLE,
  SLICE_FIRST_CHANNEL,
  SLICE_FIRST_COLUMN,
  SOFTMAX_EXPONENTIALS,
  STAGE_DILATION_H,
  STAGE_OPCODE,
  STAGE_PAD_TOP,
  STAGE_ROW_KIND,
  STAGE_ROW_KIND2,
  STAGE_SCRATCH,
  STAGE_SCRATCH_BYTES,
  STAGE_STRIDE_H,
  STAGE_WINDOW_H,
  STAGE_X,
  STAGE_X2,
  STAGE_Y,
  STAGE_ZERO_ROW,
  TABLE_TABLE,
} from "./instructions";
import {
  arenaBytes,
  data,
  dataBytes,
  fault,
  operandAt,
  operandCount,
  schedule,
  stageAt,
  stageCount,
  steps,
} from "./model";
import { channelsOf, heightOf, widthOf } from "./operand";
import { blockBytes } from "./requantize";
import { INTERFACE, OK, OPERAND, SCHEDULE, STAGE } from "./status";
import { rowTableBytes } from "./tables";

/**
 * What a file must hold for no step to read or write outside its memory, whatever the schedule. Every product is taken
 * in 64 bits and sizes are bounded, so that nothing overflows on the way.
 */

/** The longest side, channel count, window or offset that is taken: products of three fit 63 bits. */
const LIMIT: i64 = 1 << 20;


@inline
function within(value: i64, low: i64, high: i64): bool {
  return value >= low && value <= high;
}


@inline
function word(at: usize, field: usize): i64 {
  return load<i32>(at + field);
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
  if (!within(pixel, channels, LIMIT)) return fault(OPERAND, index, OPERAND_PIXEL_STRIDE);
  if (!within(left, 0, LIMIT)) return fault(OPERAND, index, OPERAND_LEFT);
  if (!within(right, 0, LIMIT)) return fault(OPERAND, index, OPERAND_RIGHT);
  const rowBytes = (left + width + right) * pixel;
  if (word(o, OPERAND_ROW_BYTES) != rowBytes) return fault(OPERAND, index, OPERAND_ROW_BYTES);
  if (!within(word(o, OPERAND_CAPACITY), 1, height)) return fault(OPERAND, index, OPERAND_CAPACITY);
  if (!within(word(o, OPERAND_ORIGIN), left * pixel, left * pixel + pixel - channels))
    return fault(OPERAND, index, OPERAND_ORIGIN);
  const dtype = word(o, OPERAND_DTYPE);
  if (dtype != DTYPE_I8 && dtype != DTYPE_U8) return fault(OPERAND, index, OPERAND_DTYPE);
  const constant = word(o, OPERAND_CONSTANT);
  if (!within(constant, 0, 1)) return fault(OPERAND, index, OPERAND_CONSTANT);
  // A kernel may read up to READ_SLACK bytes further: what follows the data is the arena, and the arena ends in slack.
  const room = constant != 0 ? <i64>dataBytes : <i64>arenaBytes - READ_SLACK;
  const end = <i64>load<u32>(o, OPERAND_ADDRESS) + word(o, OPERAND_CAPACITY) * rowBytes;
  return end > room ? fault(OPERAND, index, OPERAND_ADDRESS) : OK;
}

/** `bytes` bytes of the data section from the offset in `field`, 4-byte aligned. */
@inline
function inData(s: usize, field: usize, bytes: i64): bool {
  return (load<u32>(s + field) & 3) == 0 && <i64>load<u32>(s + field) + bytes <= <i64>dataBytes;
}

function sameShape(a: usize, b: usize): bool {
  return heightOf(a) == heightOf(b) && widthOf(a) == widthOf(b) && channelsOf(a) == channelsOf(b);
}

/**
 * Whether a stage's scratch holds the row tables of a step of `rows` rows and what its kernel wants beside them
 * (scratchBytes in src/kernels). A stage's records are checked before its steps, so the sums cannot overflow.
 */
function scratchFits(s: usize, rows: i32): bool {
  const x = load<i32>(s, STAGE_X);
  const tables = rowTableBytes(s, x < 0 ? 0 : heightOf(operandAt(x)), rows);
  return tables + kernelScratch(s) <= <i64>load<u32>(s, STAGE_SCRATCH_BYTES);
}

function kernelScratch(s: usize): i64 {
  const opcode = load<i32>(s, STAGE_OPCODE);
  const y = operandAt(load<i32>(s, STAGE_Y));
  if (opcode == OP_GEMM) return heightOf(y) * widthOf(y) == 1 ? 0 : (word(s, GEMM_DEPTH) + 8) * 8 + 48;
  if (opcode == OP_DEPTHWISE) return word(s, STAGE_WINDOW_H) * word(s, DEPTHWISE_WINDOW_W) * 16 + 64;
  return opcode == OP_SELECT ? 32 : 0;
}

/** Bytes of requantisation parameters, or −1 for a form that is none. */
function parameterBytes(form: i64, blocks: i64): i64 {
  return within(form, 0, FORM_REAL_CLAMPED) ? blocks * blockBytes(<i32>form) : -1;
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

/** x's rows in step with y's. */
function oneToOne(s: usize): bool {
  return (
    load<i32>(s, STAGE_ROW_KIND) == ROWS_WINDOW &&
    load<i32>(s, STAGE_WINDOW_H) == 1 &&
    load<i32>(s, STAGE_STRIDE_H) == 1 &&
    load<i32>(s, STAGE_PAD_TOP) == 0
  );
}


@inline
function rightShift(shift: i64): bool {
  return within(shift, -31, 30);
}

export function checkStage(index: i32): i32 {
  const s = stageAt(index);
  const opcode = load<i32>(s, STAGE_OPCODE);
  if (<u32>opcode >= <u32>OPCODES) return fault(STAGE, index, STAGE_OPCODE);
  if (!within(word(s, STAGE_Y), 0, <i64>operandCount - 1)) return fault(STAGE, index, STAGE_Y);
  const y = operandAt(load<i32>(s, STAGE_Y));
  if (word(y, OPERAND_CONSTANT) != 0) return fault(STAGE, index, STAGE_Y);
  const hasX = opcode != OP_FILL,
    hasX2 = opcode == OP_ADD || opcode == OP_MUL;
  if (!within(word(s, STAGE_X), hasX ? 0 : -1, hasX ? <i64>operandCount - 1 : -1)) return fault(STAGE, index, STAGE_X);
  const mayX2 = hasX2 || opcode == OP_SELECT;
  if (!within(word(s, STAGE_X2), hasX2 ? 0 : -1, mayX2 ? <i64>operandCount - 1 : -1))
    return fault(STAGE, index, STAGE_X2);
  if (!within(word(s, STAGE_ZERO_ROW), -1, <i64>operandCount - 1)) return fault(STAGE, index, STAGE_ZERO_ROW);
  if (!within(word(s, STAGE_ROW_KIND), ROWS_WINDOW, ROWS_WHOLE)) return fault(STAGE, index, STAGE_ROW_KIND);
  if (!within(word(s, STAGE_WINDOW_H), 1, 65535)) return fault(STAGE, index, STAGE_WINDOW_H);
  if (!within(word(s, STAGE_STRIDE_H), 1, 65535)) return fault(STAGE, index, STAGE_STRIDE_H);
  if (!within(word(s, STAGE_DILATION_H), 1, 65535)) return fault(STAGE, index, STAGE_DILATION_H);
  if (!within(word(s, STAGE_PAD_TOP), opcode == OP_SLICE ? -65535 : 0, opcode == OP_SLICE ? 0 : 65535))
    return fault(STAGE, index, STAGE_PAD_TOP);
  const scratch = <i64>load<u32>(s, STAGE_SCRATCH),
    scratchBytes = <i64>load<u32>(s, STAGE_SCRATCH_BYTES);
  if ((scratch & 3) != 0 || scratch + scratchBytes > <i64>arenaBytes) return fault(STAGE, index, STAGE_SCRATCH);
  // Rows of y are written while the row tables are in use.
  const yStart = <i64>load<u32>(y, OPERAND_ADDRESS),
    yEnd = yStart + word(y, OPERAND_CAPACITY) * word(y, OPERAND_ROW_BYTES);
  if (scratchBytes > 0 && yStart < scratch + scratchBytes && scratch < yEnd) return fault(STAGE, index, STAGE_SCRATCH);
  if (hasX) {
    const code = checkKernel(index, s, opcode, operandAt(load<i32>(s, STAGE_X)), y);
    if (code != OK) return code;
  }
  return scratchFits(s, 1) ? OK : fault(STAGE, index, STAGE_SCRATCH_BYTES);
}

function checkKernel(index: i32, s: usize, opcode: i32, x: usize, y: usize): i32 {
  if (opcode == OP_GEMM) return checkGemm(index, s, x, y);
  if (opcode == OP_DEPTHWISE) return checkDepthwise(index, s, x, y);
  if (opcode == OP_ADD || opcode == OP_MUL) {
    const code = checkPair(index, s, x, y);
    if (code != OK) return code;
    if (opcode == OP_MUL) return rightShift(word(s, MUL_SHIFT)) ? OK : fault(STAGE, index, MUL_SHIFT);
    if (!inData(s, ADD_TABLE_X, 1024)) return fault(STAGE, index, ADD_TABLE_X);
    if (!inData(s, ADD_TABLE_X2, 1024)) return fault(STAGE, index, ADD_TABLE_X2);
    return rightShift(word(s, ADD_SHIFT)) ? OK : fault(STAGE, index, ADD_SHIFT);
  }
  if (opcode == OP_AVERAGE_POOL || opcode == OP_MAX_POOL) return checkPool(index, s, x, y);
  if (opcode == OP_MEAN) {
    const channels = load<i32>(s, MEAN_AXES) == 1;
    if (!within(word(s, MEAN_AXES), 0, 1)) return fault(STAGE, index, MEAN_AXES);
    if (!rightShift(word(s, MEAN_SHIFT))) return fault(STAGE, index, MEAN_SHIFT);
    const fits = channels
      ? oneToOne(s) && heightOf(x) == heightOf(y) && widthOf(x) == widthOf(y) && channelsOf(y) == 1
      : load<i32>(s, STAGE_ROW_KIND) == ROWS_WHOLE &&
        heightOf(y) == 1 &&
        widthOf(y) == 1 &&
        channelsOf(x) == channelsOf(y);
    return fits ? OK : fault(STAGE, index, STAGE_X);
  }
  if (opcode == OP_PAD) {
    const left = word(s, PAD_PAD_LEFT),
      channel = word(s, PAD_PAD_CHANNEL);
    if (load<i32>(s, STAGE_ROW_KIND) != ROWS_WINDOW || word(s, STAGE_WINDOW_H) != 1 || word(s, STAGE_STRIDE_H) != 1)
      return fault(STAGE, index, STAGE_ROW_KIND);
    if (!within(left, 0, <i64>widthOf(y) - widthOf(x))) return fault(STAGE, index, PAD_PAD_LEFT);
    if (!within(channel, 0, <i64>channelsOf(y) - channelsOf(x))) return fault(STAGE, index, PAD_PAD_CHANNEL);
    return word(s, STAGE_ZERO_ROW) == -1 ? OK : fault(STAGE, index, STAGE_ZERO_ROW);
  }
  if (opcode == OP_RESHAPE) {
    const same = <i64>heightOf(x) * widthOf(x) * channelsOf(x) == <i64>heightOf(y) * widthOf(y) * channelsOf(y);
    if (!same || <i64>heightOf(x) * widthOf(x) * channelsOf(x) > i32.MAX_VALUE) return fault(STAGE, index, STAGE_X);
    return load<i32>(s, STAGE_ROW_KIND) == ROWS_FLAT ? OK : fault(STAGE, index, STAGE_ROW_KIND);
  }
  if (opcode == OP_SLICE) {
    const column = word(s, SLICE_FIRST_COLUMN),
      channel = word(s, SLICE_FIRST_CHANNEL);
    if (load<i32>(s, STAGE_ROW_KIND) != ROWS_WINDOW || word(s, STAGE_WINDOW_H) != 1 || word(s, STAGE_STRIDE_H) != 1)
      return fault(STAGE, index, STAGE_ROW_KIND);
    if (heightOf(y) - load<i32>(s, STAGE_PAD_TOP) > heightOf(x)) return fault(STAGE, index, STAGE_PAD_TOP);
    if (!within(column, 0, <i64>widthOf(x) - widthOf(y))) return fault(STAGE, index, SLICE_FIRST_COLUMN);
    if (!within(channel, 0, <i64>channelsOf(x) - channelsOf(y))) return fault(STAGE, index, SLICE_FIRST_CHANNEL);
    return OK;
  }
  if (opcode == OP_SELECT) return checkSelect(index, s, x, y);
  if (!sameShape(x, y) || !oneToOne(s)) return fault(STAGE, index, STAGE_X);
  if (opcode == OP_SOFTMAX)
    return inData(s, SOFTMAX_EXPONENTIALS, 1024) ? OK : fault(STAGE, index, SOFTMAX_EXPONENTIALS);
  if (opcode == OP_TABLE) return inData(s, TABLE_TABLE, 256) ? OK : fault(STAGE, index, TABLE_TABLE);
  return fault(STAGE, index, STAGE_OPCODE);
}

/** x has y's shape; x2 has it, too, or is one pixel or one value, repeated. */
function checkPair(index: i32, s: usize, x: usize, y: usize): i32 {
  const x2 = operandAt(load<i32>(s, STAGE_X2));
  if (!sameShape(x, y) || !oneToOne(s)) return fault(STAGE, index, STAGE_X);
  const wide = widthOf(x2),
    deep = channelsOf(x2);
  const once = load<i32>(s, STAGE_ROW_KIND2) == ROWS_ONCE;
  if (!once && (load<i32>(s, STAGE_ROW_KIND2) != ROWS_WINDOW || heightOf(x2) != heightOf(y)))
    return fault(STAGE, index, STAGE_ROW_KIND2);
  if ((wide != 1 && wide != widthOf(y)) || (deep != 1 && deep != channelsOf(y))) return fault(STAGE, index, STAGE_X2);
  return OK;
}

/** Windows over x's rows that may reach beyond the map. The records of both pools have the same fields. */
function checkPool(index: i32, s: usize, x: usize, y: usize): i32 {
  const windowW = word(s, AVERAGE_POOL_WINDOW_W),
    strideW = word(s, AVERAGE_POOL_STRIDE_W),
    padLeft = word(s, AVERAGE_POOL_PAD_LEFT);
  if (channelsOf(x) != channelsOf(y) || load<i32>(s, STAGE_ROW_KIND) != ROWS_WINDOW || word(s, STAGE_DILATION_H) != 1)
    return fault(STAGE, index, STAGE_X);
  if (!within(windowW, 1, LIMIT)) return fault(STAGE, index, AVERAGE_POOL_WINDOW_W);
  if (!within(strideW, 1, LIMIT)) return fault(STAGE, index, AVERAGE_POOL_STRIDE_W);
  if (word(s, AVERAGE_POOL_DILATION_W) != 1) return fault(STAGE, index, AVERAGE_POOL_DILATION_W);
  // Every window keeps a valid cell, so that no divisor is 0, and rows beyond the map must come as address 0.
  if (!within(padLeft, 0, windowW - 1) || (<i64>widthOf(y) - 1) * strideW - padLeft >= widthOf(x))
    return fault(STAGE, index, AVERAGE_POOL_PAD_LEFT);
  const padTop = word(s, STAGE_PAD_TOP);
  if (padTop >= word(s, STAGE_WINDOW_H) || (<i64>heightOf(y) - 1) * word(s, STAGE_STRIDE_H) - padTop >= heightOf(x))
    return fault(STAGE, index, STAGE_PAD_TOP);
  if (word(s, STAGE_WINDOW_H) * windowW >= 1 << 24) return fault(STAGE, index, AVERAGE_POOL_WINDOW_W);
  return word(s, STAGE_ZERO_ROW) == -1 ? OK : fault(STAGE, index, STAGE_ZERO_ROW);
}

/** Rows and columns of all operands correspond, and every entry of the table is a channel that there is. */
function checkSelect(index: i32, s: usize, x: usize, y: usize): i32 {
  if (!oneToOne(s) || heightOf(x) != heightOf(y) || widthOf(x) != widthOf(y)) return fault(STAGE, index, STAGE_X);
  let channels = channelsOf(x);
  if (load<i32>(s, STAGE_X2) >= 0) {
    const x2 = operandAt(load<i32>(s, STAGE_X2));
    if (load<i32>(s, STAGE_ROW_KIND2) != ROWS_WINDOW) return fault(STAGE, index, STAGE_ROW_KIND2);
    if (heightOf(x2) != heightOf(y) || widthOf(x2) != widthOf(y)) return fault(STAGE, index, STAGE_X2);
    channels += channelsOf(x2);
  }
  if (!inData(s, SELECT_CHANNEL_TABLE, <i64>channelsOf(y) * 4)) return fault(STAGE, index, SELECT_CHANNEL_TABLE);
  const table = data + load<u32>(s, SELECT_CHANNEL_TABLE);
  for (let c = 0; c < channelsOf(y); c++) {
    if (load<u32>(table + ((<usize>c) << 2)) >= <u32>channels) return fault(STAGE, index, SELECT_CHANNEL_TABLE);
  }
  return OK;
}

function checkGemm(index: i32, s: usize, x: usize, y: usize): i32 {
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

function checkDepthwise(index: i32, s: usize, x: usize, y: usize): i32 {
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

/** Shift amounts beyond 31 would mean different things to different tiers. */
function shiftsFit(at: usize, form: i32, blocks: i64): bool {
  if (form != 0) return true;
  for (let i: i64 = 0; i < blocks * 8; i++) {
    const lane = at + ((<usize>(i >> 3)) << 6) + ((<usize>(i & 7)) << 2);
    if (!rightShift(load<i32>(lane, 32))) return false;
  }
  return true;
}

/** Steps name stages and make no more rows at once than the stage's ring and scratch hold. */
export function checkSchedule(): i32 {
  for (let i = 0; i < steps; i++) {
    const step = load<u32>(schedule + ((<usize>i) << 2));
    const stage = <i32>(step & 0xffff);
    if (stage >= stageCount) return fault(SCHEDULE, i, stage);
    const s = stageAt(stage);
    const rows = <i32>(step >> 16);
    if (!within(rows, 1, word(operandAt(load<i32>(s, STAGE_Y)), OPERAND_CAPACITY))) return fault(SCHEDULE, i, rows);
    if (!scratchFits(s, rows)) return fault(STAGE, stage, STAGE_SCRATCH_BYTES);
  }
  return OK;
}

/** Interface records: kind, operand, dtype, perImage, bytes of one image. */
export function checkInterface(index: i32, entry: usize, kind: i32): i32 {
  if (load<i32>(entry) != kind) return fault(INTERFACE, index, 0);
  if (!within(word(entry, 4), 0, <i64>operandCount - 1)) return fault(INTERFACE, index, 4);
  const o = operandAt(load<i32>(entry, 4));
  if (word(o, OPERAND_CONSTANT) != 0 || load<i32>(o, OPERAND_PIXEL_STRIDE) != channelsOf(o))
    return fault(INTERFACE, index, 4);
  if (load<i32>(entry, 8) != load<i32>(o, OPERAND_DTYPE)) return fault(INTERFACE, index, 8);
  const bytes = <i64>heightOf(o) * widthOf(o) * channelsOf(o);
  return word(entry, 16) == bytes ? OK : fault(INTERFACE, index, 16);
}
