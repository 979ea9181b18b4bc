/**
 * Modules of torch.nn, and layers of Keras, that network.json has no word for. A word that is one of them, or nearer to one
 * of them than to any of network.json, was not mistyped: what it resembles is another function.
 */
export const otherLayers: readonly string[] = [
  ...['CELU', 'GLU', 'Hardshrink', 'LogSigmoid', 'LogSoftmax', 'Mish'],
  ...['MultiheadAttention', 'RReLU', 'SELU', 'Softmax2d', 'Softmin', 'Softplus', 'Softshrink', 'Softsign'],
  ...['Tanhshrink', 'Threshold', 'Maxout', 'ThresholdedReLU', 'Exponential', 'QuickGELU', 'GEGLU', 'SwiGLU'],
  ...['Conv3d', 'ConvTranspose1d', 'ConvTranspose3d', 'Fold', 'Unfold', 'LazyConv2d'],
  ...['Conv2DTranspose', 'DepthwiseConv2D', 'SeparableConv2D', 'LocallyConnected2D', 'DeformConv2d'],
  ...['AdaptiveAvgPool3d', 'AdaptiveMaxPool3d'],
  ...['AvgPool3d', 'MaxPool3d', 'MaxUnpool1d', 'MaxUnpool2d', 'MaxUnpool3d', 'LPPool1d'],
  ...['LPPool2d', 'LPPool3d', 'FractionalMaxPool2d', 'FractionalMaxPool3d', 'GlobalAveragePooling2D', 'MaxPooling2D'],
  ...['MinPool1d', 'MinPool2d', 'MinPool3d', 'MedianPool2d', 'SumPool2d', 'HSigmoid'],
  ...['AveragePooling2D', 'GlobalMaxPooling2D', 'BatchNorm3d', 'SyncBatchNorm', 'GroupNorm'],
  ...['InstanceNorm1d', 'InstanceNorm2d', 'InstanceNorm3d', 'LayerNorm', 'LayerNorm2d', 'LocalResponseNorm', 'RMSNorm'],
  ...['CrossMapLRN2d', 'SpectralNorm', 'WeightNorm', 'Bilinear', 'Embedding', 'EmbeddingBag', 'Dense', 'LazyLinear'],
  ...['GRU', 'GRUCell', 'LSTM', 'LSTMCell', 'RNN', 'RNNCell', 'Transformer', 'TransformerEncoder'],
  ...['TransformerDecoder', 'TransformerEncoderLayer', 'TransformerDecoderLayer'],
  ...['UpsamplingBilinear2d', 'UpsamplingNearest2d', 'Interpolate', 'UpSampling2D', 'Resize', 'Reshape'],
  ...['Permute', 'Transpose', 'Unflatten', 'View', 'Squeeze', 'Unsqueeze', 'Concatenate', 'Add', 'Multiply'],
  ...['CircularPad1d', 'CircularPad2d', 'ConstantPad1d', 'ConstantPad2d', 'ReflectionPad1d', 'ReflectionPad2d'],
  ...['ReplicationPad1d', 'ReplicationPad2d', 'ZeroPad1d', 'ZeroPadding2D', 'AlphaDropout'],
  ...['FeatureAlphaDropout', 'DropPath', 'StochasticDepth', 'CosineSimilarity', 'PairwiseDistance', 'ModuleList'],
  ...['ModuleDict', 'Bottleneck', 'BasicBlock', 'MBConv', 'FusedMBConv', 'ConvNormActivation', 'CNBlock'],
];
