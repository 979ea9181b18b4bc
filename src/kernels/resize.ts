import {
  integerPosition,
  nearestPlace,
  placeSteps,
  type ResizedAxis,
  realPosition,
} from '../arithmetic/resize-positions.ts';
import type { ResizeAttributes, ResizeBilinearAttributes } from '../graph/attributes.ts';
import { inputOf, type NodeView, nhwc, outputOf } from '../graph/graph.ts';
import type { Kernel, PackContext } from '../graph/kernel.ts';
import type { Tensor } from '../graph/tensor.ts';
import { firstOf, unlessQuantized, unlessSameBytes } from './refusals.ts';

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
  readsApart: () => true,
  writesApart: true,
  scratchBytes: () => 0,
} as const;

/** Positions are whole, so that pixels are copied. */
export const resizeNearestNeighbor: Kernel<ResizeAttributes> = {
  ...resize,
  refuses: (view) => unlessSameBytes(view.inputs[0], outputOf(view)),
  pack: (view, context) => words(view, context, (axis, i) => nearestPlace(axis, i) * placeSteps, false),
};

/** Positions in integers, or in float32 for values that were unsigned. */
export const resizeBilinear: Kernel<ResizeBilinearAttributes> = {
  ...resize,
  refuses: (view) => firstOf(unlessQuantized('x', view.inputs[0], 'i8'), unlessQuantized('y', outputOf(view), 'i8')),
  pack(view, context) {
    const { unsigned } = view.attributes;
    return words(view, context, unsigned ? realPosition : integerPosition, unsigned);
  },
};
