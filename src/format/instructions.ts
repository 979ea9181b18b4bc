/**
 * The contract between packer and engine, field by field, and what the engine does with an opcode. assembly/instructions.ts
 * and the dispatch of executor, checker and debug build are generated from this file (scripts/generate-instructions.mjs),
 * docs/format.md describes it, and a test holds the three together.
 * All words are 32 bits, little-endian; a record is its opcode's fields in order.
 */

import { copy, type Dispatch, overChannels, pair, pointwise, pool, products } from './dispatch.ts';

/** One operand: a ring of rows in the arena, or constant values in the data section. 64 bytes. */
export const operandFields = [
  'address', // bytes from the start of the arena, or of the data section for a constant
  'constant', // 1: in the data section
  'capacity', // rows the ring holds; row r lies at address + (r mod capacity) · rowBytes
  'rowBytes', // (left + width + right) · pixelStride
  'height',
  'width',
  'channels', // elements of a pixel
  'pixelStride', // bytes from one pixel to the next, ≥ channels · bytes of an element
  'origin', // bytes from the start of a row to channel 0 of its first pixel: left · pixelStride + channelOffset
  'left', // padding columns, which the step that makes a row fills with the zero point
  'right',
  'zeroPoint',
  'dtype', // index into `dtypes`
  'scale', // float32 bits
  'reserved0',
  'reserved1',
] as const;

export const dtypes = ['i8', 'u8', 'i16', 'i32', 'f16', 'f32', 'i64'] as const;

/** Bytes of an element of a dtype that operands may have; those of more than one are not padded. */
export const elementBytes = { i8: 1, u8: 1, i32: 4, f32: 4, i64: 8 } as const;

/** How a step finds the input rows of its output rows (src/graph/rules.ts, RowRule). */
export const rowKinds = { window: 0, flat: 1, once: 2, whole: 3 } as const;

/** How accumulators become int8; the packer decides per layer (docs/quantization.md). */
export const requantizeForms = {
  /** multiplier i32[8], shift i32[8] a block: any shift, two 64-bit roundings. */
  integer: 0,
  /** scale f64[8], offset for acc ≥ 0 f64[8], offset for acc < 0 f64[8] a block: −12 ≤ shift ≤ 0. */
  real: 1,
  /** scale f64[8], offset f64[8] a block: −12 ≤ shift ≤ 0 and every negative accumulator clamps to yMin. */
  realClamped: 2,
} as const;

/** The first words of every record. Operand fields are indices into the operand table, −1 where there is none. */
export const headerFields = [
  'opcode',
  'y',
  'x',
  'x2',
  'zeroRow', // the row of zero points read above and below x; −1: those rows are given as address 0
  'rowKind', // of x
  'windowH',
  'strideH',
  'dilationH',
  'padTop', // of a slice 0 or less
  'rowKind2', // of x2: window (one to one) or once
  'scratch', // byte offset in the arena: the executor's row tables, then the kernel's own
  'scratchBytes',
] as const;

const window = ['windowW', 'strideW', 'dilationW', 'padLeft'] as const;
const output = ['yMin', 'yMax'] as const;

