import type { AnyOp } from '../../graph/op.ts';
import { abs } from '../../ops/abs.ts';
import { add } from '../../ops/add.ts';
import { argMax } from '../../ops/arg-max.ts';
import { averagePool2d } from '../../ops/average-pool2d.ts';
import { concat } from '../../ops/concat.ts';
import { conv2d } from '../../ops/conv2d.ts';
import { depthwiseConv2d } from '../../ops/depthwise-conv2d.ts';
import { dequantize } from '../../ops/dequantize.ts';
import { exp } from '../../ops/exp.ts';
import { fullyConnected } from '../../ops/fully-connected.ts';
import { gelu } from '../../ops/gelu.ts';
import { hardSwish } from '../../ops/hard-swish.ts';
import { l2Normalize } from '../../ops/l2-normalize.ts';
import { leakyRelu } from '../../ops/leaky-relu.ts';
import { logSoftmax } from '../../ops/log-softmax.ts';
import { logistic } from '../../ops/logistic.ts';
import { matMul } from '../../ops/mat-mul.ts';
import { maxPool2d } from '../../ops/max-pool2d.ts';
import { maximum } from '../../ops/maximum.ts';
import { mean } from '../../ops/mean.ts';
import { minimum } from '../../ops/minimum.ts';
import { mul } from '../../ops/mul.ts';
import { pad } from '../../ops/pad.ts';
import { prelu } from '../../ops/prelu.ts';
import { quantize } from '../../ops/quantize.ts';
import { quantizeReal } from '../../ops/quantize-real.ts';
import { reduceSum } from '../../ops/reduce-sum.ts';
import { relu } from '../../ops/relu.ts';
import { rescale } from '../../ops/rescale.ts';
import { reshape } from '../../ops/reshape.ts';
import { resizeBilinear } from '../../ops/resize-bilinear.ts';
import { resizeNearestNeighbor } from '../../ops/resize-nearest-neighbor.ts';
import { rsqrt } from '../../ops/rsqrt.ts';
import { selectChannels } from '../../ops/select-channels.ts';
import { slice } from '../../ops/slice.ts';
import { softmax } from '../../ops/softmax.ts';
import { squaredDifference } from '../../ops/squared-difference.ts';
import { sub } from '../../ops/sub.ts';
import { tanh } from '../../ops/tanh.ts';
import { transpose } from '../../ops/transpose.ts';
import { transposeConv2d } from '../../ops/transpose-conv2d.ts';
import type { TfliteEntry } from './entry.ts';
import { convertAdd } from './operators/add.ts';
import { argMaxShape, convertArgMax } from './operators/arg-max.ts';
import { convertAveragePool2d } from './operators/average-pool2d.ts';
import { convertBatchMatMul } from './operators/batch-matmul.ts';
import {
  convertBatchToSpace,
  convertDepthToSpace,
  convertSpaceToBatch,
  convertSpaceToDepth,
} from './operators/blocks.ts';
import { convertBroadcast } from './operators/broadcast.ts';
import { convertCast } from './operators/cast.ts';
import { convertConcatenation } from './operators/concatenation.ts';
import { convertConv2d } from './operators/conv2d.ts';
import { convertConvolution2dTransposeBias } from './operators/convolution-2d-transpose-bias.ts';
import { convertDepthwiseConv2d } from './operators/depthwise-conv2d.ts';
import { convertDequantize } from './operators/dequantize.ts';
import { convertElementwise, convertRelu } from './operators/elementwise.ts';
import { convertFullyConnected, fullyConnectedShape } from './operators/fully-connected.ts';
import { convertGather, convertMirrorPad, convertReverse, convertTile } from './operators/gather.ts';
import { convertGelu } from './operators/gelu.ts';
import { convertLeakyRelu } from './operators/leaky-relu.ts';
import { convertMaxPool2d } from './operators/max-pool2d.ts';
import { convertMul } from './operators/mul.ts';
import { convertL2Normalization, convertLogSoftmax } from './operators/normalize.ts';
import { convertPack, convertUnpack } from './operators/pack.ts';
import { convertPad } from './operators/pad.ts';
import { convertPrelu } from './operators/prelu.ts';
import { convertQuantize } from './operators/quantize.ts';
import { convertReduceMax, convertSum, convertTotal, reducedShape } from './operators/reduce.ts';
import {
  convertExpandDims,
  convertReshape,
  convertSqueeze,
  expandedShape,
  reshapeShape,
  squeezedShape,
} from './operators/reshape.ts';
import { convertResizeBilinear, convertResizeNearestNeighbor } from './operators/resize.ts';
import { convertSlice } from './operators/slice.ts';
import { convertSoftmax } from './operators/softmax.ts';
import { convertSplit, convertSplitV } from './operators/split.ts';
import { convertStridedSlice } from './operators/strided-slice.ts';
import { convertSub } from './operators/sub.ts';
import { convertTranspose, transposeShape } from './operators/transpose.ts';
import { convertTransposeConv2d, transposeConv2dShape } from './operators/transpose-conv2d.ts';
import { realOperators } from './real-operators.ts';

