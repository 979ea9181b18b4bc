import type { LayerSource } from './layers.ts';

/** The words of network.json as functions: LiteBlock({ in: 8, out: 16 }) is { "type": "LiteBlock", "in": 8, "out": 16 }. */

type Fields<Type extends LayerSource['type']> = Omit<Extract<LayerSource, { type: Type }>, 'type'>;

const word =
  <Type extends LayerSource['type']>(type: Type) =>
  (fields: Fields<Type>): LayerSource =>
    ({ type, ...fields }) as LayerSource;

/** For layers whose fields may all be left out. */
const bare =
  <Type extends LayerSource['type']>(type: Type) =>
  (fields: Partial<Fields<Type>> = {}): LayerSource =>
    ({ type, ...fields }) as LayerSource;

export const Sequential = word('Sequential');
export const Residual = word('Residual');
export const Concat = word('Concat');
export const Conv1d = word('Conv1d');
export const Conv2d = word('Conv2d');
export const ConvTranspose2d = word('ConvTranspose2d');
export const DepthwiseSeparableConv = word('DepthwiseSeparableConv');
export const LiteBlock = word('LiteBlock');
export const InvertedResidual = word('InvertedResidual');
export const ShuffleUnit = word('ShuffleUnit');
export const SqueezeExcite = word('SqueezeExcite');
export const ChannelShuffle = word('ChannelShuffle');
export const BatchNorm1d = word('BatchNorm1d');
export const BatchNorm2d = word('BatchNorm2d');
export const MaxPool1d = word('MaxPool1d');
export const MaxPool2d = word('MaxPool2d');
export const AvgPool1d = word('AvgPool1d');
export const AvgPool2d = word('AvgPool2d');
export const Upsample = word('Upsample');
export const ZeroPad2d = word('ZeroPad2d');
export const Linear = word('Linear');
export const AdaptiveAvgPool1d = bare('AdaptiveAvgPool1d');
export const AdaptiveAvgPool2d = bare('AdaptiveAvgPool2d');
export const ReLU = bare('ReLU');
export const ReLU6 = bare('ReLU6');
export const Sigmoid = bare('Sigmoid');
export const Hardsigmoid = bare('Hardsigmoid');
export const SiLU = bare('SiLU');
export const Hardswish = bare('Hardswish');
export const Hardtanh = bare('Hardtanh');
export const Tanh = bare('Tanh');
export const LeakyReLU = bare('LeakyReLU');
export const PReLU = bare('PReLU');
export const Softmax = bare('Softmax');
export const Flatten = bare('Flatten');
export const Dropout = bare('Dropout');
export const Identity = bare('Identity');
