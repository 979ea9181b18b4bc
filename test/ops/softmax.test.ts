import { describe, expect, it } from 'vitest';
import { quantizeMultiplier, saturatingRoundingDoublingHighMul } from '../../src/arithmetic/fixed-point.ts';
import { softmaxExponentials } from '../../src/arithmetic/softmax-exponentials.ts';
import { expOnNegativeValues, softmax } from '../../src/ops/softmax.ts';
import { tensor } from '../kernels/views.ts';
import { runFloat } from './run-float.ts';
import { map, runReference } from './run-reference.ts';

const y = { scale: 1 / 256, zeroPoint: -128 };

describe('softmax', () => {
  it('splits one evenly, and gives all of it to a far maximum', () => {
    expect(runReference(softmax, { beta: 1 }, [map([1, 1, 4], [5, 5, 5, 5])], y)).toEqual([-64, -64, -64, -64]);
    expect(runReference(softmax, { beta: 1 }, [map([1, 1, 3], [-128, 127, -128])], y)).toEqual([-128, 127, -128]);
  });

  it('gives 0 where TFLite shifts by 32 bits, which C leaves undefined (127 on x86-64)', () => {
    const first = (c: number) =>
      runReference(softmax, { beta: 1 }, [map([1, 1, c], new Int8Array(c), { scale: 0.1 })], y)[0];
    expect([500, 511, 512, 513, 1024, 4096].map(first)).toEqual([-127, -127, -128, -128, -128, -128]);
  });

  it('is near the real softmax of every pixel', () => {
    const values = [-30, 12, 80, 127, 3, 90, 91, 92, -128];
    const got = runReference(softmax, { beta: 2 }, [map([3, 1, 3], values, { scale: 0.02, zeroPoint: 9 })], y);
    for (let first = 0; first < values.length; first += 3) {
      const terms = values.slice(first, first + 3).map((q) => Math.exp(2 * 0.02 * q));
      const sum = terms.reduce((total, term) => total + term, 0);
      terms.forEach((term, i) => {
        expect(Math.abs((got[first + i] as number) + 128 - (256 * term) / sum)).toBeLessThan(0.51);
      });
    }
  });

  it('gives uint8 the same, 128 higher', () => {
    const bytes = tensor('x', [1, 1, 1, 3], { dtype: 'u8', scale: 0.1, data: Uint8Array.from([10, 30, 33]) });
    const signed = map([1, 1, 3], [10, 30, 33], { scale: 0.1 });
    const shifted = runReference(softmax, { beta: 1 }, [signed], y).map((q) => q + 128);
    expect(runReference(softmax, { beta: 1 }, [bytes], { dtype: 'u8', scale: 1 / 256 })).toEqual(shifted);
  });

  it.each([
    [0.1, 1],
    [0.00390625, 1],
    [0.25, 1],
    [1, 1],
    [0.0472, 10],
    [0.5, 300],
    [0.3, 0.001],
  ])('has the exponentials of the kernel at scale %d, beta %d', (scale, beta) => {
    const { table, diffMin } = softmaxExponentials(scale, beta);
    const { multiplier, shift } = quantizeMultiplier(Math.min(beta * scale * 2 ** 26, 2 ** 31 - 1));
    const own = Int32Array.from(table, (_, i) =>
      -i < diffMin ? 0 : expOnNegativeValues(saturatingRoundingDoublingHighMul(-i * 2 ** shift, multiplier)),
    );
    expect(own).toEqual(table);
  });

  it('is off the real exponential by no more than the remainder of its polynomial', () => {
    const remainder = (1 / 8) ** 5 / 120; // of e^x to the fourth order, an eighth from its middle
    for (let quarters = 0; quarters <= 124; quarters++) {
      for (const off of [0, 1, 2 ** 20]) {
        const a = -quarters * 2 ** 24 - off;
        expect(Math.abs(expOnNegativeValues(a) / 2 ** 31 - Math.exp(a / 2 ** 26))).toBeLessThan(remainder);
      }
    }
  });

  it('divides e to the power of each real logit by their sum, pixel by pixel', () => {
    const even = runFloat(softmax, { beta: 1 }, [
      [2, 1, 2],
      [7, 7, -1000, 88],
    ]);
    expect(even).toEqual([0.5, 0.5, 0, 1]);
    const values = [0.5, -1, 3, 2.25];
    const terms = values.map((value) => Math.exp(2 * value));
    const sum = terms.reduce((total, term) => total + term);
    runFloat(softmax, { beta: 2 }, [[1, 1, 4], values]).forEach((y, i) => {
      expect(Math.abs(y - (terms[i] as number) / sum)).toBeLessThan(2 ** -24);
    });
  });
});
