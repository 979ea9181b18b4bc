import { describe, expect, it } from 'vitest';
import { softmaxExponentials } from '../../src/arithmetic/softmax-exponentials.ts';

describe('softmaxExponentials', () => {
  it.each([
    [0.1, 1],
    [0.02, 1],
    [1, 1],
    [0.1, 0.5],
    [0.0001, 1],
  ])('is close to e^−i·%f·%f', (scale, beta) => {
    const { table } = softmaxExponentials(scale, beta);
    for (let i = 0; i < 256; i++) {
      expect(Math.abs((table[i] as number) - Math.exp(-i * scale * beta) * 2 ** 31)).toBeLessThan(2 ** 31 * 3e-7);
    }
  });

  it('is 0 below diffMin, which is about −31 / (beta · scale)', () => {
    const { table, diffMin } = softmaxExponentials(0.25, 1);
    expect(diffMin).toBe(-62); // 31 · 2^26 / 2^shift where 0.25 · 2^26 = 0.5 · 2^25
    expect(table[62]).toBeGreaterThan(0);
    expect([...table.slice(63)].every((value) => value === 0)).toBe(true);
  });

  it('has 1 as 2^31 − 1 at the maximum', () => {
    expect(softmaxExponentials(0.3, 1).table[0]).toBe(2 ** 31 - 1);
  });

  it('refuses factors that TFLite cannot hold', () => {
    expect(() => softmaxExponentials(2 ** -27, 1)).toThrow('must be above 2^−26');
  });
});
