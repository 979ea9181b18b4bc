import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elements } from '../../src/graph/tensor.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { refusal } from './refusal.ts';
import { counting, image, ints, product, quantized, real, weightsOf } from './weights-behind.ts';
import { type WriteOperator, type WriteTensor, writeTflite } from './write-tflite.ts';

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
