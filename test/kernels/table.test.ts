import { describe, expect, it } from 'vitest';
import { table } from '../../src/kernels/table.ts';
import { dataSection, tensor, viewOf } from './views.ts';

describe('table', () => {
  const quantize = (x: Parameters<typeof tensor>[2], y: Parameters<typeof tensor>[2]) => {
    const data = dataSection();
    const view = viewOf({}, [tensor('x', [1, 1, 1, 1], x)], tensor('y', [1, 1, 1, 1], y));
    return { refusal: table.refuses(view), bytes: data.at(table.pack(view, data).table) };
  };

  it('moves int8 to uint8 and back by 128', () => {
    const { bytes, refusal } = quantize({}, { dtype: 'u8', zeroPoint: 128 });
    expect(refusal).toBeUndefined();
    expect([bytes[0], bytes[127], bytes[128], bytes[255]]).toEqual([128, 255, 0, 127]);
    const back = quantize({ dtype: 'u8', zeroPoint: 128 }, {}).bytes;
    expect(bytes.map((byte) => back[byte])).toEqual(Array.from({ length: 256 }, (_, i) => i));
  });

  it('rounds halves up at ratio ½ and away from zero at ¼, as the two roundings do, and saturates', () => {
    const halved = quantize({}, { scale: 2 }).bytes;
    expect([halved[1], halved[255], halved[3], halved[253]]).toEqual([1, 0, 2, 255]);
    const quartered = quantize({}, { scale: 4 }).bytes;
    expect([quartered[2], quartered[254], quartered[6], quartered[250]]).toEqual([1, 255, 2, 254]);
    const doubled = quantize({}, { scale: 0.5 }).bytes;
    expect([doubled[63], doubled[64], doubled[192], doubled[191]]).toEqual([126, 127, 128, 128]);
  });

  it('refuses wider types', () => {
    const view = viewOf({}, [tensor('x', [1], { dtype: 'i16' })], tensor('y', [1]));
    expect(table.refuses(view)).toBe('x "x" is i16 (i8, u8)');
  });
});
