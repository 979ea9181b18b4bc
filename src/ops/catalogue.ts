import type { AnyOp } from '../graph/op.ts';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { argMax } from './arg-max.ts';
import { averagePool2d } from './average-pool2d.ts';
import { batchNorm } from './batch-norm.ts';
import { concat } from './concat.ts';
import { conv2d } from './conv2d.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { dequantize } from './dequantize.ts';
import { elu } from './elu.ts';
import { exp } from './exp.ts';
import { fullyConnected } from './fully-connected.ts';
import { gelu } from './gelu.ts';
import { hardSigmoid } from './hard-sigmoid.ts';
import { hardSwish } from './hard-swish.ts';
import { l2Normalize } from './l2-normalize.ts';
import { leakyRelu } from './leaky-relu.ts';
import { log } from './log.ts';
import { logSoftmax } from './log-softmax.ts';
import { logistic } from './logistic.ts';
import { lookup } from './lookup.ts';
import { matMul } from './mat-mul.ts';
import { maxPool2d } from './max-pool2d.ts';
import { maximum } from './maximum.ts';
import { mean } from './mean.ts';
import { minimum } from './minimum.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { pad } from './pad.ts';
import { pow } from './pow.ts';
import { prelu } from './prelu.ts';
import { quantize } from './quantize.ts';
import { quantizeReal } from './quantize-real.ts';
import { reduceSum } from './reduce-sum.ts';
import { relu } from './relu.ts';
import { rescale } from './rescale.ts';
import { reshape } from './reshape.ts';
import { resizeBilinear } from './resize-bilinear.ts';
import { resizeNearestNeighbor } from './resize-nearest-neighbor.ts';
import { rsqrt } from './rsqrt.ts';
import { selectChannels } from './select-channels.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { softmaxReal } from './softmax-real.ts';
import { sqrt } from './sqrt.ts';
import { squaredDifference } from './squared-difference.ts';
import { sub } from './sub.ts';
import { swish } from './swish.ts';
import { tanh } from './tanh.ts';
import { transpose } from './transpose.ts';
import { transposeConv2d } from './transpose-conv2d.ts';

/** Every operator there is. */
export const catalogue: readonly AnyOp[] = [
  conv2d,
  depthwiseConv2d,
  fullyConnected,
  add,
  averagePool2d,
  mean,
  reduceSum,
  pad,
  reshape,
  slice,
  selectChannels,
  concat,
  softmax,
  quantize,
  rescale,
  batchNorm,
  relu,
  mul,
  logistic,
  hardSigmoid,
  swish,
  hardSwish,
  maxPool2d,
  transpose,
  transposeConv2d,
  sub,
  tanh,
  leakyRelu,
  prelu,
  resizeNearestNeighbor,
  resizeBilinear,
  quantizeReal,
  dequantize,
  argMax,
  abs,
  elu,
  exp,
  gelu,
  log,
  lookup,
  neg,
  pow,
  rsqrt,
  sqrt,
  minimum,
  maximum,
  squaredDifference,
  logSoftmax,
  l2Normalize,
  softmaxReal,
  matMul,
];
