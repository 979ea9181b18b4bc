import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { dequantize } from '../../src/ops/dequantize.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { slice } from '../../src/ops/slice.ts';
import { anyWindowed } from '../support/any-windowed.ts';
import type { OperatorCases } from '../support/operator-cases.ts';
import { own } from '../support/parts.ts';
import type { Three } from '../support/tiles.ts';

export function reshapeGraph(from: NHWC, to: NHWC): Graph {
  const build = new GraphBuilder('reshape');
  const x = build.input('x', from, quantizedBy(0.05, -7));
  // Another zero point: a tensor of the host's would otherwise take over the new shape, and nothing would run.
  build.output(build.add(reshape, { shape: to }, [x], { name: 'y', quantization: quantizedBy(0.05, -6) }));
  return build.build();
}

/** A reshape or a slice of real values that is a copy, between borders that make no views of it. */
export function copyRealGraph(shape: NHWC, to: NHWC, begin: Three, size: Three): Graph {
  const build = new GraphBuilder('copies of real values');
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  const real = build.add(dequantize, {}, [x], { dtype: 'f32' });
  const shaped = build.add(reshape, { shape: to }, [real], { dtype: 'f32' });
  build.output(build.add(slice, { begin, size }, [shaped], { name: 'y', dtype: 'f32' }));
  return build.build();
}

export const reshapeCases: OperatorCases = {
  op: reshape,
  tails: (c, w) => [
    reshapeGraph([1, 4, w, c], [1, c, w, 4]),
    copyRealGraph([1, 4, w, c], [1, c, w, 4], [0, 0, 1], [c, w, 2]),
  ],
  rings: {
    'reshape into longer rows': reshapeGraph([1, 60, 3, 4], [1, 30, 2, 12]),
    'reshape into shorter rows': reshapeGraph([1, 30, 4, 6], [1, 60, 3, 4]),
  },
  hostile: [copyRealGraph([1, 4, 3, 3], [1, 3, 3, 4], [1, 0, 1], [2, 2, 2])],
  parts: {
    reshape: ({ build, x, channels, height, width }) =>
      build.add(reshape, { shape: [1, width, height, channels] }, [x], { quantization: own }),
  },
  real: anyWindowed.map(({ shape: [, h, w, c] }) => reshapeGraph([1, h, w, c], [1, 1, w, h * c])),
};
