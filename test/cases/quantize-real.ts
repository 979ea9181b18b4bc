import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { quantizeReal } from '../../src/ops/quantize-real.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export function quantizeRealGraph(shape: NHWC, to: 'i8' | 'u8' = 'i8'): Graph {
  const build = new GraphBuilder(`quantize f32 to ${to}`);
  const x = build.input('x', shape, undefined, { dtype: 'f32' });
  const quantization = quantizedBy(0.05, to === 'u8' ? 120 : -7);
  build.output(build.add(quantizeReal, {}, [x], { name: 'y', dtype: to, quantization }));
  return build.build();
}

export const quantizeRealCases: OperatorCases = {
  op: quantizeReal,
  tails: (c, w) => [quantizeRealGraph([1, 3, w, c], c % 2 ? 'i8' : 'u8')],
  rings: { 'quantize of real values': quantizeRealGraph([1, 30, 5, 7]) },
  hostile: [quantizeRealGraph([1, 3, 2, 5])],
};
