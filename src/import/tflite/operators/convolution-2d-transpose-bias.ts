import { transposeConv2d } from '../../../ops/transpose-conv2d.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { constant, fileInput, operand } from '../../operand.ts';
import { times } from '../../shapes.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { inputChannels, readBias, readWeights } from '../weights.ts';

/** TfLiteTransposeConvParams, as it lies in memory: three 32-bit integers. */
const optionBytes = 12;
/** TfLitePadding. */
const same = 1;

interface Options {
  readonly isSame: boolean;
  readonly stride: readonly [h: number, w: number];
}

function readOptions(node: TfliteNode): Options | undefined {
  const { customOptions: bytes = new Uint8Array() } = node.operator;
  if (bytes.length < optionBytes) {
    return problem(
      node,
      `its options have ${bytes.length} bytes (${optionBytes}: padding, stride over columns and rows)`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [padding, w, h] = [0, 4, 8].map((at) => view.getInt32(at, true)) as [number, number, number];
  if (w < 1 || h < 1) return problem(node, `stride ${times([h, w])} is not supported (from 1×1)`);
  return { isSame: padding === same, stride: [h, w] };
}

/**
 * MediaPipe's custom operator: a transposed convolution of x, weights OHWI and a bias, whose size follows from its padding. With
 * SAME, max(0, window − (size − 1) mod stride − 1) rows are left out, the smaller half above (mediapipe/util/tflite/operations/
 * transpose_conv_bias.cc).
 */
export const convertConvolution2dTransposeBias: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const weights = readWeights(node, 4, 0);
  const options = readOptions(node);
  if (!x || !weights || !options || !inputChannels(node, x)) return;
  const [o, h, w, i] = weights.shape;
  const [, height, width, channels] = x.shape;
  if (i !== channels) {
    problem(node, `weights [${weights.shape}] do not take ${channels} channels ([O, h, w, I])`);
    return;
  }
  if (!fileInput(node, 2)) {
    problem(node, 'its bias is missing');
    return;
  }
  const { isSame, stride } = options;
  const left = [
    [h, height, stride[0]],
    [w, width, stride[1]],
  ].map(([window, size, step]) => (isSame ? Math.max(0, window - ((size - 1) % step) - 1) : 0));
  const size = [stride[0] * (height - 1) + h - left[0], stride[1] * (width - 1) + w - left[1]] as const;
  const crop = [Math.floor(left[0] / 2), Math.floor(left[1] / 2)] as const;
  const attributes = { stride, crop, size, activation: 'none', scaleProduct: 'f64' } as const;
  emit(node, transposeConv2d, attributes, [x.id, constant(node, weights, weights.shape, 0), readBias(node, o)]);
};
