import fc from 'fast-check';
import { expect, it } from 'vitest';
import { heldBy, leastScale, quantizationOf, quantizeValue } from '../../src/quantize/range.ts';

const end = fc.float({ min: 0, max: Math.fround(1e6), noNaN: true });

it('is the least scale at which some zero point holds both ends', () => {
  fc.assert(
    fc.property(end, end, (below, above) => {
      fc.pre(below + above > 1);
      const { scale } = quantizationOf({ min: -below, max: above });
      const reach = (value: number, steps: number) => (value === 0 ? 0 : value / steps);
      const needs = Array.from({ length: 256 }, (_, k) => Math.max(reach(below, k), reach(above, 255 - k)));
      expect(scale[0]).toBe(Math.fround(Math.min(...needs)));
    }),
  );
});

it('cuts off neither end, and has real 0', () => {
  fc.assert(
    fc.property(end, end, (below, above) => {
      const { scale, zeroPoint } = quantizationOf({ min: -below, max: above });
      const [step, zero] = [scale[0] as number, zeroPoint[0] as number];
      const held = heldBy(step, zero);
      expect(zero >= -128 && zero <= 127 && Number.isInteger(zero)).toBe(true);
      expect(step).toBeGreaterThanOrEqual(leastScale);
      expect(Math.fround(step)).toBe(step);
      if (below + above === 0) return;
      expect(held.min).toBeLessThanOrEqual(-below * (1 - 2 ** -23));
      expect(held.max).toBeGreaterThanOrEqual(above * (1 - 2 ** -23));
    }),
  );
});

it('has pixels of −1, 0 and 1 exactly, in steps of 1/127', () => {
  const { scale, zeroPoint } = quantizationOf({ min: -1, max: 1 });
  expect([scale, zeroPoint]).toEqual([[Math.fround(1 / 127)], [-1]]);
});

it('divides a value by its scale in float32, as a runtime does', () => {
  const scale = Math.fround(0.1);
  // In double the quotient is −122.499998…, in float32 −122.5, whose half goes away from zero.
  expect(Math.fround(-12.25 / scale)).toBe(-122.5);
  expect(-12.25 / scale).toBeGreaterThan(-122.5);
  expect(quantizeValue(-12.25, scale, 0)).toBe(-123);
});
