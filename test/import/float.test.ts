import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import { elements } from '../../src/graph/tensor.ts';
import { float16 } from '../../src/import/float16.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { lower } from '../../src/passes/lower.ts';
import { describeShared } from '../support/shared-data.ts';
import { refusal } from './refusal.ts';
import { int32Bytes, type WriteOperator, type WriteTensor, writeTflite } from './write-tflite.ts';

const digits = fileURLToPath(new URL('../data/litenet_digits/', import.meta.url));

/** The first images, (pixel − mean) / std, and the logits that PyTorch gives them. */
function samples(folder: string, graph: Graph, mean: number, std: number, count = 4) {
  const size = elements(graph.tensors[graph.inputs[0] as number]?.shape ?? []);
  const classes = elements(graph.tensors[graph.outputs[0] as number]?.shape ?? []);
  const pixels = readFileSync(`${folder}test_images_u8.bin`);
  const logits = new Float32Array(new Uint8Array(readFileSync(`${folder}test_logits_f32.bin`)).buffer);
  return Array.from({ length: count }, (_, i) => ({
    image: Float32Array.from(pixels.subarray(i * size, (i + 1) * size), (pixel) => (pixel - mean) / std),
    logits: logits.subarray(i * classes, (i + 1) * classes),
  }));
}

const largest = (values: ArrayLike<number>): number => Math.max(...Array.from(values, Math.abs));
const argmax = (values: ArrayLike<number>): number => Array.from(values).indexOf(Math.max(...Array.from(values)));

function givesLogits(folder: string, file: string, mean: number, std: number): void {
  const imported = importTflite(readFileSync(folder + file), file);
  for (const graph of [imported, lower(imported)]) {
    const run = evaluateFloat(graph);
    for (const { image, logits } of samples(folder, graph, mean, std)) {
      const [y] = run([image]) as [Float32Array];
      expect(largest(y.map((value, i) => value - (logits[i] as number)))).toBeLessThanOrEqual(1e-4 * largest(logits));
      expect(argmax(y)).toBe(argmax(logits));
    }
  }
}

it("gives PyTorch's logits of LiteNet digits", () => {
  givesLogits(digits, 'litenet_digits_float.tflite', 8, 8);
});

describeShared('larger LiteNets in float32', (shared) => {
  it.each(['litenet_mnist', 'litenet_cifar'])("give PyTorch's logits: %s", (name) => {
    givesLogits(`${shared}liteblock/${name}/`, `${name}_float.tflite`, 127.5, 127.5);
  });
});

const real = (shape: readonly number[], values?: readonly number[]): WriteTensor => ({
  shape,
  type: 'float32',
  ...(values && { bytes: new Uint8Array(Float32Array.from(values).buffer) }),
});
const half = (shape: readonly number[], bits: readonly number[]): WriteTensor => ({
  shape,
  type: 'float16',
  bytes: new Uint8Array(Uint16Array.from(bits).buffer),
});
const ints = (...values: number[]): WriteTensor => ({
  shape: [values.length],
  type: 'int32',
  bytes: int32Bytes(values),
});

/** Operators in a row: tensor 0 is the input, the last the output. */
const model = (tensors: readonly WriteTensor[], ...operators: WriteOperator[]): Uint8Array =>
  writeTflite({ tensors, operators, inputs: [0], outputs: [tensors.length - 1] });

const valid1x1 = [
  [0, 'int8', 1],
  [1, 'int32', 1],
  [2, 'int32', 1],
] as const;

function run(bytes: Uint8Array, ...x: number[]): number[] {
  return [...(evaluateFloat(importTflite(bytes, 'm.tflite'))([Float32Array.from(x)])[0] as Float32Array)];
}

