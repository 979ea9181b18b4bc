import { describe, expect, it } from 'vitest';
import { roundHalfAway } from '../../src/arithmetic/fixed-point.ts';
import { quantize } from '../../src/ops/quantize.ts';
import { everyByte, map, runReference } from './run-reference.ts';

describe('quantize', () => {
  it('rounds ties of positive values up, as TFLite does', () => {
    const x = map([1, 4, 1], [1, 3, 5, 7], { scale: 0.25 });
    expect(runReference(quantize, {}, [x], { scale: 0.5 })).toEqual([1, 2, 3, 4]);
    expect([0.25, 0.75, 1.25, 1.75].map((value) => roundHalfAway(value / 0.5))).toEqual([1, 2, 3, 4]);
  });

  it('rounds ties of negative values up where only the first rounding meets them', () => {
    const x = map([1, 4, 1], [-1, -3, -5, -7], { scale: 0.25 });
    expect(runReference(quantize, {}, [x], { scale: 0.5 })).toEqual([0, -1, -2, -3]);
  });

  it('moves int8 to uint8 and saturates', () => {
    const shifted = runReference(quantize, {}, [everyByte({ zeroPoint: -128 })], { dtype: 'u8' });
    expect(shifted).toEqual(Array.from({ length: 256 }, (_, i) => i));
    expect(runReference(quantize, {}, [map([1, 2, 1], [127, -128])], { scale: 0.5 })).toEqual([127, -128]);
  });
});
