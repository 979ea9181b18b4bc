import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { depthwiseConv2d } from '../../src/ops/depthwise-conv2d.ts';
import { anyDilated, anySmall } from '../support/any-windowed.ts';
import { filled, type OperatorCases, type Problem, problems } from '../support/operator-cases.ts';
import { blockBytes, blocksOf } from '../support/packed-sizes.ts';
import { linear, own, weights, window } from '../support/parts.ts';
import { around, channels, lopsided, smallMaps, windows } from '../support/tiles.ts';
import { inputsOf } from '../support/values.ts';
import { everyShift, ofPowerOfTwo, powersOfTwo, tapsOfNineBits, zeroPoints } from '../support/weighted-extremes.ts';
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

export function depthwiseGraph(given: Windowed): Graph {
  const { seed = 1, shape, window = square(3), depthMultiplier = 1, activation = 'none', bias = true } = given;
  const channels = shape[3] * depthMultiplier;
  const taps = window[0] * window[1];
  const build = new GraphBuilder('depthwise');
  const x = build.input('x', shape, xQuantization);
  const scale = scalesOf(given, channels, taps);
  const quantization = { scale, zeroPoint: scale.map(() => given.weightsZero ?? 0), axis: 2 };
  const data = weightsFor(given, seed + 10, taps * channels);
  const weights = build.constant('w', [...window, channels], data, quantization);
  const b = bias ? build.constant('b', [channels], biasOf(seed + 20, channels)) : -1;
  const attributes = { ...geometry(given), activation, scaleProduct: given.scaleProduct ?? ('f64' as const) };
  const options = { name: 'y', quantization: yQuantization(given) };
  build.output(build.add(depthwiseConv2d, attributes, [x, weights, b], options));
  return build.build();
}

const padding = around([3, 3]);

const ofZeroPoint = (weightsZero: number): Problem[] =>
  channels.flatMap((c) =>
    [1, 5].flatMap((w) => {
      const shape = [1, 4, w, c] as const;
      return problems(
        ...windows.map((window) =>
          depthwiseGraph({ shape, window, padding: around(window), weightsZero, seed: c + w }),
        ),
        depthwiseGraph({ shape: [1, 6, w + 4, c], dilation: [2, 2], weightsZero }),
        depthwiseGraph({ shape, depthMultiplier: 3, padding, weightsZero }),
      );
    }),
  );

