import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../src/graph/op.ts';
import { valuesByByte } from '../../src/kernels/byte-index.ts';
import { quantize } from '../../src/kernels/functions/requantized.ts';
import { logistic } from '../../src/kernels/functions/smooth.ts';
import { catalogue } from '../../src/ops/catalogue.ts';
import { dataSection, tensor, viewOf } from './views.ts';

describe('table', () => {
  const packed = (x: Parameters<typeof tensor>[2], y: Parameters<typeof tensor>[2]) => {
    const data = dataSection();
    const view = viewOf({}, [tensor('x', [1, 1, 1, 1], x)], tensor('y', [1, 1, 1, 1], y));
    return { refusal: quantize.refuses(view), bytes: data.at(quantize.pack(view, data).table) };
  };

  it('moves int8 to uint8 and back by 128', () => {
    const { bytes, refusal } = packed({}, { dtype: 'u8', zeroPoint: 128 });
    expect(refusal).toBeUndefined();
    expect([bytes[0], bytes[127], bytes[128], bytes[255]]).toEqual([128, 255, 0, 127]);
    const back = packed({ dtype: 'u8', zeroPoint: 128 }, {}).bytes;
    expect(bytes.map((byte) => back[byte])).toEqual(Array.from({ length: 256 }, (_, i) => i));
  });

  it('rounds halves up at ratio ½ and away from zero at ¼, as the two roundings do, and saturates', () => {
    const halved = packed({}, { scale: 2 }).bytes;
    expect([halved[1], halved[255], halved[3], halved[253]]).toEqual([1, 0, 2, 255]);
    const quartered = packed({}, { scale: 4 }).bytes;
    expect([quartered[2], quartered[254], quartered[6], quartered[250]]).toEqual([1, 255, 2, 254]);
    const doubled = packed({}, { scale: 0.5 }).bytes;
    expect([doubled[63], doubled[64], doubled[192], doubled[191]]).toEqual([126, 127, 128, 128]);
  });

  it('refuses wider types', () => {
    const view = viewOf({}, [tensor('x', [1], { dtype: 'i16' })], tensor('y', [1]));
    expect(quantize.refuses(view)).toBe('x "x" is i16 (i8, u8)');
  });
});

/** A function of a byte that is in no order. */
const scattered = Array.from({ length: 256 }, (_, i) => ((i * 37) % 256) - 128);

const ops = catalogue.filter(({ kernels }) => kernels[0]?.opcode === 'table');

it.each(ops.map((op) => [op.type, op] as const))('%s has the reference in its table, whatever the scales', (_, op) => {
  const quantization = fc.record({
    scale: fc.oneof(fc.double({ min: 1e-4, max: 0.3, noNaN: true }), fc.constantFrom(2 ** -20, 2 ** -5, 1, 2, 100)),
    zeroPoint: fc.integer({ min: -128, max: 127 }),
  });
  const activation = fc.constantFrom('none', 'relu', 'relu6', 'reluN1To1');
  const alpha = fc.constantFrom(0, 1, -0.5, ...[0.01, 0.1, 0.3, 1.7].map(Math.fround));
  fc.assert(
    fc.property(quantization, quantization, activation, alpha, (from, to, one, slope) => {
      const x = tensor('x', [1, 1, 1, 256], from);
      const view = viewOf(
        { activation: one, alpha: slope, table: scattered },
        [x],
        tensor('y', [1, 1, 1, 256], op.operands.outputs[0]?.fixed ?? to),
      );
      const kernel = op.kernels[0] as Kernel;
      expect(kernel.refuses(view)).toBeUndefined();
      const data = dataSection();
      const y = new Int8Array(256);
      op.reference(view, [Int8Array.from(valuesByByte(x))], [y]);
      expect(data.at(kernel.pack(view, data).table)).toEqual([...new Uint8Array(y.buffer)]);
    }),
  );
});

it('refuses a y of a function from 0 to 1 in another scale', () => {
  const refusal = (scale: number, zeroPoint: number) =>
    logistic.refuses(viewOf({}, [tensor('x', [1])], tensor('y', [1], { scale, zeroPoint })));
  expect(refusal(1 / 256, -128)).toBeUndefined();
  expect(refusal(1 / 256, 0)).toBe('y has scale 0.00390625, zero point 0 (1/256, -128)');
  expect(refusal(1 / 128, -128)).toMatch('scale 0.0078125');
});
