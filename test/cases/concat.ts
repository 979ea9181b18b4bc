import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { elements, type NHWC } from '../../src/graph/tensor.ts';
import { concat } from '../../src/ops/concat.ts';
import type { OperatorCases } from '../support/operator-cases.ts';
import { bytesOf } from '../support/values.ts';

/** The channels of each input, one after the other; the last of them may be a constant. */
export function concatGraph(
  [n, h, w, ...channels]: readonly [1, number, number, ...number[]],
  constant = false,
): Graph {
  const build = new GraphBuilder('concat');
  const inputs = channels.map((c, i) => {
    const size: NHWC = [n, h, w, c];
    return constant && i === channels.length - 1
      ? build.constant('one', size, bytesOf(7, elements(size)), quantizedBy(0.05, -7))
      : build.input(`x${i}`, size, quantizedBy(0.05, -7));
  });
  build.output(build.add(concat, {}, inputs, { name: 'y', quantization: quantizedBy(0.05, -7) }));
  return build.build();
}

export const concatCases: OperatorCases = {
  op: concat,
  tails: (c, w) => [concatGraph([1, 3, w, c, 5]), concatGraph([1, 3, w, 3, c], true)],
  rings: {
    'concatenation of three': concatGraph([1, 30, 3, 17, 1, 8]),
    'concatenation with a constant': concatGraph([1, 30, 4, 5, 3, 9], true),
  },
  hostile: [concatGraph([1, 2, 3, 4, 1, 9])],
};
