import type { Numbers } from '../../../format/values.ts';
import { nhwc } from '../../../graph/graph.ts';
import type { NodeView } from '../../../graph/op.ts';
import { elements, type NHWC, noPadding, type Padding, type Tensor } from '../../../graph/tensor.ts';
import type { Rule, Rules } from '../rule.ts';
import type { Alter } from '../segment.ts';

/** More rows than this are not a mistake of a frame. */
const mostRows = 6;

/** The padding of a window; undefined for what has none. */
function paddingOf({ attributes }: NodeView): Padding | undefined {
  const { padding } = attributes as { readonly padding?: Padding };
  return padding && typeof padding.top === 'number' ? padding : undefined;
}

const withPadding =
  (padding: Padding): Alter =>
  (call) => ({ ...call, view: { ...call.view, attributes: { ...(call.view.attributes as object), padding } } });

/** The other ways to split the rows (or columns) of a border into those before and those after. */
function splits(before: number, after: number): number[] {
  const most = Math.min(mostRows, Math.max(before + after, before, after));
  return before + after === 0 ? [0] : Array.from({ length: most + 1 }, (_, i) => i);
}

/** What a border is called where it is known by a name. */
function sides({ top, left, bottom, right }: Padding): string {
  const plain = `top ${top}, left ${left}, bottom ${bottom}, right ${right}`;
  if (top === bottom && left === right) {
    return `${plain} (the same on both sides, as PyTorch's padding=${top === left ? top : `(${top}, ${left})`})`;
  }
  const smaller = bottom - top >= 0 && bottom - top <= 1 && right - left >= 0 && right - left <= 1;
  return smaller ? `${plain} (the smaller half first, as TensorFlow's SAME)` : plain;
}

/** Windows that begin elsewhere: SAME for explicit padding, and the other way round. */
export const framesOf: Rules = ({ view }) => {
  const padding = paddingOf(view);
  if (!padding) return [];
  const { top, left, bottom, right } = padding;
  const rule = (newTop: number, newLeft: number): Rule => {
    // Beyond the last window nothing is read, so that a border that is as thick on both sides is named where it may be meant.
    const after = (before: number, old: number, oldAfter: number) => Math.max(before, old + oldAfter - before);
    const changed = {
      top: newTop,
      left: newLeft,
      bottom: newTop === top ? bottom : after(newTop, top, bottom),
      right: newLeft === left ? right : after(newLeft, left, right),
    };
    return {
      rule: 'padding',
      does: `pads ${sides(changed)}`,
      instead: `pads ${sides(padding)}`,
      alter: withPadding(changed),
    };
  };
  return splits(top, bottom)
    .flatMap((newTop) => splits(left, right).map((newLeft) => [newTop, newLeft] as const))
    .filter(([newTop, newLeft]) => newTop !== top || newLeft !== left)
    .map(([newTop, newLeft]) => rule(newTop, newLeft));
};

/** Where a border takes its values from: row and column are those of the map, and may lie outside it. */
type Border = (
  row: number,
  column: number,
  channel: number,
  of: (r: number, c: number, channel: number) => number,
) => number;

const nearest = (place: number, size: number): number => Math.min(Math.max(place, 0), size - 1);
const mirrored = (place: number, size: number): number => {
  const inside = Math.abs(place);
  return inside < size ? inside : 2 * (size - 1) - inside;
};

/** The node on a map that has its border as values of its own. */
const withBorder =
  (padding: Padding, border: (h: number, w: number) => Border): Alter =>
  (call) => {
    const [x, ...constants] = call.view.inputs as [Tensor, ...Tensor[]];
    const [, h, w, c] = nhwc(x);
    const { top, left, bottom, right } = padding;
    const shape: NHWC = [1, top + h + bottom, left + w + right, c];
    const values = call.inputs[0] as Numbers; // an op that pads reads no 64-bit integers
    const framed = new (values.constructor as new (length: number) => Numbers)(elements(shape));
    const value = border(h, w);
    const of = (row: number, column: number, channel: number) => values[(row * w + column) * c + channel];
    let to = 0;
    for (let row = -top; row < h + bottom; row++) {
      for (let column = -left; column < w + right; column++) {
        const inside = row >= 0 && row < h && column >= 0 && column < w;
        for (let channel = 0; channel < c; channel++) {
          framed[to++] = inside ? of(row, column, channel) : value(row, column, channel, of);
        }
      }
    }
    const attributes = { ...(call.view.attributes as object), padding: noPadding };
    return {
      ...call,
      view: { ...call.view, attributes, inputs: [{ ...x, shape }, ...constants] },
      inputs: [framed, ...call.inputs.slice(1)],
    };
  };

/** Borders of other values: raw 0 for the zero point, edges that are repeated, borders that count in a mean. */
export const bordersOf: Rules = ({ view, inputs, real }) => {
  const padding = paddingOf(view);
  const x = view.inputs[0];
  if (!padding || !x || x.data || !inputs[0]) return [];
  const { top, left, bottom, right } = padding;
  if (top + left + bottom + right === 0) return [];
  const zero = x.quantization?.zeroPoint[0] ?? 0;
  const instead = real ? 'pads with 0' : `pads with the zero point ${zero}, which is real 0`;
  const rule = (does: string, border: (h: number, w: number) => Border): Rule => ({
    rule: 'padding',
    does,
    instead,
    alter: withBorder(padding, border),
  });
  const raw = real || zero === 0 ? [] : [rule(`pads with raw 0 in place of the zero point ${zero}`, () => () => 0)];
  return [
    ...raw,
    // For a convolution that is what it does already; a pool leaves its border out.
    { ...rule('counts the border as zeros', () => () => zero), instead: 'leaves the border out' },
    rule(
      'repeats the edge of the map as its border',
      (h, w) => (row, column, channel, of) => of(nearest(row, h), nearest(column, w), channel),
    ),
    rule(
      'mirrors the map into its border',
      (h, w) => (row, column, channel, of) =>
        of(nearest(mirrored(row, h), h), nearest(mirrored(column, w), w), channel),
    ),
  ];
};

/** A frame that is laid around a map by a node of its own, with raw 0. */
export const paddedWithRawZero: Rules = ({ view, real }) => {
  const { before } = view.attributes as { readonly before?: readonly number[] };
  const zero = view.outputs[0].quantization?.zeroPoint[0] ?? 0;
  if (real || !before || zero === 0) return [];
  const atZero = <T extends Tensor | undefined>(tensor: T): T =>
    tensor?.quantization ? { ...tensor, quantization: { ...tensor.quantization, zeroPoint: [0] } } : tensor;
  return [
    {
      rule: 'padding',
      does: `pads with raw 0 in place of the zero point ${zero}`,
      instead: `pads with the zero point ${zero}, which is real 0`,
      alter: (call) => ({
        ...call,
        view: { ...call.view, inputs: call.view.inputs.map(atZero), outputs: call.view.outputs.map(atZero) },
      }),
    },
  ];
};
