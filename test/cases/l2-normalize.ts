import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { l2Normalize } from '../../src/ops/l2-normalize.ts';
import { filled, type OperatorCases, problems } from '../support/operator-cases.ts';

export function l2NormalizeGraph(shape: NHWC, zeroPoint = 11): Graph {
  const build = new GraphBuilder('l2Normalize');
  const x = build.input('x', shape, quantizedBy(0.05, zeroPoint));
  build.output(build.add(l2Normalize, {}, [x], { name: 'y', quantization: quantizedBy(1 / 128, 0) }));
  return build.build();
}

export const l2NormalizeCases: OperatorCases = {
  op: l2Normalize,
  tails: (c, w) => [l2NormalizeGraph([1, 2, w, c])],
  rings: { l2Normalize: l2NormalizeGraph([1, 30, 2, 11]) },
  hostile: [l2NormalizeGraph([1, 2, 2, 5])],
  needs: { graphs: { 'of pixels': l2NormalizeGraph([1, 2, 3, 7]) }, data: () => ({ tables: 2048 }) },
  refused: [[{ of: 0 }, l2NormalizeGraph([1, 2, 2, 5])]],
  extremes: {
    'sums of 0 and 1, of one channel, and the largest that there is': () => [
      filled(l2NormalizeGraph([1, 1, 1, 9]), 11),
      filled(l2NormalizeGraph([1, 1, 1, 1]), 12),
      filled(l2NormalizeGraph([1, 1, 1, 1]), 10),
      ...problems(l2NormalizeGraph([1, 5, 5, 1], -128), l2NormalizeGraph([1, 5, 5, 1], 127)),
      filled(l2NormalizeGraph([1, 1, 1, 33025], -128), 127),
      filled(l2NormalizeGraph([1, 1, 2, 9000], 127), -128),
    ],
  },
};
