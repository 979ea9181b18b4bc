import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { type Graph, isFloat } from '../../src/graph/graph.ts';
import { elements } from '../../src/graph/tensor.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { modelKind } from '../../src/jobs/model-kind.ts';
import { refusal } from './refusal.ts';
import { int32Bytes, type WriteOperator, type WriteSparsity, type WriteTensor, writeTflite } from './write-tflite.ts';

const image = (shape: readonly number[]): WriteTensor => ({ shape, scale: [0.5], zeroPoint: [3] });
const real = (shape: readonly number[]): WriteTensor => ({ shape, type: 'float32' });
const ints = (...values: readonly number[]): WriteTensor => ({
  shape: [values.length],
  type: 'int32',
  bytes: int32Bytes(values),
});
const bytesOf = (values: readonly number[]): Uint8Array => new Uint8Array(Int8Array.from(values).buffer);
const counting = (shape: readonly number[]): number[] =>
  Array.from({ length: elements(shape) }, (_, i) => (i % 200) - 100);

/**
 * A matrix product whose weights, tensor 1, come of other constants through operators; `tensors` begin behind the output, with
 * index 3.
 */
function product(
  weights: WriteTensor,
  tensors: readonly WriteTensor[],
  operators: readonly WriteOperator[],
  [x, y] = [image([1, weights.shape[1] as number]), image([1, weights.shape[0] as number])],
): Uint8Array {
  const fullyConnected = { name: 'FULLY_CONNECTED', inputs: [0, 1], outputs: [2], optionsType: 8 };
  return writeTflite({
    tensors: [x as WriteTensor, weights, y as WriteTensor, ...tensors],
    operators: [...operators, fullyConnected],
    inputs: [0],
    outputs: [2],
  });
}

/** The weights that a matrix product has got. */
function weightsOf({ nodes, tensors }: Graph): number[] {
  expect(nodes.map(({ op }) => op.type)).toEqual(['FullyConnected']);
  return Array.from(tensors[nodes[0]?.inputs[1] as number]?.data as Int8Array);
}

const quantized = (shape: readonly number[], values: readonly number[]): WriteTensor => ({
  shape,
  scale: [0.25],
  zeroPoint: [0],
  bytes: bytesOf(values),
});

describe('constants behind operators', () => {
  it('are transposed', () => {
    const orders = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
    fc.assert(
      fc.property(orders, fc.constantFrom('int8', 'float32'), (axes, type) => {
        const shape = [2, 3, 1, 4];
        const to = axes.map((axis) => shape[axis] as number);
        const flat = [to[0] as number, elements(to) / (to[0] as number)];
        const given = {
          ...quantized(shape, counting(shape)),
          ...(type === 'float32' && { type, bytes: new Uint8Array(Float32Array.from(counting(shape)).buffer) }),
        } as WriteTensor;
        const like = (each: readonly number[]): WriteTensor =>
          type === 'int8' ? { shape: each, scale: [0.25], zeroPoint: [0] } : real(each);
        const bytes = product(
          like(flat),
          [given, ints(...axes), like(to)],
          [
            { name: 'TRANSPOSE', inputs: [3, 4], outputs: [5], optionsType: 26 },
            { name: 'RESHAPE', inputs: [5], outputs: [1] },
          ],
          type === 'int8' ? undefined : [real([1, flat[1] as number]), real([1, flat[0] as number])],
        );
        const wanted = Array.from({ length: elements(to) }, (_, i) => {
          const index = to.map((size, axis) => Math.floor(i / elements(to.slice(axis + 1))) % size);
          const from = shape.map((_, axis) => index[axes.indexOf(axis)] as number);
          return counting(shape)[from.reduce((sum, at, axis) => sum * (shape[axis] as number) + at, 0)];
        });
        expect(weightsOf(importTflite(bytes, 'm'))).toEqual(wanted);
      }),
    );
  });

  it('of int8 are real ones behind a DEQUANTIZE, by scales and zero points of channels', () => {
    const weights = {
      ...quantized([2, 3], [1, 2, 3, -4, 5, 127]),
      scale: [0.5, 0.25],
      zeroPoint: [0, 1],
      dimension: 0,
    };
    const bytes = product(
      real([2, 3]),
      [weights],
      [{ name: 'DEQUANTIZE', inputs: [3], outputs: [1] }],
      [real([1, 3]), real([1, 2])],
    );
    expect(weightsOf(importTflite(bytes, 'm'))).toEqual([0.5, 1, 1.5, -1.25, 1, 31.5]);
  });

  it.each<[string, WriteTensor, WriteOperator, readonly WriteTensor[]]>([
    [
      'a TRANSPOSE to another shape',
      image([3, 2]),
      { name: 'TRANSPOSE', inputs: [3, 4], outputs: [1], optionsType: 26 },
      [quantized([2, 3], [1, 2, 3, 4, 5, 6]), ints(0, 1)],
    ],
    [
      'a TRANSPOSE of an axis twice',
      image([2, 2]),
      { name: 'TRANSPOSE', inputs: [3, 4], outputs: [1], optionsType: 26 },
      [quantized([2, 2], [1, 2, 3, 4]), ints(1, 1)],
    ],
    [
      'a RESHAPE to another size',
      image([2, 2]),
      { name: 'RESHAPE', inputs: [3], outputs: [1] },
      [quantized([2, 3], [1, 2, 3, 4, 5, 6])],
    ],
    [
      'a RESHAPE of too few bytes',
      image([2, 2]),
      { name: 'RESHAPE', inputs: [3], outputs: [1] },
      [quantized([4, 1], [1, 2, 3])],
    ],
  ])('stay and are refused by name: %s', (_, weights, operator, constants) => {
    const { code, problems } = refusal(() => importTflite(product(weights, constants, [operator]), 'm'));
    expect(code).toBe('unsupported');
    expect(problems[0]).toMatchObject({ node: 0, op: operator.name });
  });

  it('are made once, however many operators name one', () => {
    const shape = [4, 4];
    const twice = Array.from(
      { length: 40 },
      (_, i): WriteTensor => ({ shape, scale: [0.25], zeroPoint: [0], name: `w${i}` }),
    );
    const bytes = writeTflite({
      tensors: [
        image([1, 4]),
        quantized(shape, counting(shape)),
        ints(1, 0),
        ...twice,
        ...twice.map(() => image([1, 4])),
      ],
      operators: twice.flatMap((_, i) => [
        { name: 'TRANSPOSE', inputs: [1, 2], outputs: [3 + i], optionsType: 26 },
        { name: 'FULLY_CONNECTED', inputs: [0, 3 + i], outputs: [43 + i], optionsType: 8 },
      ]),
      inputs: [0],
      outputs: twice.map((_, i) => 43 + i),
    });
    const { nodes, tensors } = importTflite(bytes, 'm');
    expect(new Set(nodes.map(({ inputs }) => tensors[inputs[1] as number]?.data)).size).toBe(1);
  });
});

