import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { softmaxReal } from '../../src/ops/softmax-real.ts';
import { type OperatorCases, problems } from '../support/operator-cases.ts';

export function softmaxRealGraph(shape: NHWC, scale = 0.1): Graph {
  const build = new GraphBuilder('softmaxReal');
  const x = build.input('x', shape, quantizedBy(scale, 20));
  build.output(build.add(softmaxReal, {}, [x], { name: 'y', dtype: 'f32' }));
  return build.build();
}

export const softmaxRealCases: OperatorCases = {
  op: softmaxReal,
  tails: (c, w) => [softmaxRealGraph([1, 2, w, c])],
  rings: { softmaxReal: softmaxRealGraph([1, 30, 2, 11]) },
  hostile: [softmaxRealGraph([1, 2, 2, 5])],
  needs: { graphs: { 'of pixels': softmaxRealGraph([1, 2, 3, 7]) }, data: () => ({ exponentials: 2048 }) },
  extremes: {
    'scales of every size': () =>
      problems(...[-30, -9, -3, -1, 0, 1, 3, 20, 99].map((n) => softmaxRealGraph([1, 3, 4, 9], 1.37 * 2 ** n))),
  },
};
