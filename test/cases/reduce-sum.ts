import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { reduceSum } from '../../src/ops/reduce-sum.ts';
import { anyWindowed } from '../support/any-windowed.ts';
import { filled, type OperatorCases } from '../support/operator-cases.ts';
import { own } from '../support/parts.ts';

function sumGraph(shape: NHWC, axes: 'hw' | 'c', scale = 0.3): Graph {
  const build = new GraphBuilder(`sum over ${axes}`);
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  build.output(build.add(reduceSum, { axes }, [x], { name: 'y', quantization: quantizedBy(scale, 4) }));
  return build.build();
}

export const reduceSumCases: OperatorCases = {
  op: reduceSum,
  tails: (c, w) => [sumGraph([1, 4, w, c], 'hw'), sumGraph([1, 4, w, c], 'c')],
  extremes: {
    'sums beyond the range of a byte': () => [
      filled(sumGraph([1, 9, 9, 9], 'hw'), 127),
      filled(sumGraph([1, 9, 9, 9], 'c'), -128),
      filled(sumGraph([1, 9, 9, 9], 'hw', 2 ** -12), -128),
    ],
  },
  rings: { 'sum over channels': sumGraph([1, 30, 5, 13], 'c') },
  whole: [sumGraph([1, 5, 5, 8], 'hw')],
  hostile: [sumGraph([1, 3, 2, 5], 'hw')],
  parts: {
    'sum over the map': ({ build, x }) => build.add(reduceSum, { axes: 'hw' }, [x], { quantization: own }),
    'sum over channels': ({ build, x }) => build.add(reduceSum, { axes: 'c' }, [x], { quantization: own }),
  },
  real: anyWindowed.map(({ shape, seed }) => sumGraph(shape, seed % 2 ? 'hw' : 'c')),
  rounded: sumGraph([1, 2, 2, 2], 'hw', 0.11),
};
