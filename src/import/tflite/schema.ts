import type { FileType } from '../file-model.ts';

/**
 * Field numbers of the TFLite schema, version 3: a field's number is its position in its table. Only what is read is
 * listed.
 */
export const model = { version: 0, operatorCodes: 1, subgraphs: 2, buffers: 4, metadata: 6, signatures: 7 } as const;
export const metadata = { name: 0, buffer: 1 } as const;
export const signature = { key: 2, subgraph: 4 } as const;
export const subgraph = { tensors: 0, inputs: 1, outputs: 2, operators: 3, name: 4 } as const;
export const tensor = {
  shape: 0,
  type: 1,
  buffer: 2,
  name: 3,
  quantization: 4,
  isVariable: 5,
  sparsity: 6,
  shapeSignature: 7,
} as const;
export const quantization = { scale: 2, zeroPoint: 3, quantizedDimension: 6 } as const;
export const sparsity = { traversalOrder: 0, blockMap: 1, dimMetadata: 2 } as const;
export const dimensionMetadata = {
  format: 0,
  denseSize: 1,
  segmentsType: 2,
  segments: 3,
  indicesType: 4,
  indices: 5,
} as const;
export const sparseVector = { values: 0 } as const;
export const operator = {
  opcodeIndex: 0,
  inputs: 1,
  outputs: 2,
  optionsType: 3,
  options: 4,
  customOptions: 5,
} as const;
export const operatorCode = { deprecatedBuiltinCode: 0, customCode: 1, builtinCode: 3 } as const;
export const buffer = { data: 0, offset: 1, size: 2 } as const;

export const conv2dOptions = {
  padding: 0,
  strideW: 1,
  strideH: 2,
  activation: 3,
  dilationW: 4,
  dilationH: 5,
} as const;
export const depthwiseConv2dOptions = {
  padding: 0,
  strideW: 1,
  strideH: 2,
  activation: 4,
  dilationW: 5,
  dilationH: 6,
} as const;
export const callOnceOptions = { subgraph: 0 } as const;
export const varHandleOptions = { container: 0, sharedName: 1 } as const;
export const fullyConnectedOptions = { activation: 0, weightsFormat: 1, keepNumDims: 2 } as const;
export const addOptions = { activation: 0 } as const;
export const leakyReluOptions = { alpha: 0 } as const;
export const concatenationOptions = { axis: 0, activation: 1 } as const;
export const stridedSliceOptions = {
  beginMask: 0,
  endMask: 1,
  ellipsisMask: 2,
  newAxisMask: 3,
  shrinkAxisMask: 4,
  offset: 5,
} as const;
export const mulOptions = { activation: 0 } as const;
export const pool2dOptions = {
  padding: 0,
  strideW: 1,
  strideH: 2,
  windowW: 3,
  windowH: 4,
  activation: 5,
} as const;
export const transposeConvOptions = { padding: 0, strideW: 1, strideH: 2, activation: 3 } as const;
export const reshapeOptions = { newShape: 0 } as const;
export const squeezeOptions = { dims: 0 } as const;
export const packOptions = { axis: 1 } as const;
export const unpackOptions = { axis: 1 } as const;
export const gatherOptions = { axis: 0, batchDims: 1 } as const;
export const blockOptions = { size: 0 } as const;
export const batchMatMulOptions = { adjX: 0, adjY: 1 } as const;
export const mirrorPadOptions = { mode: 0 } as const;
export const reducerOptions = { keepDims: 0 } as const;
/** Slots 0 and 1 had the new size once; it is an input now. */
export const resizeBilinearOptions = { alignCorners: 2, halfPixelCenters: 3 } as const;
export const resizeNearestNeighborOptions = { alignCorners: 0, halfPixelCenters: 1 } as const;
export const softmaxOptions = { beta: 0 } as const;
export const l2NormOptions = { activation: 0 } as const;
export const subOptions = { activation: 0 } as const;
export const divOptions = { activation: 0 } as const;
export const geluOptions = { approximate: 0 } as const;

/** The union tags of the option tables above. */
export const optionTypes = {
  /** Of operators without options. */
  None: 0,
  Conv2DOptions: 1,
  DepthwiseConv2DOptions: 2,
  Pool2DOptions: 5,
  FullyConnectedOptions: 8,
  SoftmaxOptions: 9,
  ConcatenationOptions: 10,
  AddOptions: 11,
  L2NormOptions: 12,
  ResizeBilinearOptions: 15,
  ReshapeOptions: 17,
  SpaceToDepthOptions: 19,
  MulOptions: 21,
  PadOptions: 22,
  GatherOptions: 23,
  BatchToSpaceNDOptions: 24,
  SpaceToBatchNDOptions: 25,
  TransposeOptions: 26,
  ReducerOptions: 27,
  SubOptions: 28,
  DivOptions: 29,
  SqueezeOptions: 30,
  StridedSliceOptions: 32,
  ExpOptions: 33,
  SplitOptions: 35,
  LogSoftmaxOptions: 36,
  CastOptions: 37,
  DequantizeOptions: 38,
  MaximumMinimumOptions: 39,
  ArgMaxOptions: 40,
  NegOptions: 42,
  PadV2Options: 43,
  SliceOptions: 48,
  TransposeConvOptions: 49,
  TileOptions: 51,
  ExpandDimsOptions: 52,
  PowOptions: 56,
  ArgMinOptions: 57,
  PackOptions: 59,
  UnpackOptions: 64,
  SquareOptions: 66,
  ResizeNearestNeighborOptions: 74,
  LeakyReluOptions: 75,
  SquaredDifferenceOptions: 76,
  MirrorPadOptions: 77,
  AbsOptions: 78,
  SplitVOptions: 79,
  ReverseV2Options: 81,
  QuantizeOptions: 89,
  HardSwishOptions: 91,
  DepthToSpaceOptions: 94,
  BatchMatMulOptions: 101,
  CallOnceOptions: 103,
  VarHandleOptions: 111,
  ReadVariableOptions: 112,
  AssignVariableOptions: 113,
  GeluOptions: 116,
} as const;

export type OptionsType = keyof typeof optionTypes;

/** Names of tensor types by their number. */
export const tensorTypes = [
  'float32',
  'float16',
  'int32',
  'uint8',
  'int64',
  'string',
  'bool',
  'int16',
  'complex64',
  'int8',
  'float64',
  'complex128',
  'uint64',
  'resource',
  'variant',
  'uint32',
  'uint16',
  'int4',
  'bfloat16',
] as const satisfies readonly FileType[];

export const activations = ['NONE', 'RELU', 'RELU_N1_TO_1', 'RELU6', 'TANH', 'SIGN_BIT'] as const;

export const paddings = ['SAME', 'VALID'] as const;
