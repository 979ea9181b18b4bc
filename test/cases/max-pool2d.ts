import type { Graph } from '../../src/graph/graph.ts';
import { maxPool2d } from '../../src/ops/max-pool2d.ts';
import { type OperatorCases, problems } from '../support/operator-cases.ts';
import { own, window } from '../support/parts.ts';
import { poolGraph } from '../support/pools.ts';
import { around, smallMaps } from '../support/tiles.ts';
import type { Windowed } from '../support/windowed.ts';

export const maxPoolGraph = (given: Windowed): Graph => poolGraph(given, maxPool2d);

const padded = maxPoolGraph({ shape: [1, 6, 6, 5], window: [3, 3], padding: around([3, 3]) });

export const maxPool2dCases: OperatorCases = {
  op: maxPool2d,
  tails: (c, w) => [
    maxPoolGraph({ shape: [1, 4, w, c], window: [3, 3], padding: around([3, 3]), activation: 'relu6' }),
    maxPoolGraph({ shape: [1, 4, w, c], window: [4, w] }),
  ],
  extremes: {
    'a window larger than the map': () =>
      problems(
        ...smallMaps.map(([h, w]) => maxPoolGraph({ shape: [1, h, w, 9], window: [5, 5], padding: around([5, 5]) })),
      ),
  },
  rings: {
    'max pool 3×3, stride 2': maxPoolGraph({
      shape: [1, 60, 7, 6],
      window: [3, 3],
      stride: [2, 2],
      padding: around([3, 3]),
    }),
    'max pool 2×2, stride 2': maxPoolGraph({ shape: [1, 60, 6, 19], stride: [2, 2], activation: 'relu' }),
  },
  hostile: [padded],
  refused: [
    [{ windowW: 0 }, padded],
    [{ strideW: 3 }, padded],
    [{ dilationW: 2 }, padded],
    [{ padLeft: 3 }, padded],
    [{ padTop: 3 }, padded],
    [{ dilationH: 2 }, padded],
    [{ zeroRow: 0 }, padded],
  ],
  parts: {
    'max pool': ({ build, x }) => {
      const attributes = { ...window, window: [2, 2], padding: around([3, 3]), activation: 'none' } as const;
      return build.add(maxPool2d, attributes, [x], { quantization: own });
    },
  },
};
