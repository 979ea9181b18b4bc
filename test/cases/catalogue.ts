import type { OperatorCases } from '../support/operator-cases.ts';
import { absCases } from './abs.ts';
import { addCases } from './add.ts';
import { argMaxCases } from './arg-max.ts';
import { averagePool2dCases } from './average-pool2d.ts';
import { concatCases } from './concat.ts';
import { conv2dCases } from './conv2d.ts';
import { depthwiseConv2dCases } from './depthwise-conv2d.ts';
import { dequantizeCases } from './dequantize.ts';
import { eluCases } from './elu.ts';
import { expCases } from './exp.ts';
import { fullyConnectedCases } from './fully-connected.ts';
import { geluCases } from './gelu.ts';
import { hardSigmoidCases } from './hard-sigmoid.ts';
import { hardSwishCases } from './hard-swish.ts';
import { leakyReluCases } from './leaky-relu.ts';
import { logCases } from './log.ts';
import { logisticCases } from './logistic.ts';
import { lookupCases } from './lookup.ts';
import { maxPool2dCases } from './max-pool2d.ts';
import { maximumCases } from './maximum.ts';
import { meanCases } from './mean.ts';
import { minimumCases } from './minimum.ts';
import { mulCases } from './mul.ts';
import { negCases } from './neg.ts';
import { padCases } from './pad.ts';
import { powCases } from './pow.ts';
import { preluCases } from './prelu.ts';
import { quantizeCases } from './quantize.ts';
import { quantizeRealCases } from './quantize-real.ts';
import { reduceSumCases } from './reduce-sum.ts';
import { reluCases } from './relu.ts';
import { rescaleCases } from './rescale.ts';
import { reshapeCases } from './reshape.ts';
import { resizeBilinearCases } from './resize-bilinear.ts';
import { resizeNearestNeighborCases } from './resize-nearest-neighbor.ts';
import { rsqrtCases } from './rsqrt.ts';
import { selectChannelsCases } from './select-channels.ts';
import { sliceCases } from './slice.ts';
import { softmaxCases } from './softmax.ts';
import { sqrtCases } from './sqrt.ts';
import { squaredDifferenceCases } from './squared-difference.ts';
import { subCases } from './sub.ts';
import { swishCases } from './swish.ts';
import { tanhCases } from './tanh.ts';
import { transposeCases } from './transpose.ts';
import { transposeConv2dCases } from './transpose-conv2d.ts';

/** The cases of every operator with a kernel, in the order of src/ops/catalogue.ts. */
export const catalogue: readonly OperatorCases[] = [
  conv2dCases,
  depthwiseConv2dCases,
  fullyConnectedCases,
  addCases,
  averagePool2dCases,
  meanCases,
  reduceSumCases,
  padCases,
  reshapeCases,
  sliceCases,
  selectChannelsCases,
  concatCases,
  softmaxCases,
  quantizeCases,
  rescaleCases,
  reluCases,
  mulCases,
  logisticCases,
  hardSigmoidCases,
  swishCases,
  hardSwishCases,
  maxPool2dCases,
  transposeCases,
  transposeConv2dCases,
  subCases,
  tanhCases,
  leakyReluCases,
  preluCases,
  resizeNearestNeighborCases,
  resizeBilinearCases,
  quantizeRealCases,
  dequantizeCases,
  argMaxCases,
  absCases,
  eluCases,
  expCases,
  geluCases,
  logCases,
  lookupCases,
  negCases,
  powCases,
  rsqrtCases,
  sqrtCases,
  minimumCases,
  maximumCases,
  squaredDifferenceCases,
];

/** The same, each after its name, for the titles of tests. */
export const named = catalogue.map((cases): [type: string, cases: OperatorCases] => [cases.op.type, cases]);