describe('int4 weights', () => {
  it('are unpacked, the lower half of a byte first', () => {
    const packed = { ...quantized([1, 5], []), type: 'int4', bytes: Uint8Array.of(0x8f, 0x70, 0x03) } as const;
    expect(weightsOf(importTflite(product(packed, [], []), 'm'))).toEqual([-1, -8, 0, 7, 3]);
  });

  it('of another size are refused', () => {
    const packed = { ...quantized([1, 5], []), type: 'int4', bytes: Uint8Array.of(0x8f, 0x70) } as const;
    expect(refusal(() => importTflite(product(packed, [], []), 'm')).message).toMatch(/the type int4 is not supported/);
  });
});

describe('dynamic-range weights', () => {
  const weights = { ...quantized([2, 3], [1, 2, 3, -4, 5, 127]), scale: [0.5, 0.25], zeroPoint: [0, 0] };
  const bytes = product(weights, [], [], [real([1, 3]), real([1, 2])]);

  it('are real values, by channel', () => {
    const graph = importModel(bytes, 'm');
    expect([isFloat(graph), graph.isDynamicRange]).toEqual([true, true]);
    expect(weightsOf(graph)).toEqual([0.5, 1, 1.5, -1, 1.25, 31.75]);
  });

  it('make a float model, which is to be quantised first', () => {
    expect(modelKind(bytes, 'm')).toBe('float');
    const { code, message } = refusal(() => compile(importModel(bytes, 'm')));
    expect([code, message]).toEqual([
      'unsupported',
      'm: dynamic-range weights: quantise it first (`liteblock quantize`)',
    ]);
  });

  it('with scales that do not fit are refused by node', () => {
    const three = product({ ...weights, scale: [1, 1, 1] }, [], [], [real([1, 3]), real([1, 2])]);
    expect(refusal(() => importTflite(three, 'm')).problems[0]).toMatchObject({ node: 0, op: 'FULLY_CONNECTED' });
  });
});

