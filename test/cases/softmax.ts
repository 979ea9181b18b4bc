import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { softmax } from '../../src/ops/softmax.ts';
import { anyWindowed } from '../support/any-windowed.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export function softmaxGraph(shape: NHWC): Graph {
  const build = new GraphBuilder('softmax');
  const x = build.input('x', shape, quantizedBy(0.1, 20));
  build.output(build.add(softmax, { beta: 1 }, [x], { name: 'y', quantization: quantizedBy(1 / 256, -128) }));
  return build.build();
}

export const softmaxCases: OperatorCases = {
  op: softmax,
  tails: (c, w) => [softmaxGraph([1, 2, w, c])],
  rings: { softmax: softmaxGraph([1, 30, 2, 11]) },
  hostile: [softmaxGraph([1, 2, 2, 5])],
  needs: { graphs: { 'of pixels': softmaxGraph([1, 2, 3, 7]) }, data: () => ({ exponentials: 1024 }) },
  parts: {
    softmax: ({ build, x }) => build.add(softmax, { beta: 1 }, [x], { quantization: quantizedBy(1 / 256, -128) }),
  },
  real: anyWindowed.map(({ shape }) => softmaxGraph(shape)),
};
