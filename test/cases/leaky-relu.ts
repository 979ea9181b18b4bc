import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { leakyRelu } from '../../src/ops/leaky-relu.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export function leakyReluGraph(shape: NHWC, alpha: number): Graph {
  const build = new GraphBuilder(`leaky relu, ${alpha}`);
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  const quantization = quantizedBy(0.04, -20);
  build.output(build.add(leakyRelu, { alpha: Math.fround(alpha) }, [x], { name: 'y', quantization }));
  return build.build();
}

export const leakyReluCases: OperatorCases = {
  op: leakyRelu,
  tails: (c, w) => [leakyReluGraph([1, 3, w, c], 0.1)],
  rings: { 'leaky relu': leakyReluGraph([1, 30, 5, 7], 0.2) },
  hostile: [leakyReluGraph([1, 3, 2, 5], 0.2)],
  rounded: leakyReluGraph([1, 2, 2, 2], 0.5),
};
