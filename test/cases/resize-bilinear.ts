import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { resizeBilinear } from '../../src/ops/resize-bilinear.ts';
import type { OperatorCases } from '../support/operator-cases.ts';
import { larger, own } from '../support/parts.ts';
import { anyResizing, bilinearWays, type Resizing, resizeGraph } from '../support/resizing.ts';

export const bilinearGraph = (shape: NHWC, given: Resizing): Graph => resizeGraph('bilinear', shape, given);

const resized = bilinearGraph([1, 3, 3, 5], { to: [7, 5] });
const unsigned = bilinearGraph([1, 3, 3, 5], { to: [7, 5], unsigned: true });

/** Positions of three rows or columns: 2^−10 for int8, float32 for what was uint8, which may round up to the last. */
const ofInt8 = { entry: 4, last: 2 * 1024, strays: [2 * 1024 + 1, -1, -0x80000000] };
const ofUint8 = { entry: 4, last: 2.99, strays: [3, -0.51, Number.NaN, Infinity, -Infinity], real: true };

export const resizeBilinearCases: OperatorCases = {
  op: resizeBilinear,
  tails: (c, w) => bilinearWays.map((way) => bilinearGraph([1, 3, w, c], { to: [5, 2 * w + 1], ...way })),
  random: { problem: anyResizing(bilinearGraph), runs: 150 },
  rings: {
    ...Object.fromEntries(
      bilinearWays.map((way) => [
        `bilinear, ${Object.keys(way).join(' and ')}`,
        bilinearGraph([1, 20, 3, 9], { to: [47, 7], ...way }),
      ]),
    ),
    'bilinear, to fewer rows': bilinearGraph([1, 60, 5, 3], { to: [17, 4] }),
  },
  hostile: [resized, unsigned],
  refused: [
    [{ real: 2 }, resized],
    [{ rowKind: 0 }, resized],
    [{ columnPositions: 0x7ffffff0 }, resized],
  ],
  tables: [
    ...['rowPositions', 'columnPositions'].flatMap((word) => [
      { graph: resized, word, ...ofInt8 },
      { graph: unsigned, word, ...ofUint8 },
    ]),
    {
      graph: bilinearGraph([1, 3, 4, 5], { to: [7, 9] }),
      word: 'rowPositions',
      entry: 6,
      last: 2 * 1024,
      strays: [2 * 1024 + 1, -1],
    },
    {
      graph: bilinearGraph([1, 3, 4, 5], { to: [7, 9] }),
      word: 'columnPositions',
      entry: 8,
      last: 3 * 1024,
      strays: [3 * 1024 + 1, -1],
    },
  ],
  needs: {
    graphs: { 'to larger': bilinearGraph([1, 3, 4, 5], { to: [7, 9] }) },
    data: ({ y }) => ({ rowPositions: 4 * y.height, columnPositions: 4 * y.width }),
  },
  parts: {
    bilinear: ({ build, x }) => build.add(resizeBilinear, { ...larger, unsigned: false }, [x], { quantization: own }),
    'bilinear of uint8': ({ build, x }) =>
      build.add(resizeBilinear, { ...larger, unsigned: true }, [x], { quantization: own }),
  },
};
