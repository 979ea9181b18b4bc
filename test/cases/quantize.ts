import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { quantize } from '../../src/ops/quantize.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export function quantizeGraph(shape: NHWC, from: 'i8' | 'u8' = 'i8', to: 'i8' | 'u8' = 'i8'): Graph {
  const build = new GraphBuilder(`quantize ${from} to ${to}`);
  const x = build.input('x', shape, quantizedBy(0.05, from === 'u8' ? 120 : -7), { dtype: from });
  const quantization = quantizedBy(0.031, to === 'u8' ? 100 : 9);
  build.output(build.add(quantize, {}, [x], { name: 'y', dtype: to, quantization }));
  return build.build();
}

export const quantizeCases: OperatorCases = {
  op: quantize,
  tails: (c, w) => [quantizeGraph([1, 3, w, c], 'u8', 'i8')],
  rings: {
    quantize: quantizeGraph([1, 30, 5, 7]),
    'quantize int8 to uint8': quantizeGraph([1, 30, 5, 7], 'i8', 'u8'),
  },
  hostile: [quantizeGraph([1, 3, 2, 5], 'i8', 'u8')],
  parts: {
    quantize: ({ build, x }) => build.add(quantize, {}, [x], { quantization: quantizedBy(0.031, 9) }),
  },
  rounded: quantizeGraph([1, 2, 2, 2]),
};
