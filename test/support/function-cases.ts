import type { ElementwiseAttributes } from '../../src/graph/attributes.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { Op } from '../../src/graph/op.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { hardSigmoid } from '../../src/ops/hard-sigmoid.ts';
import { hardSwish } from '../../src/ops/hard-swish.ts';
import { logistic } from '../../src/ops/logistic.ts';
import { swish } from '../../src/ops/swish.ts';
import { tanh } from '../../src/ops/tanh.ts';
import type { OperatorCases } from './operator-cases.ts';

/** Functions of one value without attributes. */
export const functions: readonly Op<ElementwiseAttributes>[] = [logistic, tanh, hardSigmoid, swish, hardSwish];

export function functionGraph(shape: NHWC, op: Op<ElementwiseAttributes>): Graph {
  const build = new GraphBuilder(op.type);
  const x = build.input('x', shape, quantizedBy(0.05, 11));
  const { scale, zeroPoint } = op.operands.outputs[0]?.fixed ?? { scale: 0.04, zeroPoint: -90 };
  build.output(build.add(op, {}, [x], { name: 'y', quantization: quantizedBy(scale, zeroPoint) }));
  return build.build();
}

/** The cases that every function of one value has. */
export const functionCases = (op: Op<ElementwiseAttributes>): OperatorCases => ({
  op,
  tails: (c, w) => [functionGraph([1, 2, w, c], op)],
  rings: { [op.type]: functionGraph([1, 30, 5, 7], op) },
  hostile: [functionGraph([1, 3, 2, 5], op)],
});