export const depthwiseConv2dCases: OperatorCases = {
  op: depthwiseConv2d,
  tails: (c, w) => [
    ...windows.flatMap((window) => {
      const given = { shape: [1, 4, w, c], window, padding: around(window) } as const;
      return [
        depthwiseGraph({ ...given, seed: c * 10 + w }),
        depthwiseGraph({ ...given, stride: [2, 1], activation: 'relu', seed: c + w }),
        depthwiseGraph({ ...given, shape: [1, 5, w, 1], depthMultiplier: c, seed: c + w }),
      ];
    }),
    depthwiseGraph({ shape: [1, 6, w + 4, c], dilation: [2, 2] }),
    depthwiseGraph({ shape: [1, 4, w, c], depthMultiplier: 3, padding }),
  ],
  extremes: {
    'a window larger than the map': () =>
      problems(
        ...smallMaps.map(([h, w]) => depthwiseGraph({ shape: [1, h, w, 9], window: [5, 5], padding: around([5, 5]) })),
      ),
    'weights of −128, whose products of two taps leave int16, against inputs of −128': () => [
      ...problems(
        ...[-128, 127].map((weight) =>
          depthwiseGraph({ shape: [1, 4, 5, 9], weight, padding, scales: new Array<number>(9).fill(0.0004) }),
        ),
      ),
      filled(depthwiseGraph({ shape: [1, 3, 3, 8], weight: -128, scales: new Array<number>(8).fill(0.0004) }), -128),
    ],
    ...Object.fromEntries(
      zeroPoints.map((zero) => [`a zero point of the weights of ${zero}, in every tail`, () => ofZeroPoint(zero)]),
    ),
    'taps of nine bits, ±255, against inputs at both ends': () =>
      tapsOfNineBits.flatMap((taps) => {
        const given = { shape: [1, 4, 5, 9], ...taps, scales: new Array<number>(9).fill(0.0002), padding } as const;
        return [
          depthwiseGraph(given),
          depthwiseGraph({ ...given, window: [5, 4] }),
          depthwiseGraph({ ...given, window: [1, 2], depthMultiplier: 2, scales: [0.0002] }),
        ].flatMap((graph) => [{ graph }, filled(graph, -128), filled(graph, 127)]);
      }),
    ...powersOfTwo((scale, activation) => [depthwiseGraph({ ...ofPowerOfTwo(scale), activation, padding })]),
    'shifts of every size, the integer form among them': () =>
      problems(...everyShift.map((given) => depthwiseGraph({ shape: [1, 4, 5, 9], ...given }))),
  },
  random: {
    problem: anySmall.map(({ groups, ...given }) => {
      const graph = depthwiseGraph({ ...given, depthMultiplier: groups });
      return { graph, inputs: inputsOf(graph, given.seed) };
    }),
    runs: 150,
  },
  rings: {
    'depthwise 3×3': depthwiseGraph({ shape: [1, 41, 6, 11], padding }),
    'depthwise 3×3, stride 2': depthwiseGraph({ shape: [1, 61, 7, 8], padding: lopsided, stride: [2, 2] }),
    'depthwise 5×3, dilation 2': depthwiseGraph({ shape: [1, 70, 9, 9], window: [5, 3], dilation: [2, 2] }),
    'depthwise, multiplier 2': depthwiseGraph({ shape: [1, 40, 5, 5], depthMultiplier: 2, padding }),
    'depthwise, one channel into several': depthwiseGraph({ shape: [1, 40, 5, 1], depthMultiplier: 9, padding }),
    'depthwise, of uint8 weights': depthwiseGraph({ shape: [1, 41, 6, 11], padding, weightsZero: -128 }),
  },
  hostile: [depthwiseGraph({ shape: [1, 6, 5, 3], weightsZero: 9 })],
  refused: [[{ weightsZero: -129 }, depthwiseGraph({ shape: [1, 4, 4, 3] })]],
  needs: {
    graphs: {
      'channel by channel': depthwiseGraph({ shape: [1, 5, 7, 11], padding }),
      'a multiplier': depthwiseGraph({ shape: [1, 5, 4, 3], depthMultiplier: 3 }),
    },
    data({ words: { windowH = 0, windowW = 0, form }, y }) {
      const blocks = blocksOf(y.channels);
      return { weights: blocks * 8 * windowH * windowW, bias: blocks * 32, requantize: blocks * blockBytes(form) };
    },
    scratch: ({ words: { windowH = 0, windowW = 0 } }) => windowH * windowW * 16 + 64,
  },
  zeroRow: depthwiseGraph({ shape: [1, 5, 7, 1], padding }),
  padded: { 'stride 1': depthwiseGraph({ shape: [1, 5, 7, 9], padding }) },
  parts: {
    'depthwise 3×3': ({ build, x, channels: c }) => {
      const attributes = { ...window, ...linear, padding };
      return build.add(depthwiseConv2d, attributes, [x, weights(build, [3, 3, c])], { quantization: own });
    },
    'depthwise 2×5, multiplier 2': ({ build, x, channels: c }) => {
      const attributes = { ...window, ...linear, padding: { top: 0, left: 3, bottom: 1, right: 2 } };
      // One channel into two is gemm's, which wants the taps of a row side by side.
      const outputs = c === 1 ? 1 : 2 * c;
      return build.add(depthwiseConv2d, attributes, [x, weights(build, [2, 5, outputs])], { quantization: own });
    },
  },
  real: anyDilated.map((given) => depthwiseGraph({ ...given, depthMultiplier: 1 + (given.seed % 3) })),
  rounded: depthwiseGraph({ shape: [1, 3, 3, 2] }),
};
