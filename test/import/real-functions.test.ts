import { describe, expect, it } from 'vitest';
import { first, image, importOne, inputOf } from './one-operator.ts';
import type { WriteOperator, WriteTensor } from './write-tflite.ts';

/** Operators that TFLite has for real values alone. */

const real = (shape: readonly number[], values?: readonly number[]): WriteTensor => ({
  shape,
  type: 'float32',
  ...(values && { bytes: new Uint8Array(Float32Array.from(values).buffer) }),
});
const map = [1, 2, 2, 2];
const optionsOf = (optionsType: number, ...fields: NonNullable<WriteOperator['options']>) => ({
  optionsType,
  options: fields,
});

it.each([
  ['ELU', 'Elu', 0],
  ['LOG', 'Log', 0],
  ['NEG', 'Neg', 42],
  ['SQRT', 'Sqrt', 0],
  ['SQUARE', 'Mul', 66],
])('%s is %s in a float model, and refused in an int8 one', (name, type, optionsType) => {
  expect(first(importOne(name, [real(map), real(map)], optionsOf(optionsType))).op.type).toBe(type);
  expect(() => importOne(name, [image(map), image(map)], optionsOf(optionsType))).toThrow(
    `TFLite has no int8 kernel of it that is supported: give the float model to quantize`,
  );
});

it('SQUARE is the product with itself', () => {
  const { inputs } = first(importOne('SQUARE', [real(map), real(map)], optionsOf(66)));
  expect(inputs[0]).toBe(inputs[1]);
});

describe('DIV', () => {
  const div = (divisor: WriteTensor, more: Partial<WriteOperator> = optionsOf(29)) =>
    importOne('DIV', [real(map), divisor, real(map)], more);

  it('by a constant is a product with its reciprocals', () => {
    const graph = div(real([2], [4, -0.5]), optionsOf(29, [0, 'int8', 1]));
    expect(first(graph)).toMatchObject({ op: { type: 'Mul' }, attributes: { activation: 'relu' } });
    expect(inputOf(graph, 1)).toMatchObject({ shape: [1, 1, 1, 2], data: Float32Array.from([0.25, -2]) });
  });

  it('by 0, by what is computed and of int8 is refused', () => {
    expect(() => div(real([2], [1, 0]))).toThrow(/a divisor of 0, or with a reciprocal that float32 does not hold/);
    expect(() => div(real([1], [1e-42]))).toThrow(/a divisor of 0/);
    expect(() => div(real(map), { ...optionsOf(29), inputs: [0, 0] })).toThrow(
      /its divisor must be constant; it is computed/,
    );
    expect(() => importOne('DIV', [image(map), image([2], { bytes: Uint8Array.from([1, 2]) }), image(map)])).toThrow(
      /DIV .*TFLite has no int8 kernel/,
    );
  });
});

describe('POW', () => {
  const pow = (exponent: WriteTensor, more: Partial<WriteOperator> = optionsOf(56)) =>
    importOne('POW', [real(map), exponent, real(map)], more);

  it('has one constant exponent', () => {
    expect(first(pow(real([], [2])))).toMatchObject({ op: { type: 'Pow' }, attributes: { exponent: 2 } });
    expect(first(pow(real([2], [0.5, 0.5]))).attributes).toEqual({ exponent: 0.5 });
    expect(first(pow(real([], [2]))).inputs).toHaveLength(1);
  });

  it('of several exponents, or of one that is not finite, is refused', () => {
    expect(() => pow(real([2], [1, 2]))).toThrow(/exponents that differ or are not finite/);
    expect(() => pow(real([], [Infinity]))).toThrow(/exponents that differ or are not finite/);
    expect(() => pow(real(map), { ...optionsOf(56), inputs: [0, 0] })).toThrow(
      /its exponent must be constant; it is computed/,
    );
  });
});

it('GELU says whether it is approximated', () => {
  expect(first(importOne('GELU', [image(map), image(map)], optionsOf(116))).attributes).toEqual({ approximate: false });
  const approximate = optionsOf(116, [0, 'int8', 1]);
  expect(first(importOne('GELU', [image(map), image(map)], approximate)).attributes).toEqual({ approximate: true });
});