/** What the elements of an axis in another order become. */
const arranged: readonly AnyOp[] = [selectChannels, slice, concat, transpose, reshape];

/** Every builtin operator that is supported. */
export const operators: ReadonlyMap<string, TfliteEntry> = new Map<string, TfliteEntry>([
  ['ABS', { options: 'AbsOptions', becomes: [abs], convert: convertElementwise(abs) }],
  ['ADD', { options: 'AddOptions', becomes: [add, selectChannels, resizeNearestNeighbor], convert: convertAdd }],
  [
    'ARG_MAX',
    {
      options: 'ArgMaxOptions',
      becomes: [argMax, transpose, reshape],
      convert: convertArgMax('max'),
      outputShape: argMaxShape,
    },
  ],
  [
    'ARG_MIN',
    {
      options: 'ArgMinOptions',
      becomes: [argMax, transpose, reshape],
      convert: convertArgMax('min'),
      outputShape: argMaxShape,
    },
  ],
  ['AVERAGE_POOL_2D', { options: 'Pool2DOptions', becomes: [averagePool2d], convert: convertAveragePool2d }],
  [
    'BATCH_MATMUL',
    { options: 'BatchMatMulOptions', becomes: [fullyConnected, matMul, ...arranged], convert: convertBatchMatMul },
  ],
  [
    'BATCH_TO_SPACE_ND',
    { options: 'BatchToSpaceNDOptions', becomes: [transpose, slice, reshape], convert: convertBatchToSpace },
  ],
  ['CAST', { options: 'CastOptions', becomes: [dequantize], convert: convertCast }],
  [
    'CONCATENATION',
    {
      options: 'ConcatenationOptions',
      becomes: [concat, rescale, quantize, relu, reshape],
      convert: convertConcatenation,
    },
  ],
  ['CONV_2D', { options: 'Conv2DOptions', becomes: [conv2d], convert: convertConv2d }],
  [
    'DEPTHWISE_CONV_2D',
    { options: 'DepthwiseConv2DOptions', becomes: [depthwiseConv2d], convert: convertDepthwiseConv2d },
  ],
  [
    'DEPTH_TO_SPACE',
    { options: 'DepthToSpaceOptions', becomes: [slice, concat, transpose, reshape], convert: convertDepthToSpace },
  ],
  ['DEQUANTIZE', { options: 'DequantizeOptions', becomes: [dequantize], convert: convertDequantize }],
  ['EXP', { options: 'ExpOptions', becomes: [exp], convert: convertElementwise(exp) }],
  [
    'EXPAND_DIMS',
    { options: 'ExpandDimsOptions', becomes: [reshape], convert: convertExpandDims, outputShape: expandedShape },
  ],
  [
    'FULLY_CONNECTED',
    {
      options: 'FullyConnectedOptions',
      becomes: [fullyConnected, reshape],
      convert: convertFullyConnected,
      outputShape: fullyConnectedShape,
    },
  ],
  ['GELU', { options: 'GeluOptions', becomes: [gelu], convert: convertGelu }],
  ['GATHER', { options: 'GatherOptions', becomes: arranged, convert: convertGather }],
  ['HARD_SWISH', { options: 'HardSwishOptions', becomes: [hardSwish], convert: convertElementwise(hardSwish) }],
  ['L2_NORMALIZATION', { options: 'L2NormOptions', becomes: [l2Normalize], convert: convertL2Normalization }],
  ['LEAKY_RELU', { options: 'LeakyReluOptions', becomes: [leakyRelu], convert: convertLeakyRelu }],
  ['LOG_SOFTMAX', { options: 'LogSoftmaxOptions', becomes: [logSoftmax], convert: convertLogSoftmax }],
  ['LOGISTIC', { options: 'None', becomes: [logistic], convert: convertElementwise(logistic) }],
  ['MAX_POOL_2D', { options: 'Pool2DOptions', becomes: [maxPool2d], convert: convertMaxPool2d }],
  [
    'MAXIMUM',
    {
      options: 'MaximumMinimumOptions',
      becomes: [maximum, selectChannels, resizeNearestNeighbor],
      convert: convertBroadcast(maximum),
    },
  ],
  [
    'MEAN',
    {
      options: 'ReducerOptions',
      becomes: [mean, transpose, reshape],
      convert: convertTotal(mean),
      outputShape: reducedShape,
    },
  ],
  [
    'MINIMUM',
    {
      options: 'MaximumMinimumOptions',
      becomes: [minimum, selectChannels, resizeNearestNeighbor],
      convert: convertBroadcast(minimum),
    },
  ],
  ['MIRROR_PAD', { options: 'MirrorPadOptions', becomes: arranged, convert: convertMirrorPad }],
  ['MUL', { options: 'MulOptions', becomes: [mul, selectChannels, resizeNearestNeighbor], convert: convertMul }],
  ['PACK', { options: 'PackOptions', becomes: [concat, reshape], convert: convertPack }],
  ['PAD', { options: 'PadOptions', becomes: [pad, reshape], convert: convertPad }],
  ['PADV2', { options: 'PadV2Options', becomes: [pad, reshape], convert: convertPad }],
  ['PRELU', { options: 'None', becomes: [prelu], convert: convertPrelu }],
  ['QUANTIZE', { options: 'QuantizeOptions', becomes: [quantize, quantizeReal], convert: convertQuantize }],
  [
    'REDUCE_MAX',
    {
      options: 'ReducerOptions',
      becomes: [maxPool2d, reshape],
      convert: convertReduceMax,
      outputShape: reducedShape,
    },
  ],
  ['RELU', { options: 'None', becomes: [relu], convert: convertRelu('relu') }],
  ['RELU6', { options: 'None', becomes: [relu], convert: convertRelu('relu6') }],
  ['RELU_N1_TO_1', { options: 'None', becomes: [relu], convert: convertRelu('reluN1To1') }],
  ['RESHAPE', { options: 'ReshapeOptions', becomes: [reshape], convert: convertReshape, outputShape: reshapeShape }],
  ['RESIZE_BILINEAR', { options: 'ResizeBilinearOptions', becomes: [resizeBilinear], convert: convertResizeBilinear }],
  [
    'RESIZE_NEAREST_NEIGHBOR',
    {
      options: 'ResizeNearestNeighborOptions',
      becomes: [resizeNearestNeighbor],
      convert: convertResizeNearestNeighbor,
    },
  ],
  ['RSQRT', { options: 'None', becomes: [rsqrt], convert: convertElementwise(rsqrt) }],
  ['REVERSE_V2', { options: 'ReverseV2Options', becomes: arranged, convert: convertReverse }],
  ['SLICE', { options: 'SliceOptions', becomes: [slice, reshape], convert: convertSlice }],
  ['SOFTMAX', { options: 'SoftmaxOptions', becomes: [softmax], convert: convertSoftmax }],
  [
    'SPACE_TO_BATCH_ND',
    { options: 'SpaceToBatchNDOptions', becomes: [pad, transpose, reshape], convert: convertSpaceToBatch },
  ],
  [
    'SPACE_TO_DEPTH',
    { options: 'SpaceToDepthOptions', becomes: [slice, concat, transpose, reshape], convert: convertSpaceToDepth },
  ],
  ['SPLIT', { options: 'SplitOptions', becomes: [slice, reshape], several: true, convert: convertSplit }],
  ['SPLIT_V', { options: 'SplitVOptions', becomes: [slice, reshape], several: true, convert: convertSplitV }],
  [
    'SQUARED_DIFFERENCE',
    {
      options: 'SquaredDifferenceOptions',
      becomes: [squaredDifference, selectChannels, resizeNearestNeighbor],
      convert: convertBroadcast(squaredDifference),
    },
  ],
  ['SQUEEZE', { options: 'SqueezeOptions', becomes: [reshape], convert: convertSqueeze, outputShape: squeezedShape }],
  [
    'STRIDED_SLICE',
    { options: 'StridedSliceOptions', becomes: [maxPool2d, ...arranged], convert: convertStridedSlice },
  ],
  ['SUB', { options: 'SubOptions', becomes: [sub, selectChannels, resizeNearestNeighbor], convert: convertSub }],
  [
    'SUM',
    {
      options: 'ReducerOptions',
      becomes: [reduceSum, transpose, reshape],
      convert: convertSum,
      outputShape: reducedShape,
    },
  ],
  ['TANH', { options: 'None', becomes: [tanh], convert: convertElementwise(tanh) }],
  ['TILE', { options: 'TileOptions', becomes: [selectChannels, concat, reshape], convert: convertTile }],
  [
    'TRANSPOSE',
    {
      options: 'TransposeOptions',
      becomes: [transpose, reshape],
      convert: convertTranspose,
      outputShape: transposeShape,
    },
  ],
  [
    'TRANSPOSE_CONV',
    {
      options: 'TransposeConvOptions',
      becomes: [transposeConv2d],
      convert: convertTransposeConv2d,
      outputShape: transposeConv2dShape,
    },
  ],
  ['UNPACK', { options: 'UnpackOptions', becomes: [slice, reshape], several: true, convert: convertUnpack }],
  ...realOperators,
]);

/** Every custom operator that is supported in a graph. */
export const customOperators: ReadonlyMap<string, TfliteEntry> = new Map<string, TfliteEntry>([
  [
    'Convolution2DTransposeBias',
    { options: 'None', becomes: [transposeConv2d], convert: convertConvolution2dTransposeBias },
  ],
]);
