import type { Graph } from '../../src/graph/graph.ts';
import { averagePool2d } from '../../src/ops/average-pool2d.ts';
import { anyWindowed } from '../support/any-windowed.ts';
import { type OperatorCases, problems } from '../support/operator-cases.ts';
import { own, window } from '../support/parts.ts';
import { type Pooled, poolGraph } from '../support/pools.ts';
import { around, channels, smallMaps } from '../support/tiles.ts';

export const averagePool2dGraph = (given: Pooled): Graph => poolGraph(given, averagePool2d);

/** Means of legacy uint8, whose halves go up. */
const halvesUp = (c: number): Graph[] =>
  (
    [
      [2, 2],
      [1, 2],
      [4, 5],
    ] as const
  ).flatMap((window) => {
    const given = { shape: [1, 4, 5, c], window, rounding: 'up' } as const;
    return [averagePool2dGraph(given), averagePool2dGraph({ ...given, padding: around(window), activation: 'relu' })];
  });

export const averagePool2dCases: OperatorCases = {
  op: averagePool2d,
  tails: (c, w) => [
    averagePool2dGraph({ shape: [1, 4, w, c], window: [3, 3], padding: around([3, 3]), activation: 'relu6' }),
    averagePool2dGraph({ shape: [1, 4, w, c], window: [4, w] }),
  ],
  extremes: {
    'a window larger than the map': () =>
      problems(
        ...smallMaps.map(([h, w]) =>
          averagePool2dGraph({ shape: [1, h, w, 9], window: [5, 5], padding: around([5, 5]) }),
        ),
      ),
    'means of legacy uint8, whose halves go up': () => problems(...channels.flatMap(halvesUp)),
  },
  rings: {
    'average pool 3×3, stride 2': averagePool2dGraph({
      shape: [1, 60, 7, 6],
      window: [3, 3],
      stride: [2, 2],
      padding: around([3, 3]),
    }),
    'average pool 2×2, stride 2': averagePool2dGraph({ shape: [1, 60, 6, 9], stride: [2, 2] }),
    'average pool of uint8': averagePool2dGraph({ shape: [1, 60, 6, 9], stride: [2, 2], rounding: 'up' }),
  },
  hostile: [averagePool2dGraph({ shape: [1, 6, 6, 5], window: [3, 3], rounding: 'up' })],
  refused: [[{ halvesUp: 2 }, averagePool2dGraph({ shape: [1, 6, 6, 5] })]],
  parts: {
    'average pool': ({ build, x }) => {
      const attributes = { ...window, window: [2, 2], padding: around([3, 3]), activation: 'none' } as const;
      return build.add(averagePool2d, attributes, [x], { quantization: own });
    },
  },
  // Padding narrower than the window, so that every window has a cell.
  real: anyWindowed.map((given) =>
    averagePool2dGraph({ ...given, padding: { top: 1, left: 0, bottom: 0, right: 1 }, window: [2, 3] }),
  ),
};
