import type { Activation } from '../../graph/attributes.ts';
import { effectiveWindow, type NHWC, type Padding, type Window2d } from '../../graph/tensor.ts';
import { problem } from '../conversion.ts';
import { times } from '../shapes.ts';
import { scalar } from './flatbuffer.ts';
import type { TfliteNode } from './node.ts';
import { activations, paddings } from './schema.ts';

/** The slots of an option table that describes a window. */
export interface WindowSlots {
  readonly padding: number;
  readonly strideW: number;
  readonly strideH: number;
  readonly dilationW?: number;
  readonly dilationH?: number;
}

const supported: Partial<Record<(typeof activations)[number], Activation>> = {
  NONE: 'none',
  RELU: 'relu',
  RELU6: 'relu6',
  RELU_N1_TO_1: 'reluN1To1',
};

/** The fused activation in field `slot` of the operator's options. */
export function readActivation(node: TfliteNode, slot: number): Activation | undefined {
  const number = scalar(node.operator.options, slot, 'Int8');
  const name = activations[number];
  const activation = name && supported[name];
  if (activation) return activation;
  const works = Object.keys(supported).join(', ');
  return problem(node, `the fused activation ${name ?? number} is not supported (${works})`);
}

/** Stride, dilation and padding of a window of `taps` rows and columns over an input of shape `input`. */
export function readWindow(
  node: TfliteNode,
  slots: WindowSlots,
  input: NHWC,
  taps: readonly [h: number, w: number],
): Window2d | undefined {
  const { options, window } = node.operator;
  if (window) return window;
  const int = (slot: number | undefined, otherwise: number): number =>
    slot === undefined ? otherwise : scalar(options, slot, 'Int32', otherwise);
  const stride = [int(slots.strideH, 0), int(slots.strideW, 0)] as const;
  const dilation = [int(slots.dilationH, 1), int(slots.dilationW, 1)] as const;
  const padding = paddings[scalar(options, slots.padding, 'Int8')];
  if (taps.some((size) => size < 1)) return problem(node, `a window of ${times(taps)} is not supported (from 1×1)`);
  if (stride.some((size) => size < 1)) return problem(node, `stride ${times(stride)} is not supported (from 1×1)`);
  if (dilation.some((size) => size < 1))
    return problem(node, `dilation ${times(dilation)} is not supported (from 1×1)`);
  if (!padding) return problem(node, `its padding is not known (${paddings.join(', ')})`);
  return { stride, dilation, padding: explicitPadding(padding, input, taps, stride, dilation) };
}

/** SAME gives ceil(size / stride) outputs; where the padding is odd, the smaller half comes before. */
function explicitPadding(
  padding: (typeof paddings)[number],
  [, h, w]: NHWC,
  taps: readonly [number, number],
  stride: readonly [number, number],
  dilation: readonly [number, number],
): Padding {
  const total = (size: number, axis: 0 | 1): number => {
    if (padding === 'VALID') return 0;
    const last = (Math.ceil(size / stride[axis]) - 1) * stride[axis];
    return Math.max(0, last + effectiveWindow(taps[axis], dilation[axis]) - size);
  };
  const [rows, columns] = [total(h, 0), total(w, 1)];
  const [top, left] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  return { top, left, bottom: rows - top, right: columns - left };
}
