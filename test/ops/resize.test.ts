import { describe, expect, it } from 'vitest';
import { resizeBilinear } from '../../src/ops/resize-bilinear.ts';
import { resizeNearestNeighbor } from '../../src/ops/resize-nearest-neighbor.ts';
import { tensor } from '../kernels/views.ts';
import { runFloat } from './run-float.ts';
import { map, opView, runReference } from './run-reference.ts';

const plain = { alignCorners: false, halfPixelCenters: false };
const signed = { ...plain, unsigned: false };

describe('nearest neighbor', () => {
  it('doubles pixels with all their channels', () => {
    const x = map([2, 1, 2], [1, 2, 3, 4]);
    expect(runReference(resizeNearestNeighbor, { size: [4, 2], ...plain }, [x])).toEqual([
      ...[1, 2, 1, 2],
      ...[1, 2, 1, 2],
      ...[3, 4, 3, 4],
      ...[3, 4, 3, 4],
    ]);
  });

  it('leaves pixels out, of float values, too', () => {
    const values = [1.5, 2, 3, 4, 5, 6];
    expect(runFloat(resizeNearestNeighbor, { size: [1, 3], ...plain }, [[1, 6, 1], values])).toEqual([1.5, 3, 5]);
  });
});

describe('bilinear', () => {
  it('mixes halfway, halves away from zero', () => {
    const x = map([1, 4, 1], [0, 1, 0, -1]);
    expect(runReference(resizeBilinear, { size: [1, 8], ...signed }, [x])).toEqual([0, 1, 1, 1, 0, -1, -1, -1]);
  });

  it('mixes four pixels: the middle of 0, 10, 20 and 40 is 17.5', () => {
    const x = map([2, 2, 1], [0, 10, 20, 40]);
    const y = runReference(resizeBilinear, { size: [4, 4], ...signed }, [x]);
    expect(y.slice(0, 8)).toEqual([0, 5, 10, 10, 10, 18, 25, 25]);
  });

  it('puts corners on corners, and centers on centers', () => {
    const x = map([1, 2, 1], [0, 100]);
    const to = (how: object) => runReference(resizeBilinear, { size: [1, 5], ...signed, ...how }, [x]);
    expect(to({})).toEqual([0, 40, 80, 100, 100]);
    expect(to({ alignCorners: true })).toEqual([0, 25, 50, 75, 100]);
    expect(to({ halfPixelCenters: true })).toEqual([0, 10, 50, 90, 100]);
  });

  it('of what was uint8 adds ½ and truncates: halves go up', () => {
    const x = map([1, 4, 1], [0, 1, 0, -1]);
    const unsigned = { ...signed, unsigned: true };
    expect(runReference(resizeBilinear, { size: [1, 8], ...unsigned }, [x])).toEqual([0, 1, 1, 1, 0, 0, -1, -1]);
  });

  it('of what was uint8 gives the bytes of TFLite, three of which integers would miss', () => {
    // tflite-runtime 2.14.0, RESIZE_BILINEAR of uint8 128 more and of int8, [1, 2, 3, 1] to [1, 5, 7, 1].
    const x = map([2, 3, 1], [-13, -105, -43, 25, 80, 58]);
    const to = (unsigned: boolean) =>
      runReference(resizeBilinear, { size: [5, 7], ...signed, halfPixelCenters: true, unsigned }, [x]);
    const tflite = [
      ...[-13, -26, -66, -105, -78, -52, -43],
      ...[-9, -20, -53, -86, -64, -41, -33],
      ...[6, 3, -5, -12, -4, 5, 8],
      ...[21, 27, 44, 62, 56, 50, 48],
      ...[25, 33, 56, 80, 71, 61, 58],
    ];
    expect(to(true)).toEqual(tflite);
    const otherwise = new Map([
      [11, -63],
      [12, -40],
      [16, -4],
    ]);
    expect(to(false)).toEqual(tflite.map((q, i) => otherwise.get(i) ?? q));
  });

  it('of float values weighs in float32, as TFLite one that lies alone, too', () => {
    const y = runFloat(resizeBilinear, { size: [1, 4], ...signed, alignCorners: true }, [
      [1, 2, 1],
      [0, 1],
    ]);
    expect(y).toEqual([0, Math.fround(1 / 3), Math.fround(2 / 3), 1]);
    const thirds = { size: [1, 3], ...signed, halfPixelCenters: true } as const;
    expect(runFloat(resizeBilinear, thirds, [[1, 1, 1], [0.1]])).toEqual([
      0.09999999403953552,
      ...[0.1, 0.1].map(Math.fround),
    ]);
  });

  it('reads the rows that each row lies between', () => {
    const rowsOf = (size: readonly [number, number], unsigned: boolean, halfPixelCenters = false) => {
      const attributes = { ...signed, size, unsigned, halfPixelCenters };
      const rule = resizeBilinear.rows(opView(resizeBilinear, attributes, [tensor('x', [1, 3, 1, 1])]), 0);
      if (rule.kind !== 'span') throw new Error(`${rule.kind} in place of a span`);
      return Array.from({ length: size[0] }, (_, y) => rule.rows(y).map((row) => row + 0));
    };
    const doubled = [
      [0, 1],
      [0, 2],
      [1, 2],
      [1, 3],
      [2, 3],
      [2, 3],
    ];
    expect(rowsOf([6, 1], false)).toEqual(doubled);
    expect(rowsOf([6, 1], true)).toEqual(doubled);
    expect(rowsOf([6, 1], true, true)).toEqual([
      [0, 1],
      [0, 2],
      [0, 2],
      [1, 3],
      [1, 3],
      [2, 3],
    ]);
    expect(rowsOf([1, 1], false)).toEqual([[0, 1]]);
  });
});
