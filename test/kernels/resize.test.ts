import { describe, expect, it } from 'vitest';
import { resizeBilinear, resizeNearestNeighbor } from '../../src/kernels/resize.ts';
import { dataSection, tensor, viewOf } from './views.ts';

const plain = { alignCorners: false, halfPixelCenters: false };
const centered = { alignCorners: false, halfPixelCenters: true };

describe('the record', () => {
  const view = <A>(attributes: A) => viewOf(attributes, [tensor('x', [1, 2, 3, 1])], tensor('y', [1, 4, 3, 1]));

  it('has whole positions for nearest neighbors', () => {
    const data = dataSection();
    const words = resizeNearestNeighbor.pack(view({ size: [4, 3], ...plain }), data);
    expect(data.at(words.rowPositions)).toEqual([0, 0, 1024, 1024]);
    expect(data.at(words.columnPositions)).toEqual([0, 1024, 2048]);
    expect(words.real).toBe(0);
  });

  it('has integers for what was int8 and float32 for what was uint8', () => {
    const data = dataSection();
    const signed = resizeBilinear.pack(view({ size: [4, 3], ...centered, unsigned: false }), data);
    expect([data.at(signed.rowPositions), signed.real]).toEqual([[0, 256, 768, 1024], 0]);
    const unsigned = resizeBilinear.pack(view({ size: [4, 3], ...centered, unsigned: true }), data);
    expect([data.at(unsigned.rowPositions), unsigned.real]).toEqual([[-0.25, 0.25, 0.75, 1.25], 1]);
  });

  it('is refused for types that it cannot mix, or copy', () => {
    const u8 = viewOf(
      { size: [4, 3], ...plain, unsigned: true } as const,
      [tensor('x', [1, 2, 3, 1], { dtype: 'u8' })],
      tensor('y', [1, 4, 3, 1]),
    );
    expect(resizeBilinear.refuses(u8)).toBe('x "x" is u8 (i8)');
    expect(resizeNearestNeighbor.refuses(u8)).toBe('x "x" is u8, but y "y" is i8');
  });
});
