import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccumulatorRange } from '../../src/arithmetic/accumulators.ts';
import { clamp, requantizeOne } from '../../src/arithmetic/fixed-point.ts';
import { chooseForm, prove, realParameters } from '../../src/arithmetic/requantize-forms.ts';

const magic = 1.5 * 2 ** 52;
/** As the engine rounds: to nearest, ties to even. */
const nearest = (x: number): number => x + magic - magic;

/** Beyond ±600 both forms only have to saturate: zero points and clamps lie within ±255. */
const saturated = (y: number): number => clamp(y, -600, 600);

function real(acc: number, multiplier: number, shift: number): number {
  const { scale, positive, negative } = realParameters(multiplier, shift);
  return nearest(acc * scale + (acc < 0 ? negative : positive));
}

/** Accumulators on both sides of every tie from −260 to 260, and the ends of int32. */
function* accumulators(multiplier: number, shift: number): Generator<number> {
  const scale = multiplier * 2 ** (shift - 31);
  for (let y = -260.5; y <= 260.5; y++) {
    const tie = Math.round(y / scale);
    for (let acc = tie - 2; acc <= tie + 2; acc++) yield acc;
  }
  yield* [-(2 ** 31), 1 - 2 ** 31, 2 - 2 ** 31, -2, -1, 0, 1, 2, 2 ** 31 - 2, 2 ** 31 - 1];
}

const ends = [2 ** 30, 2 ** 30 + 1, 3 * 2 ** 29, 2 ** 31 - 2, 2 ** 31 - 1];
const randomMultiplier = fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 });
const shifts = Array.from({ length: 13 }, (_, r) => 0 - r);

describe.each(shifts)('shift %i', (shift) => {
  const check = (multiplier: number, accs: Iterable<number>) => {
    for (const acc of accs) {
      const y = saturated(requantizeOne(acc, multiplier, shift));
      if (saturated(real(acc, multiplier, shift)) !== y)
        expect([acc, multiplier, real(acc, multiplier, shift)]).toEqual(y);
    }
  };

  it('gives the two roundings next to every tie', () => {
    for (const multiplier of ends) check(multiplier, accumulators(multiplier, shift));
    for (const multiplier of fc.sample(randomMultiplier, { numRuns: 5, seed: 1 - shift })) {
      check(multiplier, accumulators(multiplier, shift));
    }
  });

  it('gives the two roundings of any accumulator', () => {
    const acc = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const inRange = fc.integer({ min: -(2 ** (9 - shift)), max: 2 ** (9 - shift) });
    fc.assert(
      fc.property(fc.oneof(acc, inRange), randomMultiplier, (a, multiplier) => {
        check(multiplier, [a]);
      }),
      { numRuns: 2000 },
    );
  });

  it('never lets a negative accumulator round above 0 with the offset for positive ones', () => {
    for (const multiplier of ends) {
      const { scale, positive } = realParameters(multiplier, shift);
      for (const acc of [-1, -2, -3, -1000, -(2 ** 31)]) expect(nearest(acc * scale + positive)).toBeLessThanOrEqual(0);
    }
  });

  it('keeps multiplier and shift in the bits of the scale', () => {
    for (const multiplier of ends) {
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, realParameters(multiplier, shift).scale);
      const bits = view.getBigUint64(0);
      expect(Number(((bits & 0xfffffffffffffn) | 0x10000000000000n) >> 22n)).toBe(multiplier);
      expect(Number(bits >> 52n) - 1022).toBe(shift);
    }
  });
});

it('has its limit at shift −12 for a reason: −14 breaks a tie the other way', () => {
  expect(requantizeOne(-5_554_175, 2 ** 30, -14)).toBe(-169);
  expect(real(-5_554_175, 2 ** 30, -14)).toBe(-170);
});

describe('chooseForm', () => {
  const multipliers = (...shift: number[]) => ({
    multiplier: Int32Array.from(shift, () => 2 ** 30),
    shift: Int32Array.from(shift),
  });

  it('takes the real form while every shift is within −12 … 0', () => {
    expect(chooseForm(multipliers(-12, 0), -128, 3)).toBe('real');
    expect(chooseForm(multipliers(-12, -13), -128, 3)).toBe('integer');
    expect(chooseForm(multipliers(0, 1), -128, 3)).toBe('integer');
  });

  it('takes the clamped form when results clamp at the zero point', () => {
    expect(chooseForm(multipliers(-5), 3, 3)).toBe('realClamped');
    expect(chooseForm(multipliers(-5), -128, -128)).toBe('realClamped');
    expect(chooseForm(multipliers(-5), 2, 3)).toBe('real');
    expect(chooseForm(multipliers(1), 3, 3)).toBe('integer');
  });

  it('does not mind a channel whose multiplier is 0, but one of fewer bits', () => {
    expect(chooseForm({ multiplier: Int32Array.of(0, 2 ** 30), shift: Int32Array.of(0, -3) }, 0, 1)).toBe('real');
    expect(chooseForm({ multiplier: Int32Array.of(2 ** 30 - 1), shift: Int32Array.of(-3) }, 0, 1)).toBe('integer');
  });
});

describe('a proof', () => {
  const [multiplier, values] = [Int32Array.of(2 ** 30), [-128, 127] as const];
  const proved = (range: AccumulatorRange, shift: number) =>
    prove([range], { multiplier, shift: Int32Array.of(shift) }, values)[0];

  it('holds to the ends of int32', () => {
    expect(proved([-(2 ** 31), 2 ** 31 - 1], -31)).not.toEqual({});
    expect(proved([2 ** 31 - 2, 2 ** 31 - 1], -20)).toEqual({ constant: 1024 });
  });

  it('is none where an accumulator may leave int32, and wraps around', () => {
    expect(proved([0, 2 ** 31], -20)).toEqual({});
    expect(proved([2 ** 31, 2 ** 31 + 1], -20)).toEqual({});
    expect(proved([-(2 ** 31) - 1, 0], -20)).toEqual({});
    expect(proved([-(2 ** 31) - 1, -(2 ** 31)], -20)).toEqual({});
  });
});
