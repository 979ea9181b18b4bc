import fc from 'fast-check';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { transposeConv2d } from '../../src/ops/transpose-conv2d.ts';
import { anyWindowed } from '../support/any-windowed.ts';
import { type OperatorCases, type Problem, problems } from '../support/operator-cases.ts';
import { blockBytes, blocksOf } from '../support/packed-sizes.ts';
import { linear, own, weights } from '../support/parts.ts';
import { channels, windows } from '../support/tiles.ts';
import { inputsOf } from '../support/values.ts';
import { everyShift, ofPowerOfTwo, powersOfTwo, zeroPoints } from '../support/weighted-extremes.ts';
import {
  biasOf,
  scalesOf,
  square,
  type Windowed,
  weightsFor,
  xQuantization,
  yQuantization,
} from '../support/windowed.ts';

/** Padding is what is left out of the whole result: above and to the left `crop`, below and to the right the rest. */
export function transposeConvGraph(
  given: Windowed & { readonly crop?: readonly [number, number]; readonly size?: readonly [number, number] },
): Graph {
  const {
    seed = 1,
    shape,
    outputs = 8,
    window = square(3),
    stride = square(2),
    activation = 'none',
    bias = true,
  } = given;
  const { crop = square(0) } = given;
  const [, h, w, depth] = shape;
  const size = given.size ?? [(h - 1) * stride[0] + window[0] - crop[0], (w - 1) * stride[1] + window[1] - crop[1]];
  const filter = window[0] * window[1] * depth;
  const build = new GraphBuilder('transposed convolution');
  const x = build.input('x', shape, xQuantization);
  const data = weightsFor(given, seed + 10, outputs * filter);
  const scale = scalesOf(given, outputs, Math.ceil(filter / stride[0] / stride[1]));
  const quantization = { scale, zeroPoint: scale.map(() => given.weightsZero ?? 0), axis: 0 };
  const weights = build.constant('w', [outputs, ...window, depth], data, quantization);
  const b = bias ? build.constant('b', [outputs], biasOf(seed + 20, outputs)) : -1;
  const attributes = { stride, crop, size, activation, scaleProduct: given.scaleProduct ?? ('f64' as const) };
  const options = { name: 'y', quantization: yQuantization(given) };
  build.output(build.add(transposeConv2d, attributes, [x, weights, b], options));
  return build.build();
}

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });
const pair = (max: number) => fc.tuple(upTo(max), upTo(max));

/** Whatever of the result is kept. */
const random = fc
  .record({
    seed: fc.nat(99),
    shape: fc.tuple(fc.constant(1 as const), upTo(5), upTo(7), upTo(19)),
    outputs: upTo(18),
    window: pair(5),
    stride: pair(4),
    crop: fc.tuple(fc.nat(3), fc.nat(3)),
    size: pair(17),
    activation: fc.constantFrom('none', 'relu', 'relu6', 'reluN1To1'),
    bias: fc.boolean(),
    weightsZero: fc.constantFrom(0, 0, -128, 5, 127),
  })
  .map((given) => {
    const graph = transposeConvGraph(given);
    return { graph, inputs: inputsOf(graph, given.seed) };
  });

const ofZeroPoint = (weightsZero: number): Problem[] =>
  channels.flatMap((c) =>
    problems(...[1, 5].map((w) => transposeConvGraph({ shape: [1, 3, w, c], outputs: 9, crop: [1, 1], weightsZero }))),
  );

const small = transposeConvGraph({ shape: [1, 3, 4, 5] });

