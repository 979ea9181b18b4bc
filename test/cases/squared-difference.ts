import type { Activation } from '../../src/graph/attributes.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { squaredDifference } from '../../src/ops/squared-difference.ts';
import { type OperatorCases, problems } from '../support/operator-cases.ts';
import { pairGraph, type Second, seconds } from '../support/pairs.ts';

const graphOf = (shape: NHWC, second?: Second, activation?: Activation, yScale?: number): Graph =>
  pairGraph(squaredDifference, shape, second, activation, yScale);

export const squaredDifferenceCases: OperatorCases = {
  op: squaredDifference,
  tails: (c, w) => seconds.map((second) => graphOf([1, 3, w, c], second, second === 'equal' ? 'relu6' : 'none')),
  rings: {
    squaredDifference: graphOf([1, 30, 5, 7]),
    'squaredDifference, per channel': graphOf([1, 30, 5, 7], 'channel'),
    'squaredDifference, of one channel': graphOf([1, 30, 5, 7], 'map'),
    'squaredDifference, a constant': graphOf([1, 30, 5, 7], 'constant column'),
  },
  hostile: [graphOf([1, 3, 2, 5]), graphOf([1, 3, 2, 5], 'channel')],
  needs: { graphs: { 'of equal shapes': graphOf([1, 3, 4, 5]) }, data: () => ({ tableX: 1024, tableX2: 1024 }) },
  extremes: {
    'a multiplier of every size': () =>
      problems(...[-12, -6, -1, 0, 5].map((n) => graphOf([1, 5, 5, 9], 'equal', 'none', Math.fround(0.05) * 2 ** n))),
  },
  refused: [
    [{ of: 3 }, graphOf([1, 3, 2, 5])],
    [{ of: -1 }, graphOf([1, 3, 2, 5])],
    [{ shift: 31 }, graphOf([1, 3, 2, 5])],
    [{ shift: -32 }, graphOf([1, 3, 2, 5])],
    [{ x2: -1 }, graphOf([1, 3, 2, 5])],
    [{ x: 1, x2: 0 }, graphOf([1, 3, 2, 5], 'channel')],
  ],
  rounded: graphOf([1, 2, 2, 2]),
};
