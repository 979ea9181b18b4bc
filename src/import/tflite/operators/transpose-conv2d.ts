import { transposeConv2d } from '../../../ops/transpose-conv2d.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { constant, constantIntegers, integers, operand } from '../../operand.ts';
import { imageShape } from '../../shapes.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { readActivation, readWindow } from '../options.ts';
import { transposeConvOptions } from '../schema.ts';
import { inputChannels, readBias, readWeights } from '../weights.ts';

/**
 * Inputs are the shape of the output, weights OHWI, x and, in newer files, a bias. Paddings are those of the convolution that
 * goes the other way, from the output to x: any output shape may be given, and what lies outside it is left out.
 */
export const convertTransposeConv2d: TfliteConverter = (node) => {
  const sizes = integers(node, 0, 'output sizes');
  const weights = readWeights(node, 4, 0);
  const x = operand(node, 2);
  if (!sizes || !weights || !x || !inputChannels(node, x)) return;
  const declared = node.output.shape;
  if (String(sizes) !== String(declared)) {
    problem(node, `its output sizes are [${sizes}], but the file declares [${declared}]`);
    return;
  }
  const [o, h, w, i] = weights.shape as [number, number, number, number];
  if (sizes.length !== 4 || sizes[3] !== o || i !== x.shape[3]) {
    problem(node, `weights [${weights.shape}] do not lead from ${x.shape[3]} channels to [${sizes}] ([O, h, w, I])`);
    return;
  }
  const y = imageShape(sizes, node.writer.batch);
  const window = readWindow(node, transposeConvOptions, y, [h, w]);
  const activation = readActivation(node, transposeConvOptions.activation);
  if (!window || !activation) return;
  const { stride, padding } = window;
  const attributes = { stride, crop: [padding.top, padding.left], size: [y[1], y[2]] } as const;
  const scaleProduct = weights.shifted ? 'f32' : 'f64';
  const inputs = [x.id, constant(node, weights, weights.shape, 0), readBias(node, o, 3)];
  emit(node, transposeConv2d, { ...attributes, activation, scaleProduct }, inputs);
};

export const transposeConv2dShape = (node: TfliteNode): readonly number[] | undefined => constantIntegers(node, 0);
