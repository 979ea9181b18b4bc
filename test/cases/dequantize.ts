import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { dequantize } from '../../src/ops/dequantize.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export function dequantizeGraph(shape: NHWC, from: 'i8' | 'u8' = 'i8'): Graph {
  const build = new GraphBuilder(`dequantize ${from}`);
  const x = build.input('x', shape, quantizedBy(0.05, from === 'u8' ? 120 : -7), { dtype: from });
  build.output(build.add(dequantize, {}, [x], { name: 'y', dtype: 'f32' }));
  return build.build();
}

export const dequantizeCases: OperatorCases = {
  op: dequantize,
  tails: (c, w) => [dequantizeGraph([1, 3, w, c], c % 2 ? 'u8' : 'i8')],
  rings: { dequantize: dequantizeGraph([1, 30, 5, 7]) },
  hostile: [dequantizeGraph([1, 3, 2, 5])],
  needs: { graphs: { 'of pixels': dequantizeGraph([1, 3, 4, 5]) }, data: () => ({ table: 1024 }) },
};
