import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { rsqrt } from '../../src/ops/rsqrt.ts';
import { functionCases } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

/** Of values above 0 alone: of others it is a constant, whatever the rounding. */
function positive(): Graph {
  const build = new GraphBuilder(rsqrt.type);
  const x = build.input('x', [1, 2, 2, 8], quantizedBy(0.05, -128));
  build.output(build.add(rsqrt, {}, [x], { name: 'y', quantization: quantizedBy(0.04, -90) }));
  return build.build();
}

export const rsqrtCases: OperatorCases = {
  ...functionCases(rsqrt),
  rounded: positive(),
};
