import { describe, expect, it } from 'vitest';
import { integerPosition, leavesInput, nearestPlace, realPosition } from '../../src/arithmetic/resize-positions.ts';

const plain = { alignCorners: false, halfPixelCenters: false };
const aligned = { alignCorners: true, halfPixelCenters: false };
const centered = { alignCorners: false, halfPixelCenters: true };
const all = <T>(to: number, position: (i: number) => T): T[] => Array.from({ length: to }, (_, i) => position(i));

describe('the nearest place', () => {
  const places = (from: number, to: number, how: typeof plain) => all(to, (i) => nearestPlace({ from, to, ...how }, i));

  it('is below, or at a half above where corners are aligned', () => {
    expect(places(2, 5, plain)).toEqual([0, 0, 0, 1, 1]);
    expect(places(2, 5, centered)).toEqual([0, 0, 1, 1, 1]);
    expect(places(2, 5, aligned)).toEqual([0, 0, 1, 1, 1]);
    expect(places(5, 2, plain)).toEqual([0, 2]);
    expect(places(5, 2, aligned)).toEqual([0, 4]);
    expect(places(5, 1, aligned)).toEqual([0]);
  });

  it('is never beyond the last', () => {
    expect(places(3, 4, { alignCorners: true, halfPixelCenters: true })).toEqual([0, 1, 2, 2]);
  });
});

describe('positions', () => {
  const integers = (from: number, to: number, how: typeof plain) =>
    all(to, (i) => integerPosition({ from, to, ...how }, i));
  const reals = (from: number, to: number, how: typeof plain) => all(to, (i) => realPosition({ from, to, ...how }, i));

  it('of doubled sizes are halves', () => {
    expect(integers(2, 4, plain)).toEqual([0, 512, 1024, 1024]);
    expect(integers(2, 4, centered)).toEqual([0, 256, 768, 1024]);
    expect(reals(2, 4, plain)).toEqual([0, 0.5, 1, 1.5]);
    expect(reals(2, 4, centered)).toEqual([-0.25, 0.25, 0.75, 1.25]);
  });

  it('are rounded in steps: 1024 / 3 is 341, and the last falls short of its corner', () => {
    expect(integers(2, 4, aligned)).toEqual([0, 341, 682, 1023]);
    expect(reals(2, 4, aligned)).toEqual([0, 1 / 3, 2 / 3, 1].map(Math.fround));
  });

  it('with a step of 3/1024 instead of 2.8 leave three places', () => {
    expect(leavesInput({ from: 3, to: 1024, ...plain })).toBe(false);
    expect(leavesInput({ from: 3, to: 1025, ...plain })).toBe(true);
  });
});
