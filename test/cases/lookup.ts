import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { lookup } from '../../src/ops/lookup.ts';
import { functionCases } from '../support/function-cases.ts';
import type { OperatorCases } from '../support/operator-cases.ts';
import { bytesOf } from '../support/values.ts';

const cases = functionCases(lookup, { table: Array.from(bytesOf(3, 256)) });

/** A table of real values, as a model's end has it. */
function realGraph(shape: NHWC): Graph {
  const build = new GraphBuilder('a table of real values');
  const x = build.input('x', shape, quantizedBy(0.05, 11));
  const table = Array.from({ length: 256 }, (_, i) => Math.fround((i - 100) / 7));
  build.output(build.add(lookup, { table }, [x], { name: 'y', dtype: 'f32' }));
  return build.build();
}

export const lookupCases: OperatorCases = {
  ...cases,
  tails: (c, w) => [...cases.tails(c, w), realGraph([1, 2, w, c])],
  rings: { ...cases.rings, 'Lookup of real values': realGraph([1, 30, 5, 7]) },
  hostile: [...cases.hostile, realGraph([1, 3, 2, 5])],
};
