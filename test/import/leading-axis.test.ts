import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import { elements } from '../../src/graph/tensor.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { lower } from '../../src/passes/lower.ts';
import { refusal } from './refusal.ts';
import { int32Bytes, type WriteOperator, type WriteTensor, writeTflite } from './write-tflite.ts';

const image = (shape: readonly number[]): WriteTensor => ({ shape, scale: [0.5], zeroPoint: [3] });
const ints = (...values: readonly number[]): WriteTensor => ({
  shape: [values.length],
  type: 'int32',
  bytes: int32Bytes(values),
});

/** An operator of images and constants. A second input, which nobody reads, makes the batch 1. */
function importOne(
  name: string,
  given: readonly WriteTensor[],
  output: WriteTensor,
  more: Partial<WriteOperator> = {},
): Graph {
  const tensors = [...given, output, image([1, 2])];
  const inputs = given.map((_, i) => i);
  const operators = [{ name, inputs, outputs: [given.length], ...more }];
  const images = inputs.filter((i) => !given[i]?.bytes);
  return importTflite(
    writeTflite({ tensors, operators, inputs: [...images, given.length + 1], outputs: [given.length] }),
    'm.tflite',
  );
}

/** What the references give for inputs 0, 1, 2 …, as it was imported and when it is lowered. */
function run(graph: Graph): number[] {
  const inputs = graph.inputs.map((id) =>
    Int8Array.from({ length: elements(graph.tensors[id]?.shape ?? []) }, (_, i) => i),
  );
  const of = (each: Graph): number[] => [...(evaluate(each, inputs).outputs[0] as Int8Array)];
  expect(of(lower(graph))).toEqual(of(graph));
  return of(graph);
}

/** The elements of an array of `shape` that holds 0, 1, 2 …, at the indices that each index of `to` comes from; null is padding. */
function moved(
  shape: readonly number[],
  to: readonly number[],
  from: (index: readonly number[]) => readonly number[] | null,
): number[] {
  return Array.from({ length: elements(to) }, (_, flat) => {
    const index = to.map((size, axis) => Math.floor(flat / elements(to.slice(axis + 1))) % size);
    const source = from(index);
    if (!source) return 3;
    const at = source.reduce((sum, i, axis) => sum * (shape[axis] as number) + i, 0);
    return (at << 24) >> 24;
  });
}

const anyShape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 6 });
const shapeAndAxis = anyShape.chain((shape) =>
  fc.record({ shape: fc.constant(shape), axis: fc.integer({ min: 0, max: shape.length - 1 }) }),
);

