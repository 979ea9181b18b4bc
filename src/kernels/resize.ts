import {
  integerPosition,
  nearestPlace,
  placeSteps,
  type ResizedAxis,
  realPosition,
} from '../arithmetic/resize-positions.ts';
import type { ResizeAttributes, ResizeBilinearAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import type { NodeView, PackContext } from '../graph/op.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { KernelOf } from './kernel-of.ts';
import { firstOf, whyNotQuantized, whyNotSameBytes } from './refusals.ts';

/** Rows and columns of x as they are resized. */
export function resizedAxes(
  x: Tensor,
  { size, alignCorners, halfPixelCenters }: ResizeAttributes,
): readonly [rows: ResizedAxis, columns: ResizedAxis] {
  const [, h, w] = nhwc(x);
  const how = { alignCorners, halfPixelCenters };
  return [
    { from: h, to: size[0], ...how },
    { from: w, to: size[1], ...how },
  ];
}

const places = (axis: ResizedAxis, position: (axis: ResizedAxis, i: number) => number): number[] =>
  Array.from({ length: axis.to }, (_, i) => position(axis, i));

function words(
  view: NodeView<ResizeAttributes>,
  context: PackContext,
  position: (axis: ResizedAxis, i: number) => number,
  real: boolean,
) {
  const [rowPositions, columnPositions] = resizedAxes(inputOf(view, 0), view.attributes).map((axis) => {
    const positions = places(axis, position);
    return context.data(real ? Float32Array.from(positions) : Int32Array.from(positions));
  }) as [number, number];
  return { rowPositions, columnPositions, real: real ? 1 : 0 };
}

const resize = {
  name: 'resize',
  opcode: 'resize',
} as const;

/** Positions are whole, so that pixels are copied. */
export const resizeNearestNeighbor: KernelOf<'resize', ResizeAttributes> = {
  ...resize,
  refuses: (view) => whyNotSameBytes(view.inputs[0], outputOf(view)),
  pack: (view, context) => words(view, context, (axis, i) => nearestPlace(axis, i) * placeSteps, false),
};

/** Positions in integers, or in float32 for values that were unsigned. */
export const resizeBilinear: KernelOf<'resize', ResizeBilinearAttributes> = {
  ...resize,
  refuses: (view) => firstOf(whyNotQuantized('x', view.inputs[0], 'i8'), whyNotQuantized('y', outputOf(view), 'i8')),
  pack(view, context) {
    const { unsigned } = view.attributes;
    return words(view, context, unsigned ? realPosition : integerPosition, unsigned);
  },
};
