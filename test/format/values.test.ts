import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { elementBytes } from '../../src/format/instructions.ts';
import { arrayOf, integerRange, valuesPerImage } from '../../src/format/values.ts';
import { roomFor, type Tensor } from '../../src/graph/tensor.ts';

it('an array has elements as wide as the engine has them', () => {
  for (const [dtype, bytes] of Object.entries(elementBytes)) {
    expect(arrayOf(dtype)?.BYTES_PER_ELEMENT, dtype).toBe(bytes);
  }
});

it('no array holds float16, or a type that is none', () => {
  expect(arrayOf('f16')).toBeUndefined();
  expect(arrayOf('constructor')).toBeUndefined();
  const tensor: Tensor = { name: 'half', dtype: 'f16', shape: [2], fileShape: [2], perImage: true };
  expect(() => roomFor(tensor)).toThrow('tensor "half" is f16, which no array holds');
});

it('an image has as many values as its bytes hold of them', () => {
  expect(valuesPerImage({ dtype: 'i64', imageBytes: 24 })).toBe(3);
  expect(valuesPerImage({ dtype: 'i8', imageBytes: 24 })).toBe(24);
});

it('integers range over all their bits', () => {
  expect(integerRange(new Uint8Array())).toEqual([0n, 255n]);
  expect(integerRange(new Int8Array())).toEqual([-128n, 127n]);
  expect(integerRange(new BigInt64Array())).toEqual([-(2n ** 63n), 2n ** 63n - 1n]);
});

const sources = ['src', 'examples/playground/src'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path}`),
);

const withoutComments = (code: string): string => code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

/** `i8: Int8Array` in a table, and `dtype === 'i8' ? new Int8Array(…)`. */
const choice = /['"]?\b(i8|u8|i16|i32|i64|f32)\b['"]?\s*[:?]\s*(new\s+)?\(?(Int|Uint|Float|BigInt)\d+Array\b/;

it('nothing but format/values.ts chooses an array by a type', () => {
  expect(sources.length).toBeGreaterThan(200);
  const own = sources.filter((path) => choice.test(withoutComments(readFileSync(path, 'utf8'))));
  expect(own.sort()).toEqual(['src/format/values.ts', 'src/import/npy/read-npy.ts']); // NumPy's u8 is one of 8 bytes
});
