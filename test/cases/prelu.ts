import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { prelu } from '../../src/ops/prelu.ts';
import { type OperatorCases, problems } from '../support/operator-cases.ts';
import { blocksOf } from '../support/packed-sizes.ts';
import { bytesOf } from '../support/values.ts';

/** A slope for each channel, or one; the shifts of both multipliers follow from the scales. */
export function preluGraph(
  shape: NHWC,
  slopes: 'channel' | 'one' = 'channel',
  slopeScale = 0.01,
  yScale = 0.04,
): Graph {
  const build = new GraphBuilder(`prelu, ${slopes}, ${slopeScale} to ${yScale}`);
  const count = slopes === 'one' ? 1 : shape[3];
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  const values = build.constant('slopes', [1, 1, 1, count], bytesOf(5, count), quantizedBy(slopeScale, 11));
  build.output(build.add(prelu, {}, [x, values], { name: 'y', quantization: quantizedBy(yScale, -20) }));
  return build.build();
}

export const preluCases: OperatorCases = {
  op: prelu,
  tails: (c, w) => [preluGraph([1, 3, w, c])],
  extremes: {
    'shifts of every size, either side': () =>
      problems(
        ...[2 ** -12, 2 ** -5, 0.37, 1, 2 ** 9].flatMap((slopes) =>
          [2 ** -14, 2 ** -5, 0.05, 1, 2 ** 9].map((y) => preluGraph([1, 3, 3, 9], 'channel', slopes, y)),
        ),
        preluGraph([1, 3, 3, 9], 'one'),
      ),
  },
  rings: { prelu: preluGraph([1, 30, 5, 7]) },
  hostile: [preluGraph([1, 3, 2, 5])],
  refused: [
    [{ shift: 31 }, preluGraph([1, 3, 2, 5])],
    [{ shiftBelow: -32 }, preluGraph([1, 3, 2, 5])],
    [{ slopes: 4 }, preluGraph([1, 3, 2, 5])],
  ],
  needs: {
    graphs: { 'a slope for each channel': preluGraph([1, 3, 4, 9]) },
    data: ({ x }) => ({ slopes: 16 * blocksOf(x.channels) }),
  },
  rounded: preluGraph([1, 2, 2, 2]),
};
