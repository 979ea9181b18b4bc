import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { image, importOne, ints, weights } from './one-operator.ts';
import { refusal } from './refusal.ts';
import { type WriteOperator, writeTflite } from './write-tflite.ts';

const faults = (run: () => unknown): string[] => refusal(run).problems.map(({ what }) => what);

describe('BATCH_MATMUL', () => {
  const product = (x: number[], matrix: number[], y: number[], [adjX, adjY]: [number, number] = [0, 0]): Graph =>
    importOne('BATCH_MATMUL', [image(x), weights(matrix), image(y)], {
      optionsType: 101,
      options: [
        [0, 'int8', adjX],
        [1, 'int8', adjY],
      ],
    });

  it('with a constant is a fully connected layer, whose weights are the matrix on its side', () => {
    const graph = product([1, 3, 2], [1, 2, 3], [1, 3, 3]);
    expect(graph.nodes.map(({ op }) => op.type)).toEqual(['FullyConnected']);
    expect(graph.tensors.find(({ shape }) => String(shape) === '3,2')?.data).toEqual(Int8Array.of(0, 3, 1, 4, 2, 5));
    const aside = product([1, 3, 2], [1, 3, 2], [1, 3, 3], [0, 1]);
    expect(aside.tensors.find(({ shape }) => String(shape) === '3,2')?.data).toEqual(Int8Array.of(0, 1, 2, 3, 4, 5));
  });

  it('of what does not fit is refused', () => {
    expect(faults(() => product([1, 3, 2], [2, 2, 3], [1, 3, 3]))[0]).toMatch(/\[2, 2, 3\] are not supported/);
    expect(faults(() => product([1, 3, 2], [1, 3, 2], [1, 3, 2]))[0]).toMatch(/one matrix of 2 rows/);
    expect(faults(() => product([1, 2, 2], [1, 2, 2], [1, 2, 2], [1, 0]))[0]).toMatch(
      /an input that is not transposed/,
    );
  });

  const computed = (x: number[], matrix: number[], y: number[], [adjX, adjY]: [number, number] = [0, 0]): Graph => {
    const options = [
      [0, 'int8', adjX],
      [1, 'int8', adjY],
    ] as const;
    const operators = [{ name: 'BATCH_MATMUL', inputs: [0, 1], outputs: [2], optionsType: 101, options }];
    const tensors = [image(x), image(matrix), image(y)];
    return importTflite(writeTflite({ tensors, operators, inputs: [0, 1], outputs: [2] }), 'm.tflite');
  };
  const types = ({ nodes }: Graph): string[] => nodes.map(({ op }) => op.type).filter((type) => type !== 'Reshape');

  it('of two computed matrices turns over what the file has on the other side', () => {
    expect(types(computed([1, 4, 8], [1, 5, 8], [1, 4, 5], [0, 1]))).toEqual(['MatMul']);
    expect(types(computed([1, 4, 8], [1, 8, 5], [1, 4, 5]))).toEqual(['Transpose', 'MatMul']);
    expect(types(computed([1, 8, 4], [1, 8, 5], [1, 4, 5], [1, 0]))).toEqual(['Transpose', 'Transpose', 'MatMul']);
  });

  it('of two computed matrices that do not fit each other is refused', () => {
    expect(faults(() => computed([1, 4, 8], [1, 7, 5], [1, 4, 5]))[0]).toMatch(/do not fit each other/);
    expect(faults(() => computed([1, 2, 4, 8], [1, 3, 8, 5], [1, 2, 4, 5]))[0]).toMatch(/do not fit each other/);
    expect(faults(() => computed([1, 2, 8, 4], [1, 1, 8, 5], [1, 2, 4, 5], [1, 0]))[0]).toMatch(
      /TFLite's reference gives no product there: without adj_x/,
    );
  });
});

