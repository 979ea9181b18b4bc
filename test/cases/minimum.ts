import type { Activation } from '../../src/graph/attributes.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { minimum } from '../../src/ops/minimum.ts';
import type { OperatorCases } from '../support/operator-cases.ts';
import { pairGraph, type Second, seconds } from '../support/pairs.ts';

const graphOf = (shape: NHWC, second?: Second, activation?: Activation, yScale?: number): Graph =>
  pairGraph(minimum, shape, second, activation, yScale);

export const minimumCases: OperatorCases = {
  op: minimum,
  tails: (c, w) => seconds.map((second) => graphOf([1, 3, w, c], second, second === 'equal' ? 'relu6' : 'none')),
  rings: {
    minimum: graphOf([1, 30, 5, 7]),
    'minimum, per channel': graphOf([1, 30, 5, 7], 'channel'),
    'minimum, of one channel': graphOf([1, 30, 5, 7], 'map'),
    'minimum, a constant': graphOf([1, 30, 5, 7], 'constant column'),
  },
  hostile: [graphOf([1, 3, 2, 5]), graphOf([1, 3, 2, 5], 'channel')],
  needs: { graphs: { 'of equal shapes': graphOf([1, 3, 4, 5]) }, data: () => ({ tableX: 1024, tableX2: 1024 }) },
};
