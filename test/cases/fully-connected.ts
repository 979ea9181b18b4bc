import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { elements } from '../../src/graph/tensor.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import { anyWindowed } from '../support/any-windowed.ts';
import { type OperatorCases, type Problem, problems } from '../support/operator-cases.ts';
import { linear, own, weights } from '../support/parts.ts';
import { channels } from '../support/tiles.ts';
import { zeroPoints } from '../support/weighted-extremes.ts';
import { biasOf, scalesOf, type Windowed, weightsFor, xQuantization, yQuantization } from '../support/windowed.ts';

/** `flatten`: the whole map is one row of the product. */
export function fullyConnectedGraph(given: Windowed & { readonly flatten?: boolean }): Graph {
  const { seed = 1, shape, outputs = 10, activation = 'none', bias = true, flatten = false } = given;
  const depth = flatten ? elements(shape) : shape[3];
  const build = new GraphBuilder('fully connected');
  const x = build.input('x', shape, xQuantization);
  const scale = scalesOf(given, 1, depth);
  const data = weightsFor(given, seed + 10, outputs * depth);
  const weights = build.constant('w', [outputs, depth], data, quantizedBy(scale[0] as number, given.weightsZero ?? 0));
  const b = bias ? build.constant('b', [outputs], biasOf(seed + 20, outputs)) : -1;
  const attributes = { activation, scaleProduct: given.scaleProduct ?? ('f32' as const) };
  build.output(
    build.add(fullyConnected, attributes, [x, weights, b], { name: 'y', quantization: yQuantization(given) }),
  );
  return build.build();
}

const ofZeroPoint = (weightsZero: number): Problem[] =>
  channels.flatMap((c) =>
    [1, 5].flatMap((w) => {
      const given = { shape: [1, 4, w, c], outputs: c, weightsZero } as const;
      return problems(fullyConnectedGraph(given), fullyConnectedGraph({ ...given, flatten: true }));
    }),
  );

export const fullyConnectedCases: OperatorCases = {
  op: fullyConnected,
  tails: (c, w) => [
    fullyConnectedGraph({ shape: [1, 3, w, c], outputs: 17 }),
    fullyConnectedGraph({ shape: [1, 3, w, c], outputs: c, flatten: true, activation: 'relu' }),
  ],
  extremes: Object.fromEntries(
    zeroPoints.map((zero) => [`a zero point of the weights of ${zero}, in every tail`, () => ofZeroPoint(zero)]),
  ),
  rings: {
    'fully connected, per pixel': fullyConnectedGraph({ shape: [1, 30, 2, 15] }),
    'fully connected, of uint8 weights': fullyConnectedGraph({ shape: [1, 30, 2, 15], weightsZero: 44 }),
  },
  hostile: [fullyConnectedGraph({ shape: [1, 2, 2, 5], flatten: true })],
  parts: {
    'fully connected': ({ build, x, channels: c }) =>
      build.add(fullyConnected, linear, [x, weights(build, [10, c])], { quantization: own }),
  },
  real: anyWindowed.map((given) => fullyConnectedGraph({ ...given, flatten: given.seed % 2 === 0 })),
  rounded: fullyConnectedGraph({ shape: [1, 1, 1, 5] }),
};
