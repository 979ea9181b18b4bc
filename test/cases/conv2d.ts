import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { noPadding } from '../../src/graph/tensor.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { anyDilated, anySmall } from '../support/any-windowed.ts';
import { filled, type OperatorCases, type Problem, problems } from '../support/operator-cases.ts';
import { blockBytes, blocksOf } from '../support/packed-sizes.ts';
import { linear, own, weights, window } from '../support/parts.ts';
import { around, channels, lopsided, smallMaps, windows } from '../support/tiles.ts';
import { inputsOf } from '../support/values.ts';
import { everyShift, ofPowerOfTwo, powersOfTwo, tapsOfNineBits } from '../support/weighted-extremes.ts';
import {
  biasOf,
  geometry,
  scalesOf,
  square,
  type Windowed,
  weightsFor,
  xQuantization,
  yQuantization,
} from '../support/windowed.ts';

export function convGraph(given: Windowed): Graph {
  const { seed = 1, shape, outputs = 8, window = square(3), groups = 1, activation = 'none', bias = true } = given;
  const depth = shape[3] / groups;
  const filter = window[0] * window[1] * depth;
  const build = new GraphBuilder('conv');
  const x = build.input('x', shape, xQuantization);
  const data = weightsFor(given, seed + 10, outputs * filter);
  const scale = scalesOf(given, outputs, filter);
  const quantization = { scale, zeroPoint: scale.map(() => given.weightsZero ?? 0), axis: 0 };
  const weights = build.constant('w', [outputs, ...window, depth], data, quantization);
  const b = bias ? build.constant('b', [outputs], biasOf(seed + 20, outputs)) : -1;
  const attributes = { ...geometry(given), groups, activation, scaleProduct: given.scaleProduct ?? ('f64' as const) };
  build.output(build.add(conv2d, attributes, [x, weights, b], { name: 'y', quantization: yQuantization(given) }));
  return build.build();
}

const zeroPoints = [-128, -1, 1, 127];
const padding = around([3, 3]);

/** Groups, dilations and one pixel of odd depths among them. */
const ofZeroPoint = (weightsZero: number): Problem[] =>
  channels.flatMap((c) => [
    ...[1, 5].flatMap((w) =>
      problems(
        ...windows.map((window) => {
          const shape = [1, 4, w, c] as const;
          return convGraph({ shape, window, padding: around(window), weightsZero, seed: c + w, outputs: c });
        }),
        convGraph({ shape: [1, 4, w, 3 * c], groups: 3, outputs: 6, padding, weightsZero }),
        convGraph({ shape: [1, 6, w + 4, c], dilation: [2, 2], outputs: 9, weightsZero }),
      ),
    ),
    ...problems(convGraph({ shape: [1, 5, 5, 2 * c], groups: 2, outputs: 2 * c, dilation: [2, 2], weightsZero })),
  ]);

