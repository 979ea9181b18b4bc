import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiteBlockError } from '../../../src/format/errors.ts';
import { readSafetensors } from '../../../src/import/safetensors/read-safetensors.ts';

/** A file of this header, text or value, and these bytes after it. */
function file(header: unknown, data: readonly number[] = []): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const bytesOf = (array: ArrayBufferView): number[] => [...new Uint8Array(array.buffer)];
const f32 = (from: number, to: number, shape: readonly number[]) => ({ dtype: 'F32', shape, data_offsets: [from, to] });

it('reads tensors of float32, whatever the order of the header', () => {
  const header = { b: f32(8, 12, []), __metadata__: { format: 'pt' }, a: f32(0, 8, [2, 1]) };
  const tensors = readSafetensors(file(`${JSON.stringify(header)}   `, bytesOf(Float32Array.of(1.5, -2, 3))), 'w');
  expect([...tensors.keys()]).toEqual(['a', 'b']);
  expect(tensors.get('a')).toEqual({ dtype: 'F32', shape: [2, 1], data: Float32Array.of(1.5, -2) });
  expect(tensors.get('b')?.data).toEqual(Float32Array.of(3));
});

it('widens float16 and bfloat16 exactly, subnormals and infinities too', () => {
  const halves = Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x03ff, 0x7c00, 0xfc00, 0x8000, 0x3555);
  const brains = Uint16Array.of(0x3f80, 0xc040, 0x0001, 0x7f80, 0x8000);
  const header = {
    h: { dtype: 'F16', shape: [8], data_offsets: [0, 16] },
    b: { dtype: 'BF16', shape: [5], data_offsets: [16, 26] },
  };
  const tensors = readSafetensors(file(header, [...bytesOf(halves), ...bytesOf(brains)]), 'w');
  const third = 0.333251953125;
  expect([...(tensors.get('h')?.data ?? [])]).toEqual([
    1,
    -2,
    2 ** -24,
    1023 * 2 ** -24,
    Infinity,
    -Infinity,
    -0,
    third,
  ]);
  expect([...(tensors.get('b')?.data ?? [])]).toEqual([1, -3, 2 ** -133, Infinity, -0]);
});

it('leaves types without reals unchanged, and takes tensors of no values', () => {
  const header = { n: { dtype: 'I64', shape: [], data_offsets: [0, 8] }, e: f32(8, 8, [0, 3]) };
  const tensors = readSafetensors(file(header, [1, 0, 0, 0, 0, 0, 0, 0]), 'w');
  expect(tensors.get('n')).toEqual({ dtype: 'I64', shape: [] });
  expect(tensors.get('e')?.data?.length).toBe(0);
});

