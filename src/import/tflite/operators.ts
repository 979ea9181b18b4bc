import { hardSwish } from '../../ops/hard-swish.ts';
import { logistic } from '../../ops/logistic.ts';
import type { Converter } from './conversion.ts';
import { convertAdd } from './operators/add.ts';
import { convertAveragePool2d } from './operators/average-pool2d.ts';
import { convertConv2d } from './operators/conv2d.ts';
import { convertDepthwiseConv2d } from './operators/depthwise-conv2d.ts';
import { convertElementwise, convertRelu } from './operators/elementwise.ts';
import { convertFullyConnected } from './operators/fully-connected.ts';
import { convertMaxPool2d } from './operators/max-pool2d.ts';
import { convertMean } from './operators/mean.ts';
import { convertMul } from './operators/mul.ts';
import { convertPad } from './operators/pad.ts';
import { convertQuantize } from './operators/quantize.ts';
import { convertReshape } from './operators/reshape.ts';
import { convertSoftmax } from './operators/softmax.ts';
import type { OptionsType } from './schema.ts';

interface Conversion {
  /** The table that holds its options. Files may leave it out where every field has its default. */
  readonly options: OptionsType;
  readonly convert: Converter;
}

/** Every builtin operator that is supported. */
export const operators: ReadonlyMap<string, Conversion> = new Map([
  ['ADD', { options: 'AddOptions', convert: convertAdd }],
  ['AVERAGE_POOL_2D', { options: 'Pool2DOptions', convert: convertAveragePool2d }],
  ['CONV_2D', { options: 'Conv2DOptions', convert: convertConv2d }],
  ['DEPTHWISE_CONV_2D', { options: 'DepthwiseConv2DOptions', convert: convertDepthwiseConv2d }],
  ['FULLY_CONNECTED', { options: 'FullyConnectedOptions', convert: convertFullyConnected }],
  ['HARD_SWISH', { options: 'HardSwishOptions', convert: convertElementwise(hardSwish) }],
  ['LOGISTIC', { options: 'None', convert: convertElementwise(logistic) }],
  ['MAX_POOL_2D', { options: 'Pool2DOptions', convert: convertMaxPool2d }],
  ['MEAN', { options: 'ReducerOptions', convert: convertMean }],
  ['MUL', { options: 'MulOptions', convert: convertMul }],
  ['PAD', { options: 'PadOptions', convert: convertPad }],
  ['PADV2', { options: 'PadV2Options', convert: convertPad }],
  ['QUANTIZE', { options: 'QuantizeOptions', convert: convertQuantize }],
  ['RELU', { options: 'None', convert: convertRelu('relu') }],
  ['RELU6', { options: 'None', convert: convertRelu('relu6') }],
  ['RELU_N1_TO_1', { options: 'None', convert: convertRelu('reluN1To1') }],
  ['RESHAPE', { options: 'ReshapeOptions', convert: convertReshape }],
  ['SOFTMAX', { options: 'SoftmaxOptions', convert: convertSoftmax }],
]);
