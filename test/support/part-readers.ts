import { type GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { elements, noPadding } from '../../src/graph/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { averagePool2d } from '../../src/ops/average-pool2d.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { depthwiseConv2d } from '../../src/ops/depthwise-conv2d.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import { logistic } from '../../src/ops/logistic.ts';
import { maxPool2d } from '../../src/ops/max-pool2d.ts';
import { mean } from '../../src/ops/mean.ts';
import { mul } from '../../src/ops/mul.ts';
import { pad } from '../../src/ops/pad.ts';
import { quantize } from '../../src/ops/quantize.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { resizeBilinear } from '../../src/ops/resize-bilinear.ts';
import { resizeNearestNeighbor } from '../../src/ops/resize-nearest-neighbor.ts';
import { selectChannels } from '../../src/ops/select-channels.ts';
import { slice } from '../../src/ops/slice.ts';
import { softmax } from '../../src/ops/softmax.ts';
import { transpose } from '../../src/ops/transpose.ts';
import { transposeConv2d } from '../../src/ops/transpose-conv2d.ts';
import { bytesOf, shuffled } from './problems.ts';

export const own = quantizedBy(0.05, -7);
export const window = { stride: [1, 1], dilation: [1, 1], padding: noPadding } as const;
export const linear = { activation: 'none', scaleProduct: 'f64' } as const;
const larger = { size: [7, 6], alignCorners: false, halfPixelCenters: false } as const;
export const around = { top: 1, left: 1, bottom: 1, right: 1 };

export interface Part {
  readonly build: GraphBuilder;
  readonly x: TensorId;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export const weights = (build: GraphBuilder, shape: readonly number[]): TensorId =>
  build.constant(
    'w',
    shape,
    bytesOf(3, elements(shape)).map((v) => Math.max(v, -127)),
    quantizedBy(0.003, 0),
  );

/** Every kernel on a part of a tensor, by what it is called in tests. */
export const readers: Record<string, (part: Part) => TensorId> = {
  'pointwise convolution': ({ build, x, channels }) =>
    build.add(conv2d, { ...window, ...linear, groups: 1 }, [x, weights(build, [9, 1, 1, channels])], {
      quantization: own,
    }),
  'pointwise convolution, stride 2': ({ build, x, channels }) =>
    build.add(conv2d, { ...window, ...linear, stride: [2, 2], groups: 1 }, [x, weights(build, [3, 1, 1, channels])], {
      quantization: own,
    }),
  'grouped pointwise convolution': ({ build, x, channels }) =>
    build.add(conv2d, { ...window, ...linear, groups: channels }, [x, weights(build, [2 * channels, 1, 1, 1])], {
      quantization: own,
    }),
  'convolution 3×1': ({ build, x, channels }) => {
    const padding = { ...noPadding, top: 1, bottom: 1 };
    const attributes = { ...window, ...linear, padding, groups: 1 };
    return build.add(conv2d, attributes, [x, weights(build, [5, 3, 1, channels])], { quantization: own });
  },
  'fully connected': ({ build, x, channels }) =>
    build.add(fullyConnected, linear, [x, weights(build, [10, channels])], { quantization: own }),
  'depthwise 3×3': ({ build, x, channels }) =>
    build.add(depthwiseConv2d, { ...window, ...linear, padding: around }, [x, weights(build, [3, 3, channels])], {
      quantization: own,
    }),
  'depthwise 2×5, multiplier 2': ({ build, x, channels }) => {
    const attributes = { ...window, ...linear, padding: { top: 0, left: 3, bottom: 1, right: 2 } };
    // One channel into two is gemm's, which wants the taps of a row side by side.
    const outputs = channels === 1 ? 1 : 2 * channels;
    return build.add(depthwiseConv2d, attributes, [x, weights(build, [2, 5, outputs])], { quantization: own });
  },
  'add to itself': ({ build, x }) => build.add(add, { activation: 'none' }, [x, x], { quantization: own }),
  'average pool': ({ build, x }) =>
    build.add(averagePool2d, { ...window, window: [2, 2], padding: around, activation: 'none' }, [x], {
      quantization: own,
    }),
  'max pool': ({ build, x }) =>
    build.add(maxPool2d, { ...window, window: [2, 2], padding: around, activation: 'none' }, [x], {
      quantization: own,
    }),
  'mul by itself': ({ build, x }) => build.add(mul, { activation: 'none' }, [x, x], { quantization: own }),
  'mul by each channel': ({ build, x }) => {
    const gate = build.add(mean, { axes: 'hw' }, [x], { quantization: own });
    return build.add(mul, { activation: 'none' }, [x, gate], { quantization: own });
  },
  logistic: ({ build, x }) => build.add(logistic, {}, [x], { quantization: quantizedBy(1 / 256, -128) }),
  'mean over the map': ({ build, x }) => build.add(mean, { axes: 'hw' }, [x], { quantization: own }),
  'mean over channels': ({ build, x }) => build.add(mean, { axes: 'c' }, [x], { quantization: own }),
  pad: ({ build, x }) => build.add(pad, { before: [1, 2, 1], after: [0, 1, 2] }, [x], { quantization: own }),
  reshape: ({ build, x, channels, height, width }) =>
    build.add(reshape, { shape: [1, width, height, channels] }, [x], { quantization: own }),
  softmax: ({ build, x }) => build.add(softmax, { beta: 1 }, [x], { quantization: quantizedBy(1 / 256, -128) }),
  quantize: ({ build, x }) => build.add(quantize, {}, [x], { quantization: quantizedBy(0.031, 9) }),
  'slice of rows': ({ build, x, channels, height, width }) =>
    build.add(slice, { begin: [1, 0, 0], size: [height - 1, width, channels] }, [x], { quantization: own }),
  shuffle: ({ build, x, channels }) =>
    build.add(selectChannels, { order: shuffled(channels, channels) }, [x, x], { quantization: own }),
  'transpose of columns and channels': ({ build, x }) =>
    build.add(transpose, { order: [0, 2, 1] }, [x], { quantization: own }),
  'transpose of rows and channels': ({ build, x }) =>
    build.add(transpose, { order: [2, 1, 0] }, [x], { quantization: own }),
  bilinear: ({ build, x }) => build.add(resizeBilinear, { ...larger, unsigned: false }, [x], { quantization: own }),
  'bilinear of uint8': ({ build, x }) =>
    build.add(resizeBilinear, { ...larger, unsigned: true }, [x], { quantization: own }),
  'nearest neighbor': ({ build, x }) => build.add(resizeNearestNeighbor, larger, [x], { quantization: own }),
  'transposed convolution': ({ build, x, channels, height, width }) => {
    const attributes = { ...linear, stride: [2, 2], crop: [1, 0], size: [2 * height, 2 * width + 1] } as const;
    return build.add(transposeConv2d, attributes, [x, weights(build, [9, 3, 3, channels])], { quantization: own });
  },
  'channels of two parts': ({ build, x, channels }) =>
    build.add(selectChannels, { order: shuffled(2 * channels, 2) }, [x, x], { quantization: own }),
};