describe('refuses', () => {
  const four = [0, 0, 0, 0];
  it.each([
    [
      'a file that ends in its length',
      Uint8Array.of(1, 2, 3),
      'file-truncated',
      /^w: 3 bytes are too few for a \.safetensors/,
    ],
    [
      'a header longer than the file',
      file({}).subarray(0, 9),
      'file-truncated',
      /its header has 2 bytes, of which 1 are there/,
    ],
    [
      'a header of more than 100 MB',
      Uint8Array.of(1, 225, 245, 5, 0, 0, 0, 0, 0),
      'file-invalid',
      /has 100000001 bytes \(at most/,
    ],
    ['what is not JSON', file('{"a":'), 'file-invalid', /not JSON in UTF-8/],
    ['spaces before the header', file(' {}'), 'file-invalid', /begins with '\{'/],
    ['a list', file('[]'), 'file-invalid', /begins with '\{'/],
    ['a byte order mark', file('\ufeff{}'), 'file-invalid', /not JSON in UTF-8|begins with/],
    [
      'a key twice',
      file(`{"a":${JSON.stringify(f32(0, 4, [1]))},"\\u0061":${JSON.stringify(f32(0, 4, [1]))}}`, four),
      'file-invalid',
      /the key "a" twice/,
    ],
    [
      'a key twice in a tensor',
      file('{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', four),
      'file-invalid',
      /the key "dtype" twice/,
    ],
    ['an entry that is not an object', file({ a: 3 }), 'file-invalid', /tensor "a": its entry is not an object/],
    [
      'an unknown field',
      file({ a: { ...f32(0, 4, [1]), stride: 1 } }, four),
      'file-invalid',
      /tensor "a": there is no field "stride"/,
    ],
    [
      'an unknown type',
      file({ a: { ...f32(0, 4, [1]), dtype: 'F31' } }, four),
      'file-invalid',
      /tensor "a": dtype "F31" is not known \(BOOL/,
    ],
    [
      'a type from the prototype',
      file({ a: { ...f32(0, 4, [1]), dtype: 'toString' } }, four),
      'file-invalid',
      /"toString" is not known/,
    ],
    ['a negative size', file({ a: f32(0, 4, [-1]) }, four), 'file-invalid', /shape \[-1\] is not a list of sizes/],
    ['half a size', file({ a: f32(0, 4, [1.5]) }, four), 'file-invalid', /shape \[1\.5\]/],
    [
      'more values than can be counted',
      file({ a: f32(0, 4, [2 ** 40, 2 ** 40]) }, four),
      'file-invalid',
      /more values than can be counted/,
    ],
    [
      'one offset',
      file({ a: { dtype: 'F32', shape: [1], data_offsets: [0] } }, four),
      'file-invalid',
      /data_offsets \[0\] are not a range/,
    ],
    ['a range of another length', file({ a: f32(0, 4, [2]) }, four), 'file-invalid', /hold 4 bytes, F32 \[2\] has 8/],
    ['an end before the beginning', file({ a: f32(4, 0, [1]) }, four), 'file-invalid', /hold -4 bytes/],
    [
      'a range beyond the file',
      file({ a: f32(0, 8, [2]) }, four),
      'file-truncated',
      /tensor "a": it ends at 8, but the file's data ends at 4/,
    ],
    ['a gap', file({ a: f32(4, 8, [1]) }, [...four, ...four]), 'file-invalid', /begins at 4, a gap before it \(0\)/],
    [
      'an overlap',
      file({ a: f32(0, 8, [2]), b: f32(4, 8, [1]) }, [...four, ...four]),
      'file-invalid',
      /tensor "b": it begins at 4, an overlap/,
    ],
    [
      'bytes that belong to no tensor',
      file({ a: f32(0, 4, [1]) }, [...four, 1]),
      'file-invalid',
      /its tensors end at 4, but the file's data ends at 5/,
    ],
    [
      'metadata that is not a string',
      file({ __metadata__: { a: 1 } }),
      'file-invalid',
      /__metadata__ is not an object of strings/,
    ],
  ] as const)('%s', (_, bytes, code, message) => {
    let thrown: unknown;
    try {
      readSafetensors(bytes, 'w');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code, message: expect.stringMatching(message) });
  });
});

it('answers any damage with an error of its own, or reads', () => {
  const sound = file(
    { a: f32(0, 8, [2]), b: { dtype: 'F16', shape: [2], data_offsets: [8, 12] } },
    new Array(12).fill(7),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { minLength: 1 }),
      fc.nat(12),
      (changes, cut) => {
        const damaged = sound.slice(0, sound.length - cut);
        for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
        try {
          readSafetensors(damaged, 'w');
        } catch (error) {
          expect(error).toBeInstanceOf(LiteBlockError);
        }
      },
    ),
  );
});

describe('a header of megabytes', () => {
  const entry = JSON.stringify(f32(0, 4, [1]));

  it('is read, in texts without end', () => {
    const metadata = JSON.stringify({ k: 'a'.repeat(9e6), q: '\\"\n{'.repeat(1e6) });
    expect([...readSafetensors(file(`{"__metadata__":${metadata},"a":${entry}}`, [0, 0, 0, 0]), 'w').keys()]).toEqual([
      'a',
    ]);
  });

  it('is refused where it nests without end', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const deep = `{"a":${open.repeat(2e5)}1${close.repeat(2e5)}}`;
      expect(() => readSafetensors(file(deep), 'w')).toThrow(/^w: its header has values nested more than 3 deep/);
      const dtype = `{"a":{"dtype":${open.repeat(2e5)}1${close.repeat(2e5)},"shape":[1],"data_offsets":[0,4]}}`;
      expect(() => readSafetensors(file(dtype), 'w')).toThrow(/nested more than 3 deep/);
    }
  });

  it('is told in short', () => {
    const long = (fields: object) => () =>
      readSafetensors(file({ ['a'.repeat(1e6)]: { ...f32(0, 8, [2]), ...fields } }), 'w');
    for (const fields of [
      {},
      { dtype: 'F'.repeat(1e6) },
      { shape: new Array(1e6).fill(1) },
      { ['b'.repeat(1e6)]: 1 },
    ]) {
      let message = '';
      try {
        long(fields)();
      } catch (error) {
        expect(error).toBeInstanceOf(LiteBlockError);
        message = (error as Error).message;
      }
      expect(message).toMatch(/^w: tensor "a+…": /);
      expect(message.length).toBeLessThan(400);
    }
  });
});

it('keys within texts are none: escaped quotes, braces and colons', () => {
  const tricky = '{"__metadata__":{"k":"\\",\\"k\\":{","\\\\":"\\"k\\":","l":":"}}';
  expect(readSafetensors(file(tricky), 'w').size).toBe(0);
  expect(() => readSafetensors(file('{"__metadata__":{"\\"k":"","\\u0022k":""}}'), 'w')).toThrow(/the key ""k" twice/);
});