describe('at a batch of 1, shapes of any axes', () => {
  it('are transposed in any order', () => {
    const orders = anyShape.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        axes: fc.shuffledSubarray([...shape.keys()], { minLength: shape.length }),
      }),
    );
    fc.assert(
      fc.property(orders, ({ shape, axes }) => {
        const to = axes.map((axis) => shape[axis] as number);
        const graph = importOne('TRANSPOSE', [image(shape), ints(...axes)], image(to), { optionsType: 26 });
        const from = (index: readonly number[]) => shape.map((_, axis) => index[axes.indexOf(axis)] as number);
        expect(run(graph)).toEqual(moved(shape, to, from));
      }),
      { numRuns: 200 },
    );
  });

  it('are cut along any axes', () => {
    const parts = anyShape.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        ranges: fc.tuple(
          ...shape.map((size, axis) =>
            // A leading 1 is a batch, which is whole.
            axis === 0 && size === 1
              ? fc.constant([0, 1] as const)
              : fc.integer({ min: 0, max: size - 1 }).chain((begin) => {
                  return fc.tuple(fc.constant(begin), fc.integer({ min: 1, max: size - begin }));
                }),
          ),
        ),
      }),
    );
    fc.assert(
      fc.property(parts, ({ shape, ranges }) => {
        const begins = ranges.map(([begin]) => begin);
        const sizes = ranges.map(([, size]) => size);
        const graph = importOne('SLICE', [image(shape), ints(...begins), ints(...sizes)], image(sizes));
        const from = (index: readonly number[]) => index.map((i, axis) => i + (begins[axis] as number));
        expect(run(graph)).toEqual(moved(shape, sizes, from));
      }),
      { numRuns: 200 },
    );
  });

  it('are padded along any axes', () => {
    const padded = anyShape.chain((shape) =>
      fc.record({
        shape: fc.constant(shape),
        paddings: fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 1 })), {
          minLength: shape.length,
          maxLength: shape.length,
        }),
      }),
    );
    fc.assert(
      fc.property(padded, ({ shape, paddings }) => {
        const to = shape.map((size, axis) => size + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0));
        const list = { ...ints(...paddings.flat()), shape: [shape.length, 2] };
        const graph = importOne('PAD', [image(shape), list], image(to));
        const from = (index: readonly number[]) => {
          const source = index.map((i, axis) => i - (paddings[axis]?.[0] ?? 0));
          return source.every((i, axis) => i >= 0 && i < (shape[axis] as number)) ? source : null;
        };
        expect(run(graph)).toEqual(moved(shape, to, from));
      }),
      { numRuns: 200 },
    );
  });

  it('are joined along any axis', () => {
    fc.assert(
      fc.property(shapeAndAxis, fc.integer({ min: 1, max: 3 }), ({ shape, axis }, count) => {
        const size = shape[axis] as number;
        const to = shape.map((each, i) => (i === axis ? each * count : each));
        const options = { optionsType: 10, options: [[0, 'int32', axis]] } as const;
        const x = Array.from({ length: count }, () => image(shape));
        const graph = importOne('CONCATENATION', x, image(to), options);
        const from = (index: readonly number[]) => index.map((i, at) => (at === axis ? i % size : i));
        expect(run(graph)).toEqual(moved(shape, to, from));
      }),
      { numRuns: 200 },
    );
  });

  it('give the index of the greatest along any axis but a leading 1', () => {
    const several = shapeAndAxis.filter(({ shape, axis }) => !(axis === 0 && shape[0] === 1) && shape.length > 1);
    fc.assert(
      fc.property(several, ({ shape, axis }) => {
        const to = shape.filter((_, i) => i !== axis);
        const options = { optionsType: 40 };
        const graph = importOne('ARG_MAX', [image(shape), ints(axis)], { shape: to, type: 'int32' }, options);
        const x = moved(shape, shape, (index) => index);
        const inner = elements(shape.slice(axis + 1));
        const wanted = Array.from({ length: elements(to) }, (_, i) => {
          const first = Math.floor(i / inner) * inner * (shape[axis] as number) + (i % inner);
          const row = Array.from({ length: shape[axis] as number }, (_, k) => x[first + k * inner] as number);
          return row.indexOf(Math.max(...row));
        });
        expect(run(graph)).toEqual(wanted);
      }),
      { numRuns: 200 },
    );
  });

  it('are rows of a matrix product, whatever axes hold them', () => {
    const weights = {
      shape: [2, 6],
      scale: [0.5],
      zeroPoint: [0],
      bytes: Uint8Array.from([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
    };
    const fullyConnected = (from: readonly number[], to: readonly number[], keep = 0) =>
      importOne(
        'FULLY_CONNECTED',
        [image(from), weights, { shape: [2], type: 'int32', bytes: new Uint8Array(8) }],
        image(to),
        {
          optionsType: 8,
          options: [[2, 'int8', keep]],
        },
      );
    // Scale ½ · ½ over ½: each output is half of the first or of the last of six values, from the zero point on.
    const wanted = (rows: number): number[] =>
      Array.from({ length: rows * 2 }, (_, i) => {
        const value = Math.floor(i / 2) * 6 + (i % 2 === 0 ? 0 : 5);
        return Math.floor((value - 3) / 2 + 0.5) + 3;
      });
    for (const from of [
      [3, 6],
      [1, 3, 6],
      [3, 1, 6],
      [1, 1, 3, 6],
      [3, 1, 1, 6],
      [1, 3, 1, 1, 6],
      [2, 9],
      [1, 2, 9],
      [1, 2, 3, 3],
      [18],
    ]) {
      expect(run(fullyConnected(from, [3, 2])), String(from)).toEqual(wanted(3));
    }
    expect(run(fullyConnected([3, 2, 6], [3, 2, 2], 1))).toEqual(wanted(6));
  });
});

