import { describe, expect, it } from 'vitest';
import type { TransposeConv2dAttributes } from '../../src/graph/attributes.ts';
import { transposeConv2d } from '../../src/ops/transpose-conv2d.ts';
import { biasOf, tensor, weightsOf } from '../kernels/views.ts';
import { map, opView, runReference } from './run-reference.ts';

const attributes: TransposeConv2dAttributes = {
  stride: [1, 2],
  crop: [0, 0],
  size: [1, 5],
  activation: 'none',
  scaleProduct: 'f64',
};

const window = weightsOf([1, 1, 3, 1], [1, 2, 3]);

describe('transpose-conv2d', () => {
  it('spreads pixels two apart, by a window of three that overlap by one', () => {
    // 10 · [1 2 3] and 100 · [1 2 3] from column 2 on.
    const small = { ...attributes, crop: [0, 0] as const };
    expect(runReference(transposeConv2d, small, [map([1, 2, 1], [1, 10]), window])).toEqual([1, 2, 13, 20, 30]);
  });

  it('leaves out columns before y, and has the bias alone where no pixel reaches', () => {
    const wide = { ...attributes, crop: [0, 1] as const, size: [1, 6] as const };
    const inputs = [map([1, 2, 1], [1, 10]), window, biasOf(5)];
    expect(runReference(transposeConv2d, wide, inputs)).toEqual([7, 18, 25, 35, 5, 5]);
  });

  it('takes zero points for real 0, which pixels outside x have', () => {
    const inputs = [map([1, 2, 1], [4, 13], { zeroPoint: 3 }), window];
    expect(runReference(transposeConv2d, attributes, inputs)).toEqual([1, 2, 13, 20, 30]);
  });

  it('turns rows as well as columns', () => {
    const square = weightsOf([1, 2, 2, 1], [1, 2, 3, 4]);
    const twice = { ...attributes, stride: [2, 2] as const, size: [2, 4] as const };
    expect(runReference(transposeConv2d, twice, [map([1, 2, 1], [1, 10]), square])).toEqual([
      ...[1, 2, 10, 20],
      ...[3, 4, 30, 40],
    ]);
  });

  it('does the same to float values, from the bias on in the order of the weights', () => {
    const weights = tensor('w', [1, 1, 3, 1]);
    const view = opView(transposeConv2d, attributes, [tensor('x', [1, 1, 2, 1]), weights]);
    const y = new Float32Array(5);
    transposeConv2d.float?.(view, [Float32Array.of(0.5, 4), Float32Array.of(1, 2, 3)], [y]);
    expect([...y]).toEqual([0.5, 1, 5.5, 8, 12]);
  });

  it('counts each pixel once with every tap', () => {
    const view = opView(transposeConv2d, attributes, [tensor('x', [1, 4, 2, 6]), tensor('w', [8, 3, 3, 6])]);
    expect(transposeConv2d.macs(view)).toBe(4 * 2 * 6 * 8 * 9);
  });

  it('reads the rows whose windows reach an output row, none between windows', () => {
    const rowsOf = (windowH: number, crop: number) => {
      const given = { ...attributes, stride: [3, 1] as const, crop: [crop, 0] as const, size: [9, 1] as const };
      const inputs = [tensor('x', [1, 3, 1, 1]), tensor('w', [1, windowH, 1, 1])];
      const rule = transposeConv2d.rows(opView(transposeConv2d, given, inputs), 0);
      if (rule.kind !== 'span') throw new Error(rule.kind);
      return Array.from({ length: 9 }, (_, y) => rule.rows(y).join('–'));
    };
    expect(rowsOf(5, 0)).toEqual(['0–1', '0–1', '0–1', '0–2', '0–2', '1–2', '1–3', '1–3', '2–3']);
    expect(rowsOf(2, 1)).toEqual(['0–1', '1–1', '1–2', '1–2', '2–2', '2–3', '2–3', '3–3', '3–3']);
  });

  it('refuses what does not go together, in words', () => {
    const shapes =
      (x: readonly number[], more: Partial<TransposeConv2dAttributes> = {}, bias?: number) =>
      () =>
        transposeConv2d.outputShapes(
          [tensor('x', x), tensor('w', [2, 3, 3, 4]), bias === undefined ? undefined : tensor('b', [bias])],
          { ...attributes, ...more },
        );
    expect(shapes([1, 5, 5, 3])).toThrow('3 input channels do not go with weights 2×3×3×4');
    expect(shapes([1, 5, 5, 4], {}, 3)).toThrow('a bias of 3 for 2 outputs');
    expect(shapes([1, 5, 5, 4], { stride: [0, 1] })).toThrow('stride 0,1 is less than 1');
    expect(shapes([1, 5, 5, 4], { crop: [0, -1] })).toThrow('0,-1 rows and columns to leave out are less than 0');
  });
});
