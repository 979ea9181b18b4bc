import { checkKind } from '../format/arguments.ts';
import type { LayerSource } from './layers.ts';

/** The words of network.json as functions: LiteBlock({ in: 8, out: 16 }) is { "type": "LiteBlock", "in": 8, "out": 16 }. */

type Fields<Type extends LayerSource['type']> = Omit<Extract<LayerSource, { type: Type }>, 'type'>;

function layer(type: LayerSource['type'], fields: object): LayerSource {
  checkKind(`${type}: fields`, fields, 'Object');
  return { type, ...fields } as LayerSource;
}

const word =
  <Type extends LayerSource['type']>(type: Type) =>
  (fields: Fields<Type>): LayerSource =>
    layer(type, fields);

/** For layers whose fields may all be left out. */
const bare =
  <Type extends LayerSource['type']>(type: Type) =>
  (fields: Partial<Fields<Type>> = {}): LayerSource =>
    layer(type, fields);

/** Layers one after another. */
export const Sequential = word('Sequential');
/** The sum of its layers and a shortcut. */
export const Residual = word('Residual');
/** Branches of one input, joined along the channels. */
export const Concat = word('Concat');
/** A convolution along one axis. */
export const Conv1d = word('Conv1d');
/** A convolution. */
export const Conv2d = word('Conv2d');
/** A transposed convolution. */
export const ConvTranspose2d = word('ConvTranspose2d');
/** A depthwise convolution, then a pointwise one. */
export const DepthwiseSeparableConv = word('DepthwiseSeparableConv');
/** A depthwise separable block with a residual connection. */
export const LiteBlock = word('LiteBlock');
/** The block of MobileNetV2 and V3. */
export const InvertedResidual = word('InvertedResidual');
/** The unit of ShuffleNet V2. */
export const ShuffleUnit = word('ShuffleUnit');
/** Channel attention. */
export const SqueezeExcite = word('SqueezeExcite');
/** Interleaves groups of channels. */
export const ChannelShuffle = word('ChannelShuffle');
/** Batch normalisation along one axis. */
export const BatchNorm1d = word('BatchNorm1d');
/** Batch normalisation. */
export const BatchNorm2d = word('BatchNorm2d');
/** A maximum over windows along one axis. */
export const MaxPool1d = word('MaxPool1d');
/** A maximum over windows. */
export const MaxPool2d = word('MaxPool2d');
/** A mean over windows along one axis. */
export const AvgPool1d = word('AvgPool1d');
/** A mean over windows. */
export const AvgPool2d = word('AvgPool2d');
/** Enlarges the image. */
export const Upsample = word('Upsample');
/** Rows and columns of 0 around the image. */
export const ZeroPad2d = word('ZeroPad2d');
/** A fully connected layer. */
export const Linear = word('Linear');
/** A mean over all positions of one axis. */
export const AdaptiveAvgPool1d = bare('AdaptiveAvgPool1d');
/** A mean over all pixels. */
export const AdaptiveAvgPool2d = bare('AdaptiveAvgPool2d');
/** The maximum over all positions of one axis. */
export const AdaptiveMaxPool1d = bare('AdaptiveMaxPool1d');
/** The maximum over all pixels. */
export const AdaptiveMaxPool2d = bare('AdaptiveMaxPool2d');
/** max(x, 0). */
export const ReLU = bare('ReLU');
/** min(max(x, 0), 6). */
export const ReLU6 = bare('ReLU6');
/** 1 / (1 + exp(−x)). */
export const Sigmoid = bare('Sigmoid');
/** relu6(x + 3) / 6. */
export const Hardsigmoid = bare('Hardsigmoid');
/** x · sigmoid(x). */
export const SiLU = bare('SiLU');
/** x · relu6(x + 3) / 6. */
export const Hardswish = bare('Hardswish');
/** x between two limits. */
export const Hardtanh = bare('Hardtanh');
/** tanh(x). */
export const Tanh = bare('Tanh');
/** x, or exp(x) − 1 below 0. */
export const ELU = bare('ELU');
/** x · Φ(x), Φ being the normal distribution. */
export const GELU = bare('GELU');
/** Blocks of channels as pixels: a larger image. */
export const PixelShuffle = word('PixelShuffle');
/** Blocks of pixels as channels: a smaller image. */
export const PixelUnshuffle = word('PixelUnshuffle');
/** The last steps of a sequence that is given a few steps at a time: state that is kept between runs. */
export const Stream = word('Stream');
/** x, or x · negative_slope below 0. */
export const LeakyReLU = bare('LeakyReLU');
/** x, or x · a learned slope below 0. */
export const PReLU = bare('PReLU');
/** Scores that add up to 1. */
export const Softmax = bare('Softmax');
/** An image as one vector. */
export const Flatten = bare('Flatten');
/** Nothing, in inference. */
export const Dropout = bare('Dropout');
/** Nothing. */
export const Identity = bare('Identity');
