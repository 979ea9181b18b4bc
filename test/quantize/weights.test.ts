import { describe, expect, it } from 'vitest';
import { quantizeWeights, weightScales } from '../../src/quantize/weights.ts';

/** What the sum |bias| + 255 · Σ|q| of one channel comes to in steps of its accumulator. */
function worst(values: Float32Array, bias: number, xScale: number): { readonly steps: number; readonly scale: number } {
  const weights = { shape: [1, values.length], axis: 0, data: values, bias: Float32Array.of(bias), xScale };
  const { scale } = weightScales(weights);
  const q = quantizeWeights(weights, scale, -127);
  const one = scale[0] as number;
  return {
    steps: Math.abs(bias) / (xScale * one) + 255 * q.reduce((sum, value) => sum + Math.abs(value), 0),
    scale: one,
  };
}

describe('the scale of weights', () => {
  it('is a 127th of the greatest weight where sums are small', () => {
    expect(worst(Float32Array.of(1, -127, 3), 0, 1).scale).toBe(1);
  });

  // 255 · 127 · n stays below 2^30 up to n = 33,155.
  it.each([33_000, 33_155, 34_000, 60_000, 300_000, 2_000_000])(
    'leaves room in int32 for %i equal weights and the whole range of x',
    (count) => {
      for (const bias of [0, 3000])
        expect(worst(new Float32Array(count).fill(1), bias, 0.01).steps).toBeLessThan(2 ** 30);
    },
  );

  it('grows no further than the room asks for', () => {
    const { steps, scale } = worst(new Float32Array(60_000).fill(1), 0, 1);
    expect(scale).toBeGreaterThan(1 / 127);
    expect(steps).toBeGreaterThan(0.95 * 2 ** 30);
    expect(worst(new Float32Array(33_000).fill(1), 0, 1).scale).toBe(Math.fround(1 / 127));
  });

  it('makes room for a bias that is large beside the weights', () => {
    expect(worst(Float32Array.of(1e-6), 100, 1e-3).steps).toBeLessThan(2 ** 30);
  });
});