describe('where a size is open', () => {
  const open = (shape: readonly number[], signature: readonly number[]): WriteTensor => ({
    ...image(shape),
    shapeSignature: signature,
  });
  const weights = { shape: [3, 4], scale: [0.5], zeroPoint: [0], bytes: new Uint8Array(12) };
  /** Dense on a map as Keras writes it: rows of pixels, a matrix product, the map again. */
  const dense = writeTflite({
    tensors: [
      { ...open([1, 5, 5, 4], [-1, 5, 5, 4]), name: 'image' },
      open([25, 4], [-1, 4]),
      weights,
      open([25, 3], [-1, 3]),
      open([1, 5, 5, 3], [-1, 5, 5, 3]),
      ints(-1, 4),
      ints(-1, 5, 5, 3),
    ],
    operators: [
      { name: 'RESHAPE', inputs: [0, 5], outputs: [1] },
      { name: 'FULLY_CONNECTED', inputs: [1, 2], outputs: [3], optionsType: 8 },
      { name: 'RESHAPE', inputs: [3, 6], outputs: [4] },
    ],
    inputs: [0],
    outputs: [4],
  });

  it('an open batch is 1, and rows of pixels are none', () => {
    const { nodes, tensors, outputs } = importTflite(dense, 'm');
    expect(nodes.map(({ op }) => op.type)).toEqual(['Reshape', 'FullyConnected', 'Reshape']);
    expect(tensors[outputs[0] as number]?.shape).toEqual([1, 5, 5, 3]);
  });

  it('a leading size that is taken for the batch is pixels where it does not go on', () => {
    const rows = writeTflite({
      tensors: [
        { ...open([7, 4], [-1, 4]), name: 'rows' },
        weights,
        open([7, 3], [-1, 3]),
        open([1, 21], [1, -1]),
        ints(1, -1),
      ],
      operators: [
        { name: 'FULLY_CONNECTED', inputs: [0, 1], outputs: [2], optionsType: 8 },
        { name: 'RESHAPE', inputs: [2, 4], outputs: [3] },
      ],
      inputs: [0],
      outputs: [3],
    });
    const { tensors, outputs } = importTflite(rows, 'm', { shapes: { rows: [6, 4] } });
    expect(tensors[outputs[0] as number]?.shape).toEqual([1, 1, 1, 18]);
  });

  it('a batch that does not go on is told once', () => {
    const pool = (from: number, to: number): WriteOperator => ({
      ...{ name: 'MAX_POOL_2D', inputs: [from], outputs: [to], optionsType: 5 },
      options: [[0, 'int8', 1], ...[1, 2, 3, 4].map((slot) => [slot, 'int32', 1] as const)],
    });
    const shape = [1, 3, 3, 4];
    const signature = [-1, 3, 3, 4];
    const bytes = writeTflite({
      tensors: [
        { ...open(shape, signature), name: 'image' },
        open(shape, signature),
        open([1, 36], [1, 36]),
        ints(1, -1),
        ...Array.from({ length: 5 }, () => open([1, 36], [1, 36])),
      ],
      operators: [
        pool(0, 1),
        { name: 'RESHAPE', inputs: [1, 3], outputs: [2] },
        ...[2, 4, 5, 6, 7].map((from, i) => ({ name: 'QUANTIZE', inputs: [from], outputs: [4 + i] })),
      ],
      inputs: [0],
      outputs: [8],
    });
    expect(importTflite(bytes, 'm').nodes.length).toBe(7);
    const { problems } = refusal(() => importTflite(bytes, 'm', { shapes: { image: [4, 3, 3, 4] } }));
    expect(problems.map(({ what }) => what)).toEqual([
      'its output: the shape [1, 144] starts with 1, but the batch is 4: the batch axis is mixed with others (give --shape with a batch of 1)',
    ]);
  });
});
