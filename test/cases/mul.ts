import type { Activation } from '../../src/graph/attributes.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { mean } from '../../src/ops/mean.ts';
import { mul } from '../../src/ops/mul.ts';
import { type OperatorCases, type Problem, problems } from '../support/operator-cases.ts';
import { pairGraph, type Second, seconds } from '../support/pairs.ts';
import { own } from '../support/parts.ts';

export const mulGraph = (shape: NHWC, second?: Second, activation?: Activation, yScale?: number): Graph =>
  pairGraph(mul, shape, second, activation, yScale);

/** Product of the input scales over y's: 2^n, n from −26 (all outputs alike) to 30. */
function everyProductShift(): Problem[] {
  const found: Graph[] = [];
  for (let n = -26; n <= 30; n += n > -12 && n < 4 ? 1 : 3) {
    const yScale = Math.fround(Math.fround(0.05) * Math.fround(0.02)) / 2 ** n;
    found.push(mulGraph([1, 5, 5, 9], 'equal', 'none', yScale));
    found.push(mulGraph([1, 5, 5, 9], 'channel', 'none', yScale * 1.37));
  }
  return problems(...found);
}

export const mulCases: OperatorCases = {
  op: mul,
  tails: (c, w) => seconds.map((second) => mulGraph([1, 3, w, c], second, second === 'equal' ? 'none' : 'relu6')),
  extremes: { 'a multiplier of exactly 2^30 of a product, and its shifts of every size': everyProductShift },
  rings: {
    mul: mulGraph([1, 30, 5, 7]),
    'mul, per channel': mulGraph([1, 30, 5, 7], 'channel'),
    'mul, of one channel': mulGraph([1, 30, 5, 7], 'map'),
    'mul, of one column': mulGraph([1, 30, 5, 7], 'constant column'),
    'mul, of one row': mulGraph([1, 30, 5, 7], 'row'),
    'mul, a constant': mulGraph([1, 30, 5, 7], 'constant channel', 'relu6'),
  },
  hostile: [mulGraph([1, 3, 2, 5]), mulGraph([1, 3, 2, 5], 'channel')],
  refused: [
    [{ shift: 31 }, mulGraph([1, 3, 2, 5])],
    [{ shift: -32 }, mulGraph([1, 3, 2, 5])],
    [{ rowKind2: 3 }, mulGraph([1, 3, 2, 5], 'channel')],
    [{ x2: -1 }, mulGraph([1, 3, 2, 5])],
    [{ x: 1, x2: 0 }, mulGraph([1, 3, 2, 5], 'channel')],
  ],
  parts: {
    'mul by itself': ({ build, x }) => build.add(mul, { activation: 'none' }, [x, x], { quantization: own }),
    'mul by each channel': ({ build, x }) => {
      const gate = build.add(mean, { axes: 'hw' }, [x], { quantization: own });
      return build.add(mul, { activation: 'none' }, [x, gate], { quantization: own });
    },
  },
  rounded: mulGraph([1, 2, 2, 2]),
};
