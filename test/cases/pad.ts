import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { pad } from '../../src/ops/pad.ts';
import { anyWindowed } from '../support/any-windowed.ts';
import type { OperatorCases } from '../support/operator-cases.ts';
import { own } from '../support/parts.ts';
import type { Three } from '../support/tiles.ts';

export function padGraph(shape: NHWC, before: Three, after: Three): Graph {
  const build = new GraphBuilder('pad');
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  build.output(build.add(pad, { before, after }, [x], { name: 'y', quantization: quantizedBy(0.05, -7) }));
  return build.build();
}

export const padCases: OperatorCases = {
  op: pad,
  tails: (c, w) => [padGraph([1, 3, w, c], [1, 0, 2], [0, 2, 1])],
  rings: {
    pad: padGraph([1, 30, 5, 3], [2, 1, 0], [1, 2, 0]),
    'pad of channels': padGraph([1, 30, 5, 3], [0, 0, 2], [0, 0, 2]),
  },
  hostile: [padGraph([1, 3, 2, 5], [1, 2, 3], [1, 0, 0])],
  beyond: [
    [{ padLeft: 3 }, padGraph([1, 3, 4, 5], [1, 2, 3], [1, 0, 0])],
    [{ padChannel: 4 }, padGraph([1, 3, 4, 5], [1, 2, 3], [1, 0, 0])],
  ],
  parts: {
    pad: ({ build, x }) => build.add(pad, { before: [1, 2, 1], after: [0, 1, 2] }, [x], { quantization: own }),
  },
  real: anyWindowed.map(({ shape }) => padGraph(shape, [1, 0, 2], [0, 2, 1])),
};
