import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { logSoftmax } from '../../src/ops/log-softmax.ts';
import { type OperatorCases, problems } from '../support/operator-cases.ts';

export function logSoftmaxGraph(shape: NHWC, scale = 0.1): Graph {
  const build = new GraphBuilder('logSoftmax');
  const x = build.input('x', shape, quantizedBy(scale, 20));
  build.output(build.add(logSoftmax, {}, [x], { name: 'y', quantization: quantizedBy(1 / 16, 127) }));
  return build.build();
}

export const logSoftmaxCases: OperatorCases = {
  op: logSoftmax,
  tails: (c, w) => [logSoftmaxGraph([1, 2, w, c])],
  rings: { logSoftmax: logSoftmaxGraph([1, 30, 2, 11]) },
  hostile: [logSoftmaxGraph([1, 2, 2, 5])],
  needs: { graphs: { 'of pixels': logSoftmaxGraph([1, 2, 3, 7]) }, data: () => ({ tables: 2048 }) },
  refused: [
    [{ of: 0 }, logSoftmaxGraph([1, 2, 2, 5])],
    [{ of: 3 }, logSoftmaxGraph([1, 2, 2, 5])],
  ],
  extremes: {
    'scales of every size, and as many channels as the sum holds': () =>
      problems(
        ...[-25, -12, -6, -3, -1, 0, 1, 3, 5, 9].map((n) => logSoftmaxGraph([1, 3, 4, 9], 1.37 * 2 ** n)),
        logSoftmaxGraph([1, 1, 1, 4095], 2 ** -12),
      ),
  },
};
