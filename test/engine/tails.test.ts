import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { loaded, raw, runOnce, tiers } from '../support/engine.ts';
import { checkGuarded } from '../support/guarded-run.ts';
import {
  addGraph,
  argMaxGraph,
  bilinearGraph,
  bilinearWays,
  bytesOf,
  convGraph,
  copyRealGraph,
  depthwiseGraph,
  dequantizeGraph,
  fullyConnectedGraph,
  functionGraph,
  functions,
  leakyReluGraph,
  maxPoolGraph,
  meanGraph,
  mulGraph,
  nearestGraph,
  orders,
  padGraph,
  poolGraph,
  preluGraph,
  quantizeGraph,
  quantizeRealGraph,
  reluGraph,
  reshapeGraph,
  selectGraph,
  shuffled,
  sliceGraph,
  softmaxGraph,
  subGraph,
  transposeConvGraph,
  transposeGraph,
} from '../support/problems.ts';

const check = (graph: Graph, seed?: number): void => void checkGuarded(graph, { keep: 'all' }, seed);

/** Equal to a tile of 8, a multiple, one below, one above. */
const channels = [1, 3, 7, 8, 9, 15, 17, 24, 31, 33];
const widths = [1, 2, 3, 5];
const windows = [
  [1, 1],
  [3, 3],
  [5, 5],
  [5, 1],
  [1, 5],
] as const;

const around = ([h, w]: readonly [number, number]) => {
  const [top, left] = [h >> 1, w >> 1];
  return { top, left, bottom: top, right: left };
};

/** Channels of 33 in no order, some more than once. */
const anyOrder = (count: number): number[] => Array.from(bytesOf(count, count), (value) => (value + 128) % 33);

