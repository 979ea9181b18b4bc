import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { rescale } from '../../src/ops/rescale.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export function rescaleGraph(shape: NHWC): Graph {
  const build = new GraphBuilder('rescale');
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  build.output(build.add(rescale, {}, [x], { name: 'y', quantization: quantizedBy(0.031, 9) }));
  return build.build();
}

export const rescaleCases: OperatorCases = {
  op: rescale,
  tails: (c, w) => [rescaleGraph([1, 3, w, c])],
  rings: { rescale: rescaleGraph([1, 30, 5, 7]) },
  hostile: [rescaleGraph([1, 3, 2, 5])],
};
