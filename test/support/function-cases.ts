import type { ElementwiseAttributes } from '../../src/graph/attributes.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { AnyOp, Op } from '../../src/graph/op.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { abs } from '../../src/ops/abs.ts';
import { elu } from '../../src/ops/elu.ts';
import { exp } from '../../src/ops/exp.ts';
import { gelu } from '../../src/ops/gelu.ts';
import { hardSigmoid } from '../../src/ops/hard-sigmoid.ts';
import { hardSwish } from '../../src/ops/hard-swish.ts';
import { log } from '../../src/ops/log.ts';
import { logistic } from '../../src/ops/logistic.ts';
import { neg } from '../../src/ops/neg.ts';
import { pow } from '../../src/ops/pow.ts';
import { rsqrt } from '../../src/ops/rsqrt.ts';
import { sqrt } from '../../src/ops/sqrt.ts';
import { swish } from '../../src/ops/swish.ts';
import { tanh } from '../../src/ops/tanh.ts';
import type { OperatorCases } from './operator-cases.ts';

/** Functions of one value. */
export const functions: readonly AnyOp[] = [
  ...[logistic, tanh, hardSigmoid, swish, hardSwish],
  ...[abs, elu, exp, gelu, log, neg, pow, rsqrt, sqrt],
];

export function functionGraph<Attributes = ElementwiseAttributes>(
  shape: NHWC,
  op: Op<Attributes>,
  ...[attributes]: Record<string, never> extends Attributes ? [] : [Attributes]
): Graph {
  const build = new GraphBuilder(op.type);
  const x = build.input('x', shape, quantizedBy(0.05, 11));
  const { scale, zeroPoint } = op.operands.outputs[0]?.fixed ?? { scale: 0.04, zeroPoint: -90 };
  const given = attributes ?? ({} as Attributes);
  build.output(build.add(op, given, [x], { name: 'y', quantization: quantizedBy(scale, zeroPoint) }));
  return build.build();
}

/** The cases that every function of one value has. */
export const functionCases = <Attributes = ElementwiseAttributes>(
  op: Op<Attributes>,
  ...attributes: Record<string, never> extends Attributes ? [] : [Attributes]
): OperatorCases => ({
  op,
  tails: (c, w) => [functionGraph([1, 2, w, c], op, ...attributes)],
  rings: { [op.type]: functionGraph([1, 30, 5, 7], op, ...attributes) },
  hostile: [functionGraph([1, 3, 2, 5], op, ...attributes)],
});