describe.each(channels)('%i channels', (c) => {
  it.each(widths)('a map %i wide', (w) => {
    for (const window of windows) {
      const padding = around(window);
      const shape = [1, 4, w, c] as const;
      check(convGraph({ shape, window, padding, outputs: c, seed: c * 10 + w }));
      check(convGraph({ shape, window, padding, outputs: 5, stride: [2, 2], activation: 'relu6', seed: c + w }));
      check(depthwiseGraph({ shape, window, padding, seed: c * 10 + w }));
      check(depthwiseGraph({ shape, window, padding, stride: [2, 1], activation: 'relu', seed: c + w }));
    }
    check(convGraph({ shape: [1, 4, w, 6], window: [1, 1], outputs: c, activation: 'relu' }));
    check(convGraph({ shape: [1, 4, w, 3 * c], groups: 3, outputs: 6, padding: around([3, 3]) }));
    check(convGraph({ shape: [1, 4, w, 6], groups: 2, outputs: 2 * c, padding: around([3, 3]) }));
    check(convGraph({ shape: [1, 6, w + 4, c], dilation: [2, 2], outputs: 9 }));
    check(depthwiseGraph({ shape: [1, 6, w + 4, c], dilation: [2, 2] }));
    for (const window of windows) {
      check(transposeConvGraph({ shape: [1, 3, w, c], window, outputs: 9, crop: [1, 0], seed: c + w }));
      check(transposeConvGraph({ shape: [1, 3, w, 7], window, outputs: c, stride: [1, 3], activation: 'relu' }));
    }
    check(transposeConvGraph({ shape: [1, 2, w, c], window: [4, 4], outputs: c, crop: [1, 1], size: [4, 2 * w] }));
    check(
      transposeConvGraph({ shape: [1, 2, w, 5], window: [2, 1], stride: [3, 4], outputs: c, size: [9, 4 * w + 3] }),
    );
    check(depthwiseGraph({ shape: [1, 4, w, c], depthMultiplier: 3, padding: around([3, 3]) }));
    for (const window of windows) {
      check(depthwiseGraph({ shape: [1, 5, w, 1], window, padding: around(window), depthMultiplier: c, seed: c + w }));
    }
    check(fullyConnectedGraph({ shape: [1, 3, w, c], outputs: 17 }));
    check(fullyConnectedGraph({ shape: [1, 3, w, c], outputs: c, flatten: true, activation: 'relu' }));
    for (const second of ['equal', 'channel', 'value', 'constant channel', 'constant value', 'constant'] as const) {
      check(addGraph([1, 3, w, c], second, second === 'equal' ? 'relu6' : 'none'));
      check(subGraph([1, 3, w, c], second, second === 'equal' ? 'none' : 'reluN1To1'));
      check(mulGraph([1, 3, w, c], second, second === 'equal' ? 'none' : 'relu6'));
    }
    check(poolGraph({ shape: [1, 4, w, c], window: [3, 3], padding: around([3, 3]), activation: 'relu6' }));
    check(poolGraph({ shape: [1, 4, w, c], window: [4, w] }));
    check(maxPoolGraph({ shape: [1, 4, w, c], window: [3, 3], padding: around([3, 3]), activation: 'relu6' }));
    check(maxPoolGraph({ shape: [1, 4, w, c], window: [4, w] }));
    check(meanGraph([1, 4, w, c], 'hw'));
    check(meanGraph([1, 4, w, c], 'c'));
    check(padGraph([1, 3, w, c], [1, 0, 2], [0, 2, 1]));
    check(reshapeGraph([1, 4, w, c], [1, c, w, 4]));
    check(sliceGraph([1, 3, w + 2, c + 2], [1, 1, 1], [2, w, c]));
    check(sliceGraph([1, 3, w, c], [1, 0, 0], [1, w, c]));
    check(selectGraph([1, 3, w, 2 * c], shuffled(2 * c, 2)));
    check(selectGraph([1, 3, w, 2 * c], shuffled(2 * c, c)));
    check(selectGraph([1, 3, w, c], shuffled(2 * c, 2), { channels: c }));
    check(selectGraph([1, 3, w, c], shuffled(c + 4, 1), { channels: 4, constant: true }));
    check(selectGraph([1, 3, w, 33], anyOrder(c)));
    for (const order of orders) {
      check(transposeGraph([1, c, w, 3], order));
      check(transposeGraph([1, 3, c, w + 7], order));
      check(transposeGraph([1, w, 9, c], order));
    }
    for (const way of bilinearWays) check(bilinearGraph([1, 3, w, c], { to: [5, 2 * w + 1], ...way }));
    check(nearestGraph([1, 3, w, c], { to: [6, 2 * w] }));
    check(softmaxGraph([1, 2, w, c]));
    check(quantizeGraph([1, 3, w, c], 'u8', 'i8'));
    check(quantizeRealGraph([1, 3, w, c], c % 2 ? 'i8' : 'u8'));
    check(dequantizeGraph([1, 3, w, c], c % 2 ? 'u8' : 'i8'));
    check(argMaxGraph([1, 3, w, c], w % 2 ? 'max' : 'min', c % 2 ? 'i8' : 'u8', w > 1 ? 'i32' : 'i64'));
    check(copyRealGraph([1, 4, w, c], [1, c, w, 4], [0, 0, 1], [c, w, 2]));
    check(reluGraph([1, 3, w, c], 'relu6'));
    check(leakyReluGraph([1, 3, w, c], 0.1));
    check(preluGraph([1, 3, w, c]));
    for (const op of functions) check(functionGraph([1, 2, w, c], op));
  });
});

it('a window larger than the map', () => {
  for (const [h, w] of [
    [2, 2],
    [1, 3],
    [3, 1],
  ] as const) {
    const padding = around([5, 5]);
    check(convGraph({ shape: [1, h, w, 3], window: [5, 5], padding }));
    check(depthwiseGraph({ shape: [1, h, w, 9], window: [5, 5], padding }));
    check(poolGraph({ shape: [1, h, w, 9], window: [5, 5], padding }));
    check(maxPoolGraph({ shape: [1, h, w, 9], window: [5, 5], padding }));
  }
});

