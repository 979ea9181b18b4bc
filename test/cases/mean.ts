import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { mean } from '../../src/ops/mean.ts';
import { anyWindowed } from '../support/any-windowed.ts';
import type { OperatorCases } from '../support/operator-cases.ts';
import { own } from '../support/parts.ts';

export function meanGraph(shape: NHWC, axes: 'hw' | 'c'): Graph {
  const build = new GraphBuilder(`mean over ${axes}`);
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  build.output(build.add(mean, { axes }, [x], { name: 'y', quantization: quantizedBy(0.02, 4) }));
  return build.build();
}

export const meanCases: OperatorCases = {
  op: mean,
  tails: (c, w) => [meanGraph([1, 4, w, c], 'hw'), meanGraph([1, 4, w, c], 'c')],
  rings: { 'mean over channels': meanGraph([1, 30, 5, 13], 'c') },
  whole: [meanGraph([1, 5, 5, 8], 'hw')],
  hostile: [meanGraph([1, 3, 2, 5], 'hw')],
  parts: {
    'mean over the map': ({ build, x }) => build.add(mean, { axes: 'hw' }, [x], { quantization: own }),
    'mean over channels': ({ build, x }) => build.add(mean, { axes: 'c' }, [x], { quantization: own }),
  },
  real: anyWindowed.map(({ shape, seed }) => meanGraph(shape, seed % 2 ? 'hw' : 'c')),
  rounded: meanGraph([1, 2, 2, 2], 'hw'),
};