describe('sparse weights', () => {
  const shape = [4, 6];
  const dense = [0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 9, 0, -5, 0, 0, 0, 0];
  const rows: WriteSparsity = {
    order: [0, 1],
    levels: [{ size: 4 }, { segments: [0, 1, 1, 3, 4], indices: [2, 0, 5, 1] }],
  };
  const sparse = (sparsity: WriteSparsity, values: readonly number[]): WriteTensor => ({
    ...quantized(shape, values),
    sparsity,
  });
  const densified = (weights: WriteTensor): Uint8Array =>
    product({ shape, scale: [0.25], zeroPoint: [0] }, [weights], [{ name: 'DENSIFY', inputs: [3], outputs: [1] }]);

  it.each([1, 2, 4] as const)('are dense behind a DENSIFY, with indices of %i bytes', (size) => {
    const levels = rows.levels.map((level) => ('size' in level ? level : { ...level, bytes: size }));
    expect(weightsOf(importTflite(densified(sparse({ ...rows, levels }, [3, 7, 9, -5])), 'm'))).toEqual(dense);
  });

  it('are dense without a DENSIFY, too', () => {
    expect(weightsOf(importTflite(product(sparse(rows, [3, 7, 9, -5]), [], []), 'm'))).toEqual(dense);
  });

  it('may be stored by columns', () => {
    const columns: WriteSparsity = {
      order: [1, 0],
      levels: [{ size: 6 }, { segments: [0, 1, 2, 3, 3, 3, 4], indices: [2, 3, 0, 2] }],
    };
    expect(weightsOf(importTflite(densified(sparse(columns, [7, -5, 3, 9])), 'm'))).toEqual(dense);
  });

  it('may be stored in blocks', () => {
    // Blocks of 1 × 2: those of row 0 that hold column 2, of row 2 columns 0 and 5, of row 3 column 1.
    const blocks: WriteSparsity = {
      order: [0, 1, 2],
      blockMap: [1],
      levels: [{ size: 4 }, { segments: [0, 1, 1, 3, 4], indices: [1, 0, 2, 0] }, { size: 2 }],
    };
    expect(weightsOf(importTflite(densified(sparse(blocks, [3, 0, 7, 0, 0, 9, 0, -5])), 'm'))).toEqual(dense);
  });

  const second = (level: WriteSparsity['levels'][number]): WriteSparsity => ({ ...rows, levels: [{ size: 4 }, level] });

  it.each<[string, WriteSparsity, readonly number[], RegExp]>([
    [
      'segments that fall',
      second({ segments: [0, 3, 1, 3, 4], indices: [2, 0, 5, 1] }),
      [1, 2, 3, 4],
      /segments that do not divide its 4 indices/,
    ],
    [
      'segments that end early',
      second({ segments: [0, 1, 1, 3, 3], indices: [2, 0, 5, 1] }),
      [1, 2, 3],
      /do not divide/,
    ],
    [
      'segments that end beyond',
      second({ segments: [0, 1, 1, 3, 400000], indices: [2, 0, 5, 1] }),
      [1, 2, 3, 4],
      /do not divide/,
    ],
    [
      'segments that begin late',
      second({ segments: [1, 1, 1, 3, 4], indices: [2, 0, 5, 1] }),
      [1, 2, 3, 4],
      /do not divide/,
    ],
    [
      'too few segments',
      second({ segments: [0, 1, 4], indices: [2, 0, 5, 1] }),
      [1, 2, 3, 4],
      /3 segments, which are too few/,
    ],
    ['an index beyond', second({ segments: [0, 1, 1, 3, 4], indices: [2, 0, 6, 1] }), [1, 2, 3, 4], /index 6 of 6/],
    ['a negative index', second({ segments: [0, 1, 1, 3, 4], indices: [2, 0, -1, 1] }), [1, 2, 3, 4], /index -1 of 6/],
    ['too few values', rows, [1, 2, 3], /too few/],
    ['too many values', rows, [1, 2, 3, 4, 5], /5 bytes of values and places for 4/],
    [
      'another size',
      { ...rows, levels: [{ size: 5 }, rows.levels[1] as WriteSparsity['levels'][number]] },
      [1, 2, 3, 4],
      /level 0 has 5 places, its shape 4/,
    ],
    [
      'a level more',
      { ...rows, levels: [...rows.levels, { size: 2 }] },
      [1, 2, 3, 4],
      /stores 3 levels in the order \[0,1\]/,
    ],
    ['an axis twice', { ...rows, order: [1, 1] }, [1, 2, 3, 4], /its order \[1,1\]/],
    [
      'a block of no axis',
      { order: [0, 1, 2], blockMap: [7], levels: [...rows.levels, { size: 2 }] },
      [1, 2, 3, 4],
      /of the axes \[7\] of 2/,
    ],
    [
      'a block that does not fit',
      { order: [0, 1, 2], blockMap: [1], levels: [...rows.levels, { size: 5 }] },
      [1, 2, 3, 4],
      /blocks of 5 do not fit axis 1/,
    ],
  ])('with %s are refused', (_, sparsity, values, message) => {
    const error = refusal(() => importTflite(densified(sparse(sparsity, values)), 'm'));
    expect([error.code, error.message]).toEqual(['file-invalid', expect.stringMatching(message)]);
  });

  it('that would be too large are refused before they are made', () => {
    const large = {
      ...quantized([1 << 15, 1 << 15], [1]),
      sparsity: { order: [0, 1], levels: [{ size: 1 << 15 }, { segments: [0], indices: [] }] },
    };
    expect(refusal(() => importTflite(product(large, [], []), 'm')).message).toMatch(
      /the sparse tensors are too large/,
    );
  });

  it('whose bytes are changed give a typed error, or weights', () => {
    const bytes = densified(sparse(rows, [3, 7, 9, -5]));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        try {
          importTflite(changed, 'm');
        } catch (error) {
          expect(['file-invalid', 'file-truncated', 'file-version', 'unsupported', 'graph-invalid']).toContain(
            (error as { code?: string }).code,
          );
        }
      }),
      { numRuns: 1500 },
    );
  });
});
