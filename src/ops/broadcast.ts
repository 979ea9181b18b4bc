import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import type { NodeView } from '../graph/op.ts';
import { type ChannelRule, oneToOne, type RowRule } from '../graph/rules.ts';
import type { NHWC, Tensor } from '../graph/tensor.ts';

/** A constant may have fewer axes than four: those in front are 1. */
export const broadcastShapeOf = (tensor: Tensor): NHWC => [1, 1, 1, 1, ...tensor.shape].slice(-4) as unknown as NHWC;

const sizes = ([, h, w, c]: NHWC): string => `${h}×${w}×${c}`;

/** The shape that two of them give together, each axis being equal or 1 in one of them. */
export function broadcastShape(inputs: readonly (Tensor | undefined)[]): readonly (readonly number[])[] {
  const [a, b] = inputs.map((tensor) => broadcastShapeOf(tensor as Tensor)) as [NHWC, NHWC];
  if (a.some((size, axis) => size !== b[axis] && size !== 1 && b[axis] !== 1)) {
    throw new Error(`${sizes(a)} and ${sizes(b)} are not broadcast to one shape (each axis equal, or 1 in either)`);
  }
  return [a.map((size, axis) => Math.max(size, b[axis]))];
}

export function broadcastRows(view: NodeView, input: number): RowRule {
  const [, h] = nhwc(outputOf(view));
  return broadcastShapeOf(inputOf(view, input))[1] === 1 && h > 1 ? { kind: 'once' } : oneToOne;
}

/** The second operand's values go with the channels of the first, unless they are one for all of them. */
export function broadcastChannels(view: NodeView): ChannelRule | undefined {
  const [, , , c] = broadcastShapeOf(inputOf(view, 0));
  if (c !== nhwc(outputOf(view))[3]) return undefined;
  const { shape } = inputOf(view, 1);
  const axis = shape.length - 1;
  return { kind: 'each', constants: (shape[axis] ?? 1) === 1 ? [] : [{ input: 1, axis }] };
}

/** y[i] = f(a, b) for every place of y, an operand repeated along the axes where it is 1. */
export function eachPair(
  view: NodeView,
  [a, b]: readonly [ArrayLike<number>, ArrayLike<number>],
  y: { [i: number]: number },
  f: (a: number, b: number) => number,
): void {
  const [aShape, bShape] = [broadcastShapeOf(inputOf(view, 0)), broadcastShapeOf(inputOf(view, 1))];
  const [, h, w, c] = nhwc(outputOf(view));
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      for (let channel = 0; channel < c; channel++) {
        y[(row * w + column) * c + channel] = f(
          at(a, aShape, row, column, channel),
          at(b, bShape, row, column, channel),
        );
      }
    }
  }
}

/** The value of a broadcast operand at a place of y. Indices, as taking the shape apart costs ten times the rest. */
function at(data: ArrayLike<number>, shape: NHWC, y: number, x: number, channel: number): number {
  const row = shape[1] === 1 ? 0 : y;
  const column = shape[2] === 1 ? 0 : x;
  return data[(row * shape[2] + column) * shape[3] + (shape[3] === 1 ? 0 : channel)];
}
