import fc from 'fast-check';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { resizeBilinear } from '../../src/ops/resize-bilinear.ts';
import { resizeNearestNeighbor } from '../../src/ops/resize-nearest-neighbor.ts';
import type { Problem } from './operator-cases.ts';
import { inputsOf } from './values.ts';

export interface Resizing {
  readonly to: readonly [h: number, w: number];
  readonly alignCorners?: boolean;
  readonly halfPixelCenters?: boolean;
  /** Of values that were uint8. */
  readonly unsigned?: boolean;
}

export function resizeGraph(how: 'nearest' | 'bilinear', shape: NHWC, given: Resizing): Graph {
  const { to: size, alignCorners = false, halfPixelCenters = false, unsigned = false } = given;
  const build = new GraphBuilder(`${how} ${shape} to ${size}${unsigned ? ', unsigned' : ''}`);
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  const attributes = { size, alignCorners, halfPixelCenters };
  const y = { name: 'y', quantization: quantizedBy(0.05, -7) };
  build.output(
    how === 'nearest'
      ? build.add(resizeNearestNeighbor, attributes, [x], y)
      : build.add(resizeBilinear, { ...attributes, unsigned }, [x], y),
  );
  return build.build();
}

/** Every way of bilinear resizing. */
export const bilinearWays: readonly Omit<Resizing, 'to'>[] = [
  {},
  { alignCorners: true },
  { halfPixelCenters: true },
  { unsigned: true },
  { unsigned: true, alignCorners: true },
  { unsigned: true, halfPixelCenters: true },
];

const side = fc.integer({ min: 1, max: 12 });
const longer = fc.integer({ min: 1, max: 40 });

/** Any size to any other, in every way. */
export const anyResizing = (graphOf: (shape: NHWC, given: Resizing) => Graph): fc.Arbitrary<Problem> =>
  fc
    .record({
      shape: fc.tuple(fc.constant(1 as const), side, side, fc.integer({ min: 1, max: 18 })),
      to: fc.tuple(longer, longer),
      way: fc.constantFrom(...bilinearWays),
      seed: fc.nat(1000),
      ends: fc.boolean(),
    })
    .map(({ shape, to, way, seed, ends }) => {
      const graph = graphOf(shape, { to, ...way });
      // Only the ends of int8: sums of the largest size, and halves between them.
      const inputs = inputsOf(graph, seed).map((values) => values.map((q) => (ends ? (q < 0 ? -128 : 127) : q)));
      return { graph, inputs };
    });
