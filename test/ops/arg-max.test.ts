import { describe, expect, it } from 'vitest';
import { argMax } from '../../src/ops/arg-max.ts';
import { tensor } from '../kernels/views.ts';
import { map, opView, runReference, valuesByReference } from './run-reference.ts';

describe('arg-max', () => {
  // Pixels of three channels: the greatest is the second, the first of two, and the last.
  const x = map([1, 3, 3], [-5, 9, 2, 7, 7, -128, -1, -2, 127]);

  it('names the first of the greatest channels of each pixel', () => {
    expect(runReference(argMax, { of: 'max' }, [x], { dtype: 'i32' })).toEqual([1, 0, 2]);
  });

  it('or of the least', () => {
    expect(runReference(argMax, { of: 'min' }, [x], { dtype: 'i32' })).toEqual([0, 2, 1]);
  });

  it('in 64 bits where that is the type of its output', () => {
    expect(valuesByReference(argMax, { of: 'max' }, [x], { dtype: 'i64' })).toEqual(BigInt64Array.of(1n, 0n, 2n));
  });

  it('chooses from as many classes as x has channels', () => {
    expect(argMax.classes?.(opView(argMax, { of: 'max' }, [tensor('x', [1, 2, 2, 21])]))).toBe(21);
  });
});