describe('float operators', () => {
  it('pad with 0 and nothing else', () => {
    const paddings = { ...ints(0, 0, 1, 0, 0, 0, 0, 0), shape: [4, 2] };
    const pad = { name: 'PAD', inputs: [0, 1], outputs: [2] };
    expect(run(model([real([1, 1, 1, 2]), paddings, real([1, 2, 1, 2])], pad), 3, 4)).toEqual([0, 0, 3, 4]);
    const padWith = (value: number) =>
      model([real([1, 1, 1, 2]), paddings, real([1], [value]), real([1, 2, 1, 2])], {
        name: 'PADV2',
        inputs: [0, 1, 2],
        outputs: [3],
      });
    expect(run(padWith(0), 3, 4)).toEqual([0, 0, 3, 4]);
    expect(refusal(() => importTflite(padWith(0.5), 'm')).message).toMatch(/padding with 0.5 is not supported \(0\)/);
  });

  it('add constants, and clamp where that is fused', () => {
    const relu = { optionsType: 11, options: [[0, 'int8', 1]] } as const;
    const add = { name: 'ADD', inputs: [0, 1], outputs: [2], ...relu };
    expect(run(model([real([1, 1, 2, 2]), real([2], [1, -1]), real([1, 1, 2, 2])], add), 1, 2, -3, 0.5)).toEqual([
      2, 1, 0, 0,
    ]);
  });

  it('mean, pool, reshape and weigh channels as those of int8 do', () => {
    const mean = { name: 'MEAN', inputs: [0, 1], outputs: [2], optionsType: 27, options: [[0, 'int8', 1]] } as const;
    expect(run(model([real([1, 2, 1, 2]), ints(1, 2), real([1, 1, 1, 2])], mean), 1, 2, 5, 8)).toEqual([3, 5]);
    const sizes = [1, 1, 2, 1].map((size, i) => [i + 1, 'int32', size] as const);
    const pool = { name: 'AVERAGE_POOL_2D', inputs: [0], outputs: [1], optionsType: 5, options: sizes };
    expect(run(model([real([1, 1, 3, 1]), real([1, 1, 3, 1])], pool), 1, 2, 5)).toEqual([1.5, 3.5, 5]);
    const reshape = { name: 'RESHAPE', inputs: [0], outputs: [1] };
    expect(run(model([real([1, 1, 2, 2]), real([1, 4])], reshape), 1, 2, 3, 4)).toEqual([1, 2, 3, 4]);
    const depthwise = { name: 'DEPTHWISE_CONV_2D', inputs: [0, 1], outputs: [2], optionsType: 2, options: valid1x1 };
    const tensors = [real([1, 1, 1, 2]), real([1, 1, 1, 4], [1, 2, 3, 4]), real([1, 1, 1, 4])];
    expect(run(model(tensors, depthwise), 10, 100)).toEqual([10, 20, 300, 400]);
  });

  it('multiply scales in double, as what is real is quantised per channel', () => {
    const fc = { name: 'FULLY_CONNECTED', inputs: [0, 1, 2], outputs: [3] };
    const bytes = model([real([1, 2]), real([1, 2], [2, 3]), real([1], [0.5]), real([1, 1])], fc);
    expect(importTflite(bytes, 'm').nodes[0]?.attributes).toMatchObject({ scaleProduct: 'f64' });
    expect(run(bytes, 10, 1)).toEqual([23.5]);
  });

  it('take no notice of a scale that a file gives float values', () => {
    const bytes = model([{ ...real([1, 2]), scale: [0.5], zeroPoint: [3] }, real([1, 2])], {
      name: 'SOFTMAX',
      inputs: [0],
      outputs: [1],
      optionsType: 9,
      options: [[0, 'float32', 1]],
    });
    expect(importTflite(bytes, 'm').tensors.map(({ quantization }) => quantization)).toEqual([undefined, undefined]);
    expect(run(bytes, 1, 1)).toEqual([0.5, 0.5]);
  });
});

