import type { Activation } from '../../src/graph/attributes.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { sub } from '../../src/ops/sub.ts';
import type { OperatorCases } from '../support/operator-cases.ts';
import { pairGraph, type Second, seconds } from '../support/pairs.ts';

export const subGraph = (shape: NHWC, second?: Second, activation?: Activation): Graph =>
  pairGraph(sub, shape, second, activation);

export const subCases: OperatorCases = {
  op: sub,
  tails: (c, w) => seconds.map((second) => subGraph([1, 3, w, c], second, second === 'equal' ? 'none' : 'reluN1To1')),
  rings: { sub: subGraph([1, 30, 5, 7]), 'sub, of a channel': subGraph([1, 30, 5, 7], 'channel') },
  hostile: [subGraph([1, 3, 2, 5], 'channel')],
  rounded: subGraph([1, 2, 2, 2]),
};
