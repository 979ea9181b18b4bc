import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importUnlowered } from '../../../src/compiler/import-file.ts';
import { LiteBlockError } from '../../../src/format/errors.ts';

/** Written by scripts/make-onnx-cases.py: one thing of each is wrong. */
const folder = 'test/data/onnx';
const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(`${folder}/${path}.onnx`));

const messages: Readonly<Record<string, RegExp>> = {
  'scale-0': /node 0 QuantizeLinear .*its scale is 0 \(above 0\)/,
  'scale-negative': /its scale is -1 \(above 0\)/,
  'scale-nan': /its scale is NaN \(above 0\)/,
  'scales-many': /2 scales .*are not supported|2 scales and 1 zero points/,
  'scales-none': /0 scales/,
  'zero-int16': /values of int16 are not supported \(int8, uint8\)/,
  'weights-scales': /node 1 QLinearConv .*5 scales do not fit axis 0 of \[8, 4, 3, 3\]/,
  'weights-scale-0': /node 1 QLinearConv .*its scales are not all above 0/,
  blocks: /scales for blocks of 2 are not supported/,
  'inputs-few': /node 1 QLinearConv .*missing/,
  'bias-short': /node 1 QLinearConv .*its bias has 3 values for 8 outputs/,
  'taken-otherwise': /node 2 DequantizeLinear .*it takes values of scale .* for those of scale 0.5/,
};

describe('a quantised network that does not hold together', () => {
  it('has a message for each', () => {
    expect(readdirSync(`${folder}/quantized-bad`).sort()).toEqual(
      Object.keys(messages)
        .map((name) => `${name}.onnx`)
        .sort(),
    );
  });

  it.each(Object.entries(messages))('is refused with its node: %s', async (name, message) => {
    const error = await importUnlowered(bytesOf(`quantized-bad/${name}`), 'net.onnx').catch((cause) => cause);
    expect(error).toBeInstanceOf(LiteBlockError);
    expect(error.code).toBe('unsupported');
    expect(error.message).toMatch(message);
  });

  it.each(['conv-u8-channel', 'concat-u8', 'qdq-constant'])(
    'is read or refused by a typed error, whichever bit of it is changed: %s',
    async (name) => {
      const bytes = bytesOf(`quantized/${name}`);
      const counts = { read: 0, refused: 0 };
      for (let at = 0; at < bytes.length; at += 2) {
        for (const mask of [0x01, 0x10]) {
          const changed = bytes.slice();
          changed[at] ^= mask;
          try {
            await importUnlowered(changed, 'net.onnx');
            counts.read++;
          } catch (error) {
            expect(error).toBeInstanceOf(LiteBlockError);
            counts.refused++;
          }
        }
      }
      expect(counts.read).toBeGreaterThan(5);
      expect(counts.refused).toBeGreaterThan(50);
    },
  );
});