export const transposeConv2dCases: OperatorCases = {
  op: transposeConv2d,
  tails: (c, w) => [
    ...windows.flatMap((window) => [
      transposeConvGraph({ shape: [1, 3, w, c], window, outputs: 9, crop: [1, 0], seed: c + w }),
      transposeConvGraph({ shape: [1, 3, w, 7], window, outputs: c, stride: [1, 3], activation: 'relu' }),
    ]),
    transposeConvGraph({ shape: [1, 2, w, c], window: [4, 4], outputs: c, crop: [1, 1], size: [4, 2 * w] }),
    transposeConvGraph({ shape: [1, 2, w, 5], window: [2, 1], stride: [3, 4], outputs: c, size: [9, 4 * w + 3] }),
  ],
  extremes: {
    'weights at either end of int8': () =>
      problems(
        ...[-128, 127].map((weight) =>
          transposeConvGraph({ shape: [1, 4, 5, 9], weight, scales: new Array<number>(8).fill(0.0001) }),
        ),
      ),
    ...Object.fromEntries(
      zeroPoints.map((zero) => [`a zero point of the weights of ${zero}, in every tail`, () => ofZeroPoint(zero)]),
    ),
    ...powersOfTwo((scale, activation) => [
      transposeConvGraph({ ...ofPowerOfTwo(scale), activation, outputs: 9, window: [2, 2] }),
    ]),
    'shifts of every size, the integer form among them': () =>
      problems(...everyShift.map((given) => transposeConvGraph({ shape: [1, 4, 5, 9], outputs: 9, ...given }))),
  },
  random: { problem: random, runs: 150 },
  rings: {
    'transposed convolution 3×3, stride 2': transposeConvGraph({ shape: [1, 21, 5, 6], crop: [1, 1], outputs: 5 }),
    'transposed convolution 4×4, stride 2': transposeConvGraph({
      shape: [1, 20, 3, 9],
      window: [4, 4],
      crop: [1, 1],
    }),
    'transposed convolution 2×2, stride 3, beyond its last row': transposeConvGraph({
      shape: [1, 20, 3, 9],
      window: [2, 2],
      stride: [3, 3],
      size: [64, 8],
    }),
    'transposed convolution 5×3, stride 1': transposeConvGraph({
      shape: [1, 40, 4, 4],
      window: [5, 3],
      stride: [1, 1],
    }),
  },
  hostile: [
    transposeConvGraph({ shape: [1, 3, 4, 5], crop: [1, 0] }),
    transposeConvGraph({ shape: [1, 3, 4, 2], window: [2, 1], stride: [3, 2], outputs: 3 }),
  ],
  refused: [
    [{ rowKind: 0 }, small],
    [{ tapsH: 40 }, small],
    [{ tapsW: 0 }, small],
    [{ tapsH: 0x10000, tapsW: 0x10000 }, small],
    [{ stepH: 0 }, small],
    [{ stepW: -1 }, small],
    [{ stepH: 3, stepW: 3, bias: 1360 }, small],
    [{ cropTop: -1 }, small],
    [{ cropLeft: 0x7fffffff }, small],
    [{ weightsZero: 128 }, small],
    [{ form: 3 }, small],
    [{ scratchBytes: 16 }, small],
  ],
  needs: {
    graphs: {
      '16 channels': transposeConvGraph({ shape: [1, 3, 4, 16], outputs: 9 }),
      '15 channels': transposeConvGraph({ shape: [1, 3, 4, 15], window: [2, 1], stride: [3, 2] }),
    },
    data({ words: { tapsH = 0, tapsW = 0, stepH = 0, stepW = 0, form }, x, y }) {
      const blocks = blocksOf(y.channels);
      const phases = Math.min(tapsH, stepH) * Math.min(tapsW, stepW);
      const weights = tapsH * tapsW * 2 * Math.ceil(x.channels / 2) * blocks * 8;
      return { weights, bias: (1 + phases) * blocks * 32, requantize: blocks * blockBytes(form) };
    },
    scratch: ({ x }) => 16 * (Math.floor(x.channels / 16) + 1),
  },
  parts: {
    'transposed convolution': ({ build, x, channels: c, height, width }) => {
      const attributes = { ...linear, stride: [2, 2], crop: [1, 0], size: [2 * height, 2 * width + 1] } as const;
      return build.add(transposeConv2d, attributes, [x, weights(build, [9, 3, 3, c])], { quantization: own });
    },
  },
  real: anyWindowed.map(({ padding, ...given }) =>
    transposeConvGraph({ ...given, crop: [padding.top % 2, padding.left % 2] }),
  ),
};