it('weights of −128, whose products of two taps leave int16, against inputs of −128', () => {
  const padding = around([3, 3]);
  for (const weight of [-128, 127]) {
    check(depthwiseGraph({ shape: [1, 4, 5, 9], weight, padding, scales: new Array<number>(9).fill(0.0004) }));
    check(convGraph({ shape: [1, 4, 5, 9], weight, padding, scales: new Array<number>(8).fill(0.0001) }));
    check(transposeConvGraph({ shape: [1, 4, 5, 9], weight, scales: new Array<number>(8).fill(0.0001) }));
  }
  const graph = depthwiseGraph({ shape: [1, 3, 3, 8], weight: -128, scales: new Array<number>(8).fill(0.0004) });
  const inputs = [new Int8Array(72).fill(-128)];
  const [expected] = evaluate(graph, inputs).outputs;
  for (const tier of tiers) {
    const [y] = runOnce(loaded(tier, compile(graph).bytes), inputs);
    expect(y).toEqual(raw(expected as Int8Array));
  }
});

describe('a zero point of the weights', () => {
  it.each([-128, -1, 1, 127])(
    'of %i, in every tail, of one pixel, of odd depths, groups and dilations',
    (weightsZero) => {
      const padding = around([3, 3]);
      for (const c of channels) {
        for (const w of [1, 5]) {
          const shape = [1, 4, w, c] as const;
          for (const window of windows) {
            const given = { shape, window, padding: around(window), weightsZero, seed: c + w };
            check(convGraph({ ...given, outputs: c }));
            check(depthwiseGraph(given));
          }
          check(convGraph({ shape: [1, 4, w, 3 * c], groups: 3, outputs: 6, padding, weightsZero }));
          check(convGraph({ shape: [1, 6, w + 4, c], dilation: [2, 2], outputs: 9, weightsZero }));
          check(transposeConvGraph({ shape: [1, 3, w, c], outputs: 9, crop: [1, 1], weightsZero }));
          check(depthwiseGraph({ shape: [1, 6, w + 4, c], dilation: [2, 2], weightsZero }));
          check(depthwiseGraph({ shape, depthMultiplier: 3, padding, weightsZero }));
          check(fullyConnectedGraph({ shape, outputs: c, weightsZero }));
          check(fullyConnectedGraph({ shape, outputs: c, flatten: true, weightsZero }));
        }
        // One pixel with groups, dilation and odd runs.
        check(convGraph({ shape: [1, 5, 5, 2 * c], groups: 2, outputs: 2 * c, dilation: [2, 2], weightsZero }));
      }
    },
  );

  it('and taps of nine bits, ±255, against inputs at both ends', () => {
    const scales = new Array<number>(9).fill(0.0002);
    for (const [weight, weightsZero] of [
      [-128, 127],
      [127, -128],
    ] as const) {
      const given = { shape: [1, 4, 5, 9], weight, weightsZero, scales, padding: around([3, 3]) } as const;
      const graphs = [
        depthwiseGraph(given),
        depthwiseGraph({ ...given, window: [5, 4] }),
        depthwiseGraph({ ...given, window: [1, 2], depthMultiplier: 2, scales: scales.slice(0, 1) }),
        convGraph({ ...given, outputs: 9 }),
      ];
      for (const graph of graphs) {
        check(graph);
        for (const value of [-128, 127]) {
          const inputs = [new Int8Array(4 * 5 * 9).fill(value)];
          const [expected] = evaluate(graph, inputs).outputs;
          for (const tier of tiers) {
            const [y] = runOnce(loaded(tier, compile(graph).bytes), inputs);
            expect(y).toEqual(raw(expected as Int8Array));
          }
        }
      }
    }
  });

  it('of any size, on any small problem', () => {
    const small = (max: number) => fc.integer({ min: 1, max });
    const problem = fc.record({
      size: fc.tuple(small(6), small(6)),
      window: fc.tuple(small(4), small(4)),
      stride: fc.tuple(small(2), small(2)),
      dilation: fc.tuple(small(2), small(2)),
      groups: small(3),
      inputs: small(9),
      outputs: small(10),
      weightsZero: fc.oneof(fc.constantFrom(-128, 0, 127), fc.integer({ min: -128, max: 127 })),
      activation: fc.constantFrom('none', 'relu', 'relu6'),
      seed: fc.nat(9999),
    });
    fc.assert(
      fc.property(problem, ({ size: [h, w], groups, inputs, outputs, ...given }) => {
        const { seed } = given;
        const [rows, columns] = [0, 1].map((i) => ((given.window[i] as number) - 1) * (given.dilation[i] as number));
        const [top, left] = [seed % ((rows as number) + 1), (seed >> 4) % ((columns as number) + 1)];
        const padding = { top, left, bottom: (rows as number) - top, right: (columns as number) - left };
        const shape = [1, h, w, inputs * groups] as const;
        check(convGraph({ ...given, shape, groups, outputs: outputs * groups, padding }), given.seed);
        check(depthwiseGraph({ ...given, shape, padding, depthMultiplier: groups }), given.seed);
      }),
      { numRuns: 150 },
    );
  });
});

