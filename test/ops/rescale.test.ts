import { describe, expect, it } from 'vitest';
import { rescale as kernel } from '../../src/kernels/functions/rescale.ts';
import { rescale } from '../../src/ops/rescale.ts';
import { dataSection, tensor, viewOf } from '../kernels/views.ts';
import { randomOf } from '../support/values.ts';

/** uint8 0 … 255 as int8, and the quantisation of uint8 as int8 has it. */
const every = Int8Array.from({ length: 256 }, (_, i) => i - 128);
const u8 = (scale: number, zeroPoint: number) => tensor('x', [1, 1, 256, 1], { scale, zeroPoint: zeroPoint - 128 });

describe('rescale', () => {
  it('halves with halves away from zero, and saturates', () => {
    const y = new Int8Array(256);
    const at = (...indices: number[]) => indices.map((i) => (y[i] as number) + 128);
    rescale.reference(viewOf({}, [u8(0.5, 10)], u8(1, 3)), [every], [y]);
    expect(at(7, 9, 10, 11, 13)).toEqual([1, 2, 3, 4, 5]); // −1½, −½, 0, ½, 1½
    expect(at(0, 255)).toEqual([0, 126]);
    rescale.reference(viewOf({}, [u8(2, 10)], u8(0.5, 3)), [every], [y]);
    expect(at(0, 9, 10, 100)).toEqual([0, 0, 3, 255]);
  });

  it('is a table of the same bytes', () => {
    const random = randomOf(5);
    const any = () => u8(10 ** (random() * 3 - 3), Math.floor(random() * 256));
    for (let i = 0; i < 200; i++) {
      const view = viewOf({}, [any()], any());
      const y = new Int8Array(256);
      rescale.reference(view, [every], [y]);
      const section = dataSection();
      const table = section.at(kernel.pack(view, section).table);
      expect(table).toEqual(Array.from(every, (_, byte) => (y[(byte + 128) & 255] as number) & 255));
    }
  });
});
