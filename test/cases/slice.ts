import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { slice } from '../../src/ops/slice.ts';
import type { OperatorCases } from '../support/operator-cases.ts';
import { own } from '../support/parts.ts';
import type { Three } from '../support/tiles.ts';

export function sliceGraph(shape: NHWC, begin: Three, size: Three): Graph {
  const build = new GraphBuilder('slice');
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  build.output(build.add(slice, { begin, size }, [x], { name: 'y', quantization: quantizedBy(0.05, -7) }));
  return build.build();
}

const small = sliceGraph([1, 3, 5, 9], [1, 2, 5], [2, 3, 4]);

export const sliceCases: OperatorCases = {
  op: slice,
  tails: (c, w) => [
    sliceGraph([1, 3, w + 2, c + 2], [1, 1, 1], [2, w, c]),
    sliceGraph([1, 3, w, c], [1, 0, 0], [1, w, c]),
  ],
  rings: {
    'slice of columns and channels': sliceGraph([1, 30, 5, 9], [0, 1, 3], [30, 3, 4]),
    'slice of rows': sliceGraph([1, 33, 5, 3], [2, 0, 0], [27, 5, 3]),
  },
  hostile: [sliceGraph([1, 4, 4, 3], [1, 2, 1], [2, 2, 2])],
  beyond: [
    [{ firstColumn: 3 }, small],
    [{ firstChannel: 6 }, small],
    [{ padTop: -2 }, small],
  ],
  parts: {
    'slice of rows': ({ build, x, channels, height, width }) =>
      build.add(slice, { begin: [1, 0, 0], size: [height - 1, width, channels] }, [x], { quantization: own }),
  },
};
