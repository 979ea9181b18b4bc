import type { Activation } from '../../src/graph/attributes.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { relu } from '../../src/ops/relu.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export function reluGraph(shape: NHWC, activation: Activation): Graph {
  const build = new GraphBuilder(activation);
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  build.output(build.add(relu, { activation }, [x], { name: 'y', quantization: quantizedBy(0.031, -100) }));
  return build.build();
}

export const reluCases: OperatorCases = {
  op: relu,
  tails: (c, w) => [reluGraph([1, 3, w, c], 'relu6')],
  rings: { relu: reluGraph([1, 30, 5, 7], 'relu') },
  hostile: [reluGraph([1, 3, 2, 5], 'relu')],
  rounded: reluGraph([1, 2, 2, 2], 'relu6'),
};
