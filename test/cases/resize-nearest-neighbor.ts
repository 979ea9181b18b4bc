import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { resizeNearestNeighbor } from '../../src/ops/resize-nearest-neighbor.ts';
import type { OperatorCases } from '../support/operator-cases.ts';
import { larger, own } from '../support/parts.ts';
import { anyResizing, type Resizing, resizeGraph } from '../support/resizing.ts';

export const nearestGraph = (shape: NHWC, given: Resizing): Graph => resizeGraph('nearest', shape, given);

export const resizeNearestNeighborCases: OperatorCases = {
  op: resizeNearestNeighbor,
  tails: (c, w) => [nearestGraph([1, 3, w, c], { to: [6, 2 * w] })],
  random: { problem: anyResizing(nearestGraph), runs: 150 },
  rings: {
    'nearest neighbor': nearestGraph([1, 20, 3, 9], { to: [40, 6] }),
    'nearest neighbor, to fewer rows': nearestGraph([1, 60, 5, 3], { to: [17, 4], alignCorners: true }),
  },
  hostile: [nearestGraph([1, 3, 3, 5], { to: [7, 5] })],
  parts: {
    'nearest neighbor': ({ build, x }) => build.add(resizeNearestNeighbor, larger, [x], { quantization: own }),
  },
};