/** Fields after the header, per opcode. The order here is the opcode's number. */
export const instructions = {
  /** Fills a row of zero points. */
  fill: [],
  /** Standard, pointwise and grouped convolution and fully connected: one GEMM over gathered windows. */
  gemm: [
    ...window,
    'groups',
    'segments', // runs of bytes a window row is gathered in: 1 where its taps lie side by side, else windowW
    'segmentBytes', // bytes of one run
    'segmentStep', // bytes from one run to the next
    'depth', // multiply-accumulates of one output, every run rounded up to even
    'groupOutputs', // outputs of one group; weights are padded to 8 with zeros
    'weightsZero', // zero point of all weights: 0 but in legacy uint8 models
    'form', // requantizeForms
    'weights', // i8 [groups][⌈groupOutputs/8⌉][depth/2][8][2]
    'bias', // i32 [groups][⌈groupOutputs/8⌉·8], minus zero point of x · Σ (weights − weightsZero)
    'requantize', // blocks of 8 outputs in the form's layout
    ...output,
  ],
  /** One filter per channel. */
  depthwise: [
    ...window,
    'multiplier', // depth multiplier: output channel o reads input channel ⌊o / multiplier⌋
    'weightsZero', // zero point of all weights: 0 but in legacy uint8 models
    'form',
    'weights', // i8 [⌈channels/8⌉][windowH·windowW][8]
    'bias', // i32 [⌈channels/8⌉·8]
    'requantize',
    ...output,
  ],
  /** y = requantize(tableX[x] + tableX2[x2]): addition and subtraction of tensors of any scale. */
  add: ['tableX', 'tableX2', 'multiplier', 'shift', ...output],
  /** y = the mean of the cells of a window that lie inside the image. */
  averagePool: [
    ...window,
    ...output,
    'halvesUp', // 1: halves of a mean go up, as in legacy uint8; 0: away from zero
  ],
  /** axes 0: over height and width; 1: over channels. acc = Σ(x − zeroPoint). */
  mean: ['axes', 'multiplier', 'shift', ...output],
  /** Copies rows into a larger frame of zero points: x lands at column padLeft, channel padChannel. */
  pad: ['padLeft', 'padChannel'],
  /** The same elements in another shape, where a view will not do. */
  reshape: [],
  /** Over channels. exponentials: i32[256], Q0.31 values by distance from the maximum. */
  softmax: ['exponentials', ...output],
  /** y = table[x]: any function of one int8 value. table: 256 bytes indexed by the byte of x. */
  table: ['table'],
  /** Copies a part of each row, which begins at firstColumn, firstChannel of x; padTop is minus the rows left out above. */
  slice: ['firstColumn', 'firstChannel'],
  /** Channels of x and x2 in any order. channelTable: i32 [channels of y], x2's channels counted on from those of x. */
  select: ['channelTable'],
  /** y = requantize((x − xZeroPoint) · (x2 − x2ZeroPoint)): the product of tensors of any scale. */
  mul: ['multiplier', 'shift', ...output],
  /** As averagePool but for its last field, with the greatest cell in place of the mean. */
  maxPool: [...window, ...output],
  /** The axes of x in another order: where y's rows, columns and channels come from, 0 rows, 1 columns, 2 channels of x. */
  transpose: ['axisH', 'axisW', 'axisC'],
  /** Rows and columns of x at positions: i32 in 1/1024 of a place, or f32 where real is 1. Whole ones are copied, others mixed. */
  resize: ['rowPositions', 'columnPositions', 'real'],
  /** y = table[x], f32: a real value for each of one int8 value. table: f32 [256] indexed by the byte of x. */
  dequantize: ['table'],
  /** y = clamp(roundHalfAway(x / scale) + zero point) of x in f32. scale: float32 bits. */
  quantizeReal: ['scale', ...output],
  /** y = the first channel, as i32 or i64, whose byte XOR flip is the greatest as u8. */
  argMax: ['flip'],
  /** Pixels of x spread stepH and stepW apart over y, each with a window of weights around it. */
  transposeConv: [
    'tapsH', // rows of a window
    'tapsW',
    'stepH', // rows of y from one row of x to the next
    'stepW',
    'cropTop', // rows of the whole result above y's first
    'cropLeft',
    'weightsZero', // zero point of all weights: 0 but in legacy uint8 models
    'form',
    'weights', // i8 [phaseH][phaseW][⌈channels/8⌉][taps of the phase][⌈x channels/2⌉][8][2]
    'bias', // i32 [1 + phases][⌈channels/8⌉·8]: without taps, then of each phase, minus zero point of x · Σ (weights − weightsZero)
    'requantize',
    ...output,
  ],
  /** As table, with a slope for each channel below x's zero point. slopes: i16 [channels, rounded up to 8], less their zero point. */
  prelu: ['slopes', 'multiplier', 'shift', 'multiplierBelow', 'shiftBelow'],
  /** A function of tableX[x] and tableX2[x2]: `of` 0 the lesser, 1 the greater, 2 the square of their difference, requantised. */
  combine: ['tableX', 'tableX2', 'of', 'multiplier', 'shift', ...output],
  /** Over channels: `of` 1 the logarithm of a softmax, 2 values over their norm. tables: i32[2][256], what is summed, what is divided. */
  normalize: ['tables', ...output, 'of'],
  /** Over channels, f32: e^(x − maximum) over the sum of all. exponentials: f64[256] by distance from the maximum. */
  softmaxReal: ['exponentials'],
  /** y = requantize(Σ (x − xZeroPoint) · (x2 − x2ZeroPoint)): each pixel of x with each of x2, over channels. */
  matMul: ['multiplier', 'shift', ...output],
} as const satisfies Record<string, readonly string[]>;

/** The name of a computation of the engine. */
export type Opcode = keyof typeof instructions;
/** All opcodes; the number in a file is the index here. */
export const opcodes = Object.keys(instructions) as readonly Opcode[];

/**
 * A line for every opcode that has a kernel: all but fill, which the executor does itself. A list of its own, so that a page
 * which only reads files does not load it.
 */
