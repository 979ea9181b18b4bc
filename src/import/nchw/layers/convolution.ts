import type { Padding } from '../../../graph/tensor.ts';
import { conv2d } from '../../../ops/conv2d.ts';
import { depthwiseConv2d } from '../../../ops/depthwise-conv2d.ts';
import { transposeConv2d } from '../../../ops/transpose-conv2d.ts';
import { type Frame, misfit } from '../frame.ts';
import { factorsOf, usualPlaces } from '../layout.ts';
import type { Activation, Value } from '../value.ts';
import { constantOf, enterBias, enterWeights } from '../weights.ts';

type Pair = readonly [h: number, w: number];

export interface ConvolutionOptions {
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
  readonly groups: number;
}

const plain = { activation: 'none', scaleProduct: 'f64' } as const;

/** A map of `channels` over the rows and columns that a tensor of the graph has. */
export function mapOf(frame: Frame, id: number, like: Activation): Activation {
  const [, h, w, c] = frame.writer.tensor(id).shape;
  const [n] = like.layout.axes;
  const rank = like.layout.axes.length;
  const axes = rank === 4 ? [n, factorsOf(c), factorsOf(h), factorsOf(w)] : [n, factorsOf(c), factorsOf(w)];
  return { kind: 'activation', id, layout: { axes, places: usualPlaces(axes) } };
}

/** The sizes [o, i, h, w] of weights; those of a convolution over columns alone have no h. */
function weightSizes(shape: readonly number[], what: string): readonly [number, number, number, number] {
  if (shape.length === 3) return [shape[0], shape[1], 1, shape[2]];
  if (shape.length === 4) return shape as unknown as readonly [number, number, number, number];
  return misfit(`${what} have ${shape.length} axes (4: outputs, inputs, height, width; or 3, without a height)`);
}

/** Positions, in the weights [o, i, h, w] of a file, of the weights in the order o, h, w, i. */
function inputsLast([outs, ins, h, w]: readonly number[]): Int32Array {
  const from = new Int32Array(outs * ins * h * w);
  let at = 0;
  for (let o = 0; o < outs; o++)
    for (let tap = 0; tap < h * w; tap++) for (let i = 0; i < ins; i++) from[at++] = (o * ins + i) * h * w + tap;
  return from;
}

/**
 * y = x ∗ weights + bias, of weights [out, in / groups, h, w]; depthwise where there are as many groups as inputs. Output o of a
 * depthwise convolution is of input ⌊o · in / out⌋.
 */
export function convolution(
  frame: Frame,
  value: Value | undefined,
  weightsValue: Value | undefined,
  bias: Value | undefined,
  { stride, padding, dilation, groups }: ConvolutionOptions,
): Activation {
  const x = frame.image(frame.computed(value));
  const weights = constantOf(weightsValue, 'its weights');
  const sizes = weightSizes(weights.shape, 'its weights');
  const [out, ins, h, w] = sizes;
  const channels = frame.shapeOf(x)[3];
  if (channels !== ins * groups || out % groups !== 0) {
    misfit(`weights [${weights.shape.join(', ')}] do not fit ${channels} channels in ${groups} groups`);
  }
  const geometry = { stride, padding, dilation, ...plain };
  const perOutput = (graph: number) => ({ user: 0, graph });
  const from = inputsLast(groups === channels && channels > 1 ? [1, out, h, w] : sizes);
  if (groups === channels && channels > 1) {
    const id = enterWeights(frame, weights, [h, w, out], from, perOutput(2));
    const y = frame.emit(depthwiseConv2d, geometry, [x.id, id, enterBias(frame, bias, out, x.id, id)]);
    return mapOf(frame, y, x);
  }
  const id = enterWeights(frame, weights, [out, h, w, ins], from, perOutput(0));
  const y = frame.emit(conv2d, { ...geometry, groups }, [x.id, id, enterBias(frame, bias, out, x.id, id)]);
  return mapOf(frame, y, x);
}

export interface TransposedOptions extends ConvolutionOptions {
  /** Rows and columns more than the windows and paddings give, at the end. */
  readonly outputPadding: Pair;
}

/**
 * The transposed convolution of weights [in, out / groups, h, w]. Dilated windows become larger ones with zeros, groups become one
 * product with zeros.
 */
export function transposedConvolution(
  frame: Frame,
  value: Value | undefined,
  weightsValue: Value | undefined,
  bias: Value | undefined,
  { stride, padding, dilation, groups, outputPadding }: TransposedOptions,
): Activation {
  const x = frame.image(frame.computed(value));
  const weights = constantOf(weightsValue, 'its weights');
  const [ins, outsOfGroup, h, w] = weightSizes(weights.shape, 'its weights');
  const [, rows, columns, channels] = frame.shapeOf(x);
  if (channels !== ins || ins % groups !== 0) {
    misfit(`weights [${weights.shape.join(', ')}] do not fit ${channels} channels in ${groups} groups`);
  }
  const out = outsOfGroup * groups;
  const [windowH, windowW] = [(h - 1) * dilation[0] + 1, (w - 1) * dilation[1] + 1];
  const from = new Int32Array(out * windowH * windowW * ins).fill(-1);
  for (let i = 0; i < ins; i++) {
    const group = Math.floor(i / (ins / groups));
    for (let k = 0; k < outsOfGroup; k++) {
      const o = group * outsOfGroup + k;
      for (let y = 0; y < h; y++) {
        for (let z = 0; z < w; z++) {
          const to = ((o * windowH + y * dilation[0]) * windowW + z * dilation[1]) * ins + i;
          from[to] = ((i * outsOfGroup + k) * h + y) * w + z;
        }
      }
    }
  }
  if (groups > 1 && weights.quantization && weights.quantization.scale.length > 1) {
    misfit(`${groups} groups with a scale for each output are not supported (one group, or one scale)`);
  }
  const id = enterWeights(frame, weights, [out, windowH, windowW, ins], from, { user: 1, graph: 0 });
  const size = [
    (rows - 1) * stride[0] + windowH - padding.top - padding.bottom + outputPadding[0],
    (columns - 1) * stride[1] + windowW - padding.left - padding.right + outputPadding[1],
  ] as const;
  if (size.some((each) => each < 1)) misfit(`its output would have ${size.join('×')} pixels`);
  const attributes = { stride, crop: [padding.top, padding.left], size, ...plain } as const;
  const y = frame.emit(transposeConv2d, attributes, [x.id, id, enterBias(frame, bias, out, x.id, id)]);
  return mapOf(frame, y, x);
}