it('means of legacy uint8, whose halves go up', () => {
  for (const c of channels) {
    for (const window of [
      [2, 2],
      [1, 2],
      [4, 5],
    ] as const) {
      check(poolGraph({ shape: [1, 4, 5, c], window, rounding: 'up' }));
      check(poolGraph({ shape: [1, 4, 5, c], window, rounding: 'up', padding: around(window), activation: 'relu' }));
    }
  }
});

describe('a multiplier of exactly 2^30', () => {
  // x · weights / y = 2^−n, n from −4 (a left shift) to 13 (beyond the real forms).
  it.each([-4, -1, 0, 1, 2, 5, 9, 12, 13])('and a scale of 2^−%i', (n) => {
    const scales = new Array<number>(9).fill(2 ** -n);
    for (const activation of ['none', 'relu'] as const) {
      const given = { shape: [1, 4, 5, 9], yScale: Math.fround(0.05), scales, activation } as const;
      check(convGraph({ ...given, outputs: 9, window: [1, 1] }));
      check(transposeConvGraph({ ...given, outputs: 9, window: [2, 2] }));
      check(depthwiseGraph({ ...given, padding: around([3, 3]) }));
    }
  });

  it('in the last stage of an add', () => {
    // The larger input scale is 0.05: outputs of a power of two times it.
    for (const factor of [0.5, 1, 2, 4]) check(addGraph([1, 5, 5, 9], 'equal', 'none', Math.fround(0.05) * factor));
  });

  it('of a product, and its shifts of every size', () => {
    // Product of the input scales over y's: 2^n, n from −26 (all outputs alike) to 30.
    for (let n = -26; n <= 30; n += n > -12 && n < 4 ? 1 : 3) {
      const yScale = Math.fround(Math.fround(0.05) * Math.fround(0.02)) / 2 ** n;
      check(mulGraph([1, 5, 5, 9], 'equal', 'none', yScale));
      check(mulGraph([1, 5, 5, 9], 'channel', 'none', yScale * 1.37));
    }
  });
});

it('slopes of a PReLU by shifts of every size, either side', () => {
  for (const slopes of [2 ** -12, 2 ** -5, 0.37, 1, 2 ** 9]) {
    for (const y of [2 ** -14, 2 ** -5, 0.05, 1, 2 ** 9]) check(preluGraph([1, 3, 3, 9], 'channel', slopes, y));
  }
  check(preluGraph([1, 3, 3, 9], 'one'));
});

it('shifts of every size, the integer form among them', () => {
  for (const scale of [1e-6, 3e-5, 1e-3, 0.02, 0.7, 9]) {
    const scales = Array.from({ length: 9 }, (_, i) => Math.fround(scale * (1 + i / 7)));
    for (const activation of ['none', 'relu', 'relu6', 'reluN1To1'] as const) {
      check(convGraph({ shape: [1, 4, 5, 9], outputs: 9, scales, activation }));
      check(transposeConvGraph({ shape: [1, 4, 5, 9], outputs: 9, scales, activation }));
      check(depthwiseGraph({ shape: [1, 4, 5, 9], scales, activation }));
    }
  }
});
