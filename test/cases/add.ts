import fc from 'fast-check';
import type { Activation } from '../../src/graph/attributes.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { anyWindowed } from '../support/any-windowed.ts';
import { type OperatorCases, problems } from '../support/operator-cases.ts';
import { pairGraph, type Second, seconds } from '../support/pairs.ts';
import { own } from '../support/parts.ts';

export const addGraph = (shape: NHWC, second?: Second, activation?: Activation, yScale?: number): Graph =>
  pairGraph(add, shape, second, activation, yScale);

export const addCases: OperatorCases = {
  op: add,
  tails: (c, w) => seconds.map((second) => addGraph([1, 3, w, c], second, second === 'equal' ? 'relu6' : 'none')),
  extremes: {
    // The larger input scale is 0.05: outputs of a power of two times it.
    'a multiplier of exactly 2^30 in the last stage': () =>
      problems(...[0.5, 1, 2, 4].map((factor) => addGraph([1, 5, 5, 9], 'equal', 'none', Math.fround(0.05) * factor))),
  },
  rings: {
    add: addGraph([1, 30, 5, 7]),
    'add, per channel': addGraph([1, 30, 5, 7], 'channel'),
    'add, of one channel': addGraph([1, 30, 5, 7], 'map'),
    'add, of one column': addGraph([1, 30, 5, 7], 'column'),
    'add, of one row': addGraph([1, 30, 5, 7], 'row'),
    'add, a constant': addGraph([1, 30, 5, 7], 'constant channel'),
  },
  hostile: [addGraph([1, 3, 2, 5])],
  needs: { graphs: { 'of equal shapes': addGraph([1, 3, 4, 5]) }, data: () => ({ tableX: 1024, tableX2: 1024 }) },
  parts: {
    'add to itself': ({ build, x }) => build.add(add, { activation: 'none' }, [x, x], { quantization: own }),
  },
  real: fc
    .tuple(anyWindowed, fc.constantFrom<Second>(...seconds))
    .map(([{ shape, activation }, second]) => addGraph(shape, second, activation)),
  rounded: addGraph([1, 2, 2, 2]),
};
