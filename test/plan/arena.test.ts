import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Claim, inUse, mostInUse, place } from '../../src/plan/arena.ts';

const claim = (bytes: number, first: number, last: number): Claim => ({ bytes, first, last });

const anyClaim: fc.Arbitrary<Claim> = fc
  .record({ bytes: fc.nat(300), first: fc.nat(12), length: fc.nat(6), gaps: fc.boolean() })
  .map(({ bytes, first, length, gaps }) => {
    const last = first + length;
    const steps = Array.from({ length: length + 1 }, (_, i) => first + i).filter(
      (s) => s === last || s % 2 === first % 2,
    );
    return gaps ? { bytes, first, last, steps } : { bytes, first, last };
  });

describe('an arena', () => {
  it('never gives bytes to two allocations in one step, at offsets that are multiples of 16', () => {
    fc.assert(
      fc.property(fc.array(anyClaim, { maxLength: 20 }), (claims) => {
        const { offsets, bytes } = place(claims);
        for (let step = 0; step <= 18; step++) {
          const used = claims.map(() => false).concat(Array.from({ length: bytes }, () => false));
          claims.forEach((each, i) => {
            if (!inUse(each, step)) return;
            for (let at = offsets[i] as number; at < (offsets[i] as number) + each.bytes; at++) {
              expect(used[at]).toBe(false);
              used[at] = true;
            }
          });
        }
        for (const offset of offsets) expect(offset % 16).toBe(0);
        expect(bytes).toBeGreaterThanOrEqual(mostInUse(claims).bytes);
      }),
    );
  });

  it('reaches the bound where greedy by size does not', () => {
    // VWW's first layers (STREAMING.md): by size 64,512 bytes.
    const claims = [claim(27648, 0, 0), claim(18432, 0, 1), claim(18432, 1, 2), claim(36864, 2, 3), claim(9216, 3, 4)];
    expect(place(claims).bytes).toBe(55296);
    expect(mostInUse(claims)).toEqual({ step: 2, bytes: 55296 });
  });

  it('lets allocations of different steps share bytes although their spans cross', () => {
    const a = { ...claim(100, 0, 4), steps: [0, 2, 4] };
    const b = { ...claim(100, 1, 3), steps: [1, 3] };
    expect(place([a, b]).bytes).toBe(100);
    expect(place([a, b, claim(16, 2, 2)]).bytes).toBe(116);
  });

  it('of nothing is empty', () => {
    expect(place([])).toEqual({ offsets: [], bytes: 0 });
    expect(mostInUse([])).toEqual({ step: 0, bytes: 0 });
  });
});