export const dispatch: {
  readonly [K in Exclude<Opcode, 'fill'>]: Dispatch<(typeof headerFields | (typeof instructions)[K])[number]>;
} = {
  gemm: {
    check: ['convolution', 'checkGemm'],
    /** Each group gathers its windows, multiplies them and stores its outputs. */
    operations: { sum: [{ product: ['pixels', 'groups', 'depth', { sum: ['groupOutputs', 1] }] }, 'elements'] },
    takes: ['data'],
    scratch: 'gemmScratch',
    readsBeyond: { simd: 7, scalar: 1 },
  },
  depthwise: {
    check: ['convolution', 'checkDepthwise'],
    /** Every step widens the weights first. */
    operations: { sum: [{ product: ['windowH', 'windowW', 'y.channels', { sum: ['pixels', 1] }] }, 'elements'] },
    takes: ['data'],
    scratch: 'depthwiseScratch',
    readsBeyond: { simd: 7, scalar: 0 },
  },
  add: { check: ['pair', 'checkAdd'], operations: pair, takes: ['data'], x2: 'required' },
  averagePool: { check: ['pool', 'checkPool'], operations: pool, readsBeyond: { simd: 7, scalar: 0 } },
  mean: {
    check: ['pointwise', 'checkMean'],
    operations: {
      sum: [
        { product: [{ where: 'axes', is: 1, value: 'rows', otherwise: 'x.height' }, 'x.width', 'x.channels'] },
        'elements',
      ],
    },
  },
  pad: {
    check: ['copy', 'checkPad'],
    operations: { sum: ['elements', { product: ['rows', 'x.width', 'x.channels'] }] },
  },
  reshape: { check: ['copy', 'checkReshape'], operations: copy, takes: ['first'], elements: 'alike' },
  softmax: {
    check: ['pointwise', 'checkSoftmax'],
    operations: overChannels,
    takes: ['data'],
  },
  table: { check: ['pointwise', 'checkTable'], operations: pointwise, takes: ['data'] },
  slice: { check: ['copy', 'checkSlice'], operations: copy, elements: 'alike', leavesOutRows: true },
  select: {
    check: ['select', 'checkSelect'],
    /** Every step looks at the next sixteen entries of the table for every channel. */
    operations: { sum: [{ product: [16, 'y.channels'] }, { product: [2, 'elements'] }] },
    takes: ['data'],
    x2: 'optional',
    scratch: 32,
    readsBeyond: { simd: 15, scalar: 0 },
  },
  mul: { check: ['pair', 'checkMul'], operations: pair, x2: 'required', readsBeyond: { simd: 7, scalar: 0 } },
  maxPool: { check: ['pool', 'checkPool'], operations: pool, readsBeyond: { simd: 15, scalar: 0 } },
  transpose: {
    check: ['copy', 'checkTranspose'],
    operations: pointwise,
    takes: ['first'],
    readsBeyond: { simd: 7, scalar: 0 },
  },
  resize: {
    check: ['resize', 'checkResize'],
    /** Four neighbours and an output. */
    operations: { product: [5, 'elements'] },
    takes: ['first', 'data'],
    readsBeyond: { simd: 7, scalar: 7 },
  },
  dequantize: {
    check: ['pointwise', 'checkSoftmax'],
    operations: pointwise,
    takes: ['data'],
    elements: { x: 'bytes', y: 'real' },
  },
  quantizeReal: { check: ['border', 'checkQuantizeReal'], operations: pointwise, elements: { x: 'real', y: 'bytes' } },
  argMax: {
    check: ['border', 'checkArgMax'],
    operations: { product: ['pixels', { sum: ['x.channels', 1] }] },
    elements: { x: 'bytes', y: 'index' },
  },
  transposeConv: {
    check: ['transpose-conv', 'checkTransposeConv'],
    /** The most taps that a pixel meets, each with x's channels rounded up to even; a pixel of zero points for every step. */
    operations: {
      sum: [
        'x.channels',
        1,
        {
          product: [
            'elements',
            { runsOf: ['tapsH', 'stepH'] },
            { runsOf: ['tapsW', 'stepW'] },
            { evenUp: 'x.channels' },
          ],
        },
        'elements',
      ],
    },
    takes: ['first', 'data'],
    scratch: 'transposeConvScratch',
    readsBeyond: { simd: 1, scalar: 1 },
  },
  prelu: {
    check: ['pointwise', 'checkPrelu'],
    operations: pointwise,
    takes: ['data'],
    readsBeyond: { simd: 7, scalar: 0 },
  },
  combine: { check: ['pair', 'checkCombine'], operations: pair, takes: ['data'], x2: 'required' },
  normalize: { check: ['pointwise', 'checkNormalize'], operations: overChannels, takes: ['data'] },
  softmaxReal: {
    check: ['pointwise', 'checkDoubles'],
    operations: overChannels,
    takes: ['data'],
    elements: { x: 'bytes', y: 'real' },
  },
  matMul: { check: ['pair', 'checkMatMul'], operations: products, x2: 'required' },
};

/** Every field of a record in order, the header included. */
export const fieldsOf = (opcode: Opcode): readonly string[] => [...headerFields, ...instructions[opcode]];

/** Words of the longest record: the stage table has records of this one size. */
export const recordWords = 32;
export const operandWords = operandFields.length;

/** Bytes that a kernel may read beyond the end of an operand; the planner keeps them free at the end of the arena. */
export const readSlack = 16;
/** Where the engine puts the model in its linear memory: below lie its own few constants. */
export const modelBase = 4096;
export const pageBytes = 65536;
