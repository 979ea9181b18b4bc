import fc from 'fast-check';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { transpose } from '../../src/ops/transpose.ts';
import type { OperatorCases } from '../support/operator-cases.ts';
import { own } from '../support/parts.ts';
import type { Three } from '../support/tiles.ts';
import { inputsOf } from '../support/values.ts';

export function transposeGraph(shape: NHWC, order: Three): Graph {
  const build = new GraphBuilder(`transpose ${order}`);
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  build.output(build.add(transpose, { order }, [x], { name: 'y', quantization: quantizedBy(0.05, -7) }));
  return build.build();
}

/** Every order of rows, columns and channels. */
export const orders: readonly Three[] = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
];

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

export const transposeCases: OperatorCases = {
  op: transpose,
  tails: (c, w) =>
    orders.flatMap((order) => [
      transposeGraph([1, c, w, 3], order),
      transposeGraph([1, 3, c, w + 7], order),
      transposeGraph([1, w, 9, c], order),
    ]),
  random: {
    problem: fc
      .tuple(upTo(20), upTo(20), upTo(40), fc.constantFrom(...orders), fc.nat(99))
      .map(([h, w, c, order, seed]) => {
        const graph = transposeGraph([1, h, w, c], order);
        return { graph, inputs: inputsOf(graph, seed) };
      }),
    runs: 150,
  },
  rings: { 'transpose of columns and channels': transposeGraph([1, 30, 13, 11], [0, 2, 1]) },
  whole: orders.filter(([h]) => h !== 0).map((order) => transposeGraph([1, 5, 6, 7], order)),
  hostile: [transposeGraph([1, 3, 5, 9], [0, 2, 1]), transposeGraph([1, 3, 5, 4], [1, 2, 0])],
  refused: [
    [{ axisH: 2 }, transposeGraph([1, 4, 4, 4], [0, 2, 1])],
    [{ axisH: 0, axisW: 0 }, transposeGraph([1, 4, 4, 4], [1, 2, 0])],
    [{ axisC: 3 }, transposeGraph([1, 4, 4, 4], [1, 2, 0])],
    [{ axisH: 1, axisW: 2, axisC: 0 }, transposeGraph([1, 4, 4, 4], [0, 2, 1])],
    [{ axisW: 0, axisC: 2 }, transposeGraph([1, 4, 4, 5], [1, 2, 0])],
    [{ rowKind: 0 }, transposeGraph([1, 4, 4, 4], [1, 2, 0])],
  ],
  parts: {
    'transpose of columns and channels': ({ build, x }) =>
      build.add(transpose, { order: [0, 2, 1] }, [x], { quantization: own }),
    'transpose of rows and channels': ({ build, x }) =>
      build.add(transpose, { order: [2, 1, 0] }, [x], { quantization: own }),
  },
};