export const conv2dCases: OperatorCases = {
  op: conv2d,
  tails: (c, w) => [
    ...windows.flatMap((window) => {
      const given = { shape: [1, 4, w, c], window, padding: around(window) } as const;
      return [
        convGraph({ ...given, outputs: c, seed: c * 10 + w }),
        convGraph({ ...given, outputs: 5, stride: [2, 2], activation: 'relu6', seed: c + w }),
      ];
    }),
    convGraph({ shape: [1, 4, w, 6], window: [1, 1], outputs: c, activation: 'relu' }),
    convGraph({ shape: [1, 4, w, 3 * c], groups: 3, outputs: 6, padding }),
    convGraph({ shape: [1, 4, w, 6], groups: 2, outputs: 2 * c, padding }),
    convGraph({ shape: [1, 6, w + 4, c], dilation: [2, 2], outputs: 9 }),
  ],
  extremes: {
    'a window larger than the map': () =>
      problems(
        ...smallMaps.map(([h, w]) => convGraph({ shape: [1, h, w, 3], window: [5, 5], padding: around([5, 5]) })),
      ),
    'weights at either end of int8': () =>
      problems(
        ...[-128, 127].map((weight) =>
          convGraph({ shape: [1, 4, 5, 9], weight, padding, scales: new Array<number>(8).fill(0.0001) }),
        ),
      ),
    ...Object.fromEntries(
      zeroPoints.map((zero) => [`a zero point of the weights of ${zero}, in every tail`, () => ofZeroPoint(zero)]),
    ),
    'taps of nine bits, ±255, against inputs at both ends': () =>
      tapsOfNineBits.flatMap(({ weight, weightsZero }) => {
        const scales = new Array<number>(9).fill(0.0002);
        const graph = convGraph({ shape: [1, 4, 5, 9], weight, weightsZero, scales, padding, outputs: 9 });
        return [{ graph }, filled(graph, -128), filled(graph, 127)];
      }),
    ...powersOfTwo((scale, activation) => [
      convGraph({ ...ofPowerOfTwo(scale), activation, outputs: 9, window: [1, 1] }),
    ]),
    'shifts of every size, the integer form among them': () =>
      problems(...everyShift.map((given) => convGraph({ shape: [1, 4, 5, 9], outputs: 9, ...given }))),
  },
  random: {
    problem: anySmall.map((given) => {
      const graph = convGraph(given);
      return { graph, inputs: inputsOf(graph, given.seed) };
    }),
    runs: 150,
  },
  rings: {
    'convolution 3×3': convGraph({ shape: [1, 40, 5, 3], padding }),
    'convolution 3×3, stride 2': convGraph({ shape: [1, 61, 7, 4], padding: lopsided, stride: [2, 2] }),
    'convolution 5×1, dilation 2': convGraph({ shape: [1, 60, 3, 9], window: [5, 1], dilation: [2, 1] }),
    'grouped convolution': convGraph({ shape: [1, 44, 4, 6], groups: 3, outputs: 9, padding }),
    'pointwise convolution': convGraph({ shape: [1, 33, 3, 17], window: [1, 1], outputs: 9 }),
    'pointwise convolution, stride 2': convGraph({ shape: [1, 41, 5, 8], window: [1, 1], stride: [2, 2] }),
    'convolution of uint8 weights': convGraph({ shape: [1, 40, 5, 3], padding, weightsZero: -5 }),
    'grouped, of uint8 weights': convGraph({ shape: [1, 44, 4, 6], groups: 2, outputs: 10, weightsZero: 127 }),
  },
  hostile: [convGraph({ shape: [1, 6, 5, 4], groups: 2, padding }), convGraph({ shape: [1, 6, 5, 3], weightsZero: 9 })],
  refused: [[{ weightsZero: 128 }, convGraph({ shape: [1, 4, 4, 3] })]],
  needs: {
    graphs: {
      'rows of pixels': convGraph({ shape: [1, 5, 7, 3], padding, outputs: 11 }),
      'one pixel': convGraph({ shape: [1, 3, 3, 5], outputs: 9 }),
      groups: convGraph({ shape: [1, 5, 4, 6], groups: 2, outputs: 18 }),
      'the integer form': convGraph({ shape: [1, 4, 4, 3], outputs: 9, scales: new Array<number>(9).fill(4) }),
      'a clamp at the zero point': convGraph({ shape: [1, 4, 4, 3], outputs: 9, activation: 'relu' }),
    },
    data({ words: { groups = 0, groupOutputs = 0, depth = 0, form } }) {
      const blocks = groups * blocksOf(groupOutputs);
      return { weights: blocks * 8 * depth, bias: blocks * 32, requantize: blocks * blockBytes(form) };
    },
    scratch: ({ words: { depth = 0 }, y }) => (y.height * y.width === 1 ? 0 : (depth + 8) * 8 + 48),
  },
  zeroRow: convGraph({ shape: [1, 5, 7, 1], padding }),
  padded: {
    'stride 1': convGraph({ shape: [1, 5, 7, 3], padding }),
    'stride 2': convGraph({ shape: [1, 5, 8, 3], padding: { ...padding, left: 0 }, stride: [2, 2] }),
  },
  parts: {
    'pointwise convolution': ({ build, x, channels: c }) =>
      build.add(conv2d, { ...window, ...linear, groups: 1 }, [x, weights(build, [9, 1, 1, c])], { quantization: own }),
    'pointwise convolution, stride 2': ({ build, x, channels: c }) => {
      const attributes = { ...window, ...linear, stride: [2, 2], groups: 1 } as const;
      return build.add(conv2d, attributes, [x, weights(build, [3, 1, 1, c])], { quantization: own });
    },
    'grouped pointwise convolution': ({ build, x, channels: c }) => {
      const attributes = { ...window, ...linear, groups: c };
      return build.add(conv2d, attributes, [x, weights(build, [2 * c, 1, 1, 1])], { quantization: own });
    },
    'convolution 3×1': ({ build, x, channels: c }) => {
      const attributes = { ...window, ...linear, padding: { ...noPadding, top: 1, bottom: 1 }, groups: 1 };
      return build.add(conv2d, attributes, [x, weights(build, [5, 3, 1, c])], { quantization: own });
    },
  },
  real: anyDilated.map((given) => convGraph({ ...given, groups: given.seed % 2 ? 1 : 2 })),
  rounded: convGraph({ shape: [1, 3, 3, 2] }),
};