describe('float16', () => {
  it('has the values of IEEE 754: subnormal, signed zero, largest, infinite, none', () => {
    const cases = [0x3c00, 0x0001, 0x03ff, 0x0400, 0x8001, 0x7bff, 0xfc00, 0x3555];
    expect(cases.map(float16)).toEqual([
      1,
      2 ** -24,
      1023 * 2 ** -24,
      2 ** -14,
      -(2 ** -24),
      65504,
      -Infinity,
      1365 / 4096,
    ]);
    expect(Object.is(float16(0x8000), -0)).toBe(true);
    expect(float16(0x7e00)).toBeNaN();
  });

  const tensors = [
    real([1, 1, 1, 2]),
    half([1, 1, 1, 2], [0x4000, 0x0001]),
    half([1], [0xb800]),
    { ...real([1, 1, 1, 2]), name: 'w' },
    { ...real([1]), name: 'b' },
    real([1, 1, 1, 1]),
  ];
  const widened = [
    { name: 'DEQUANTIZE', inputs: [1], outputs: [3] },
    { name: 'DEQUANTIZE', inputs: [2], outputs: [4] },
  ];
  const conv = { name: 'CONV_2D', inputs: [0, 3, 4], outputs: [5], optionsType: 1, options: valid1x1 };

  it('constants behind DEQUANTIZE become float32 ones', () => {
    const bytes = model(tensors, ...widened, conv);
    const graph = importTflite(bytes, 'm');
    expect(graph.nodes.map(({ index, op }) => [index, op.type])).toEqual([[2, 'Conv2d']]);
    expect(graph.tensors.map(({ name, data }) => [name, data && [...data]])).toContainEqual(['w', [2, 2 ** -24]]);
    expect(run(bytes, 1.25, 2 ** 20)).toEqual([2.5 + 2 ** -4 - 0.5]);
  });

  it('are converted once, however many operators name one', () => {
    const shared = [tensors[0], tensors[1], tensors[3], tensors[3], tensors[5], tensors[5]] as WriteTensor[];
    const bytes = writeTflite({
      tensors: shared,
      operators: [
        { name: 'DEQUANTIZE', inputs: [1], outputs: [2] },
        { name: 'DEQUANTIZE', inputs: [1], outputs: [3] },
        { ...conv, inputs: [0, 2], outputs: [4] },
        { ...conv, inputs: [0, 3], outputs: [5] },
      ],
      inputs: [0],
      outputs: [4, 5],
    });
    const { nodes, tensors: made } = importTflite(bytes, 'm');
    const [one, other] = nodes.map(({ inputs }) => made[inputs[1] as number]?.data);
    expect(one).toBe(other);
  });

  const int8 = { shape: [1, 1, 1, 2], bytes: new Uint8Array(2) };

  it.each<[string, WriteTensor[], string]>([
    [
      'of another size',
      tensors.map((tensor, i) => (i === 3 ? real([1, 1, 2, 1]) : tensor)),
      'the type float16 is not supported (int8, uint8, float32)',
    ],
    [
      'cut short',
      tensors.map((tensor, i) => (i === 1 ? half([1, 1, 1, 2], [0]) : tensor)),
      'the type float16 is not supported (int8, uint8, float32)',
    ],
    [
      'of int8 without a scale',
      tensors.map((tensor, i) => (i === 1 ? int8 : tensor)),
      'all its inputs are constants; expected an activation',
    ],
  ])('leave a DEQUANTIZE %s to be refused by name', (_, given, what) => {
    const error = refusal(() => importTflite(model(given, ...widened, conv), 'm'));
    expect(error.problems[0]).toMatchObject({ node: 0, op: 'DEQUANTIZE', what });
  });

  it('activations are refused', () => {
    const bytes = model([{ ...real([1, 2]), type: 'float16' }, real([1, 2])], {
      name: 'DEQUANTIZE',
      inputs: [0],
      outputs: [1],
    });
    expect(refusal(() => importTflite(bytes, 'm')).message).toMatch(
      /the type float16 is not supported \(int8, uint8, float32\)/,
    );
  });
});

it('is real at the borders of an int8 model', () => {
  const bytes = model(
    [real([1, 2]), { shape: [1, 2], scale: [0.5], zeroPoint: [0] }, real([1, 2])],
    { name: 'QUANTIZE', inputs: [0], outputs: [1] },
    { name: 'DEQUANTIZE', inputs: [1], outputs: [2] },
  );
  const { nodes, tensors } = importTflite(bytes, 'm');
  expect(nodes.map(({ op }) => op.type)).toEqual(['QuantizeReal', 'Dequantize']);
  expect(tensors.map(({ dtype }) => dtype)).toEqual(['f32', 'i8', 'f32']);
});