it('FULLY_CONNECTED takes a zero point of weights with one scale, and of several scales none', () => {
  const layer = (zeroPoint: number[], scale: number[]) =>
    importOne('FULLY_CONNECTED', [image([1, 3]), weights([2, 3], { zeroPoint, scale }), image([1, 2])], {
      optionsType: 8,
      options: [],
    });
  const { outputs } = evaluate(layer([5], [0.25]), [Int8Array.of(4, 3, 3)]);
  // (4 − 3) · (0 − 5) · 0.25 and (4 − 3) · (3 − 5) · 0.25, rounded, at y's zero point 3
  expect(Array.from(outputs[0] as Int8Array)).toEqual([2, 2]);
  expect(faults(() => layer([5, 0], [0.25, 0.5]))).toEqual([
    'int8 weights with the zero point 5 are not supported (0)',
  ]);
});

describe('SPACE_TO_BATCH_ND around a convolution', () => {
  const spread = (crops: number[], read: number[] = [], stride = 1): Graph => {
    const window: Partial<WriteOperator> = {
      optionsType: 1,
      options: [
        [0, 'int8', 1],
        [1, 'int32', stride],
        [2, 'int32', stride],
      ],
    };
    const bias = { ...ints([0]), scale: [0.125], zeroPoint: [0] };
    const size = 6 - (crops[0] ?? 0) - (crops[1] ?? 0);
    const tensors = [
      image([1, 8, 6, 2]),
      ints([2, 1]),
      ints([2, 0, 0, 0], [2, 2]),
      image([2, 5, 6, 2]),
      weights([1, 3, 1, 2]),
      bias,
      image([2, 3, 6, 1]),
      ints([...crops, 0, 0], [2, 2]),
      image([1, size, 6, 1]),
    ];
    const operators = [
      { name: 'SPACE_TO_BATCH_ND', inputs: [0, 1, 2], outputs: [3], optionsType: 25, options: [] },
      { name: 'CONV_2D', inputs: [3, 4, 5], outputs: [6], ...window },
      { name: 'BATCH_TO_SPACE_ND', inputs: [6, 1, 7], outputs: [8], optionsType: 24, options: [] },
    ];
    return importTflite(writeTflite({ tensors, operators, inputs: [0], outputs: [8, ...read] }), 'm.tflite');
  };

  it('is a dilation, with what is left of the padding', () => {
    const graph = spread([1, 0]);
    expect(graph.nodes.map(({ op }) => op.type)).toEqual(['Conv2d']);
    expect(graph.nodes[0]?.attributes).toMatchObject({
      dilation: [2, 1],
      stride: [1, 1],
      padding: { top: 1, left: 0, bottom: 0, right: 0 },
    });
  });

  it('stays where it is none: crops beyond the padding, a step, a tensor between that others read', () => {
    for (const run of [() => spread([0, 1]), () => spread([0, 0], [], 2), () => spread([0, 0], [6])])
      expect(faults(run).join()).toMatch(/images|batch/);
  });
});

describe('LOG_SOFTMAX and L2_NORMALIZATION', () => {
  it('have one scale and zero point of their output', () => {
    const of = (name: string, y: Parameters<typeof image>[1]) =>
      faults(() => importOne(name, [image([1, 4]), image([1, 4], y)]));
    expect(of('LOG_SOFTMAX', { scale: [0.125], zeroPoint: [127] })[0]).toMatch(
      /scale 0.125 and zero point 127 .* \(1\/16 and 127\)/,
    );
    expect(of('L2_NORMALIZATION', { scale: [0.0078125], zeroPoint: [1] })[0]).toMatch(/\(1\/128 and 0\)/);
  });

  it('are refused in uint8, whose kernels round otherwise, and with an activation', () => {
    const u8 = { type: 'uint8', zeroPoint: [128] } as const;
    for (const name of ['LOG_SOFTMAX', 'L2_NORMALIZATION']) {
      expect(faults(() => importOne(name, [image([1, 4], u8), image([1, 4], u8)]))[0]).toMatch(
        /uint8 is not supported/,
      );
    }
    const relu = { optionsType: 12, options: [[0, 'int8', 1]] } as const;
    expect(faults(() => importOne('L2_NORMALIZATION', [image([1, 4]), image([1, 4])], relu))[0]).toMatch(
      /fused activation/,
    );
  });
});
