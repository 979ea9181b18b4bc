import { describe, expect, it } from 'vitest';
import { readNpy } from '../../../src/import/npy/read-npy.ts';
import { npy, npyOfHeader } from '../../support/npy.ts';

const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6);

it.each([
  ['|u1', bytes, 'u1'],
  ['|i1', Int8Array.of(-1, 2, 3, 4, 5, -6), 'i1'],
  ['<f4', Float32Array.of(0.5, -2, 3, 4, 5, 6), 'f4'],
  ['<f8', Float64Array.of(0.1, 2, 3, 4, 5, 6), 'f8'],
  ['<i8', BigInt64Array.of(-1n, 2n, 3n, 4n, 5n, 6n), 'i8'],
])('reads an array of %s', (descr, data, type) => {
  expect(readNpy(npy(descr, [2, 3], data), 'x.npy')).toEqual({ type, shape: [2, 3], data });
});

it('reads what lies at an odd address', () => {
  const file = npy('<f4', [2], Float32Array.of(1, 2));
  const moved = new Uint8Array(file.length + 1);
  moved.set(file, 1);
  expect(readNpy(moved.subarray(1), 'x.npy').data).toEqual(Float32Array.of(1, 2));
});

it('reads a Buffer, which may be a piece of a pool', () => {
  const file = Buffer.from(npy('|u1', [6], bytes));
  expect(readNpy(file, 'x.npy').data).toEqual(bytes);
});

it.each([1, 2, 3])('reads format %i.0, with members in any order', (major) => {
  const file = npyOfHeader('{"shape": (6,), "fortran_order": False, "descr": "|u1"}', bytes, major);
  expect(readNpy(file, 'x.npy')).toEqual({ type: 'u1', shape: [6], data: bytes });
});

it('reads an array without axes', () => {
  expect(readNpy(npy('|u1', [], Uint8Array.of(7)), 'x.npy')).toMatchObject({ shape: [], data: Uint8Array.of(7) });
});

describe('refusals', () => {
  const of = (header: string) => npyOfHeader(header, bytes);
  const whole = npy('|u1', [2, 3], bytes);
  it.each<[string, Uint8Array, string, RegExp]>([
    ['other files', Uint8Array.of(0, 1, 2), 'file-invalid', /not a \.npy/],
    [
      'format 4',
      npyOfHeader("{'descr': '|u1', 'fortran_order': False, 'shape': (6,)}", bytes, 4),
      'file-version',
      /4\.0/,
    ],
    ['a file that ends in its length', whole.subarray(0, 9), 'file-truncated', /9 bytes of 10/],
    ['a file that ends in its header', whole.subarray(0, 40), 'file-truncated', /40 bytes of/],
    ['a file that ends in its data', whole.subarray(0, -1), 'file-truncated', /cut off/],
    ['data behind the array', Uint8Array.of(...whole, 0), 'file-invalid', /one array per file/],
    [
      'Fortran order',
      of("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3)}"),
      'unsupported',
      /ascontiguousarray/,
    ],
    ['big-endian numbers', of("{'descr': '>f4', 'fortran_order': False, 'shape': (2,)}"), 'unsupported', /big-endian/],
    ['objects', of("{'descr': '|O', 'fortran_order': False, 'shape': (2,)}"), 'unsupported', /of type \|O/],
    ['records', of("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}"), 'file-invalid', /dictionary/],
    ['a missing member', of("{'descr': '|u1', 'shape': (6,)}"), 'file-invalid', /dictionary of descr/],
    ['a member twice', of("{'descr': '|u1', 'descr': '|u1', 'shape': (6,)}"), 'file-invalid', /descr twice/],
    [
      'a member more',
      of("{'descr': '|u1', 'fortran_order': False, 'shape': (6,), 'a': 1}"),
      'file-invalid',
      /dictionary of/,
    ],
    [
      'a shape that is a number',
      of("{'descr': '|u1', 'fortran_order': False, 'shape': (6)}"),
      'file-invalid',
      /is not a tuple/,
    ],
    [
      'a negative side',
      of("{'descr': '|u1', 'fortran_order': False, 'shape': (-6,)}"),
      'file-invalid',
      /dictionary of/,
    ],
    [
      'code behind the dictionary',
      of("{'descr': '|u1', 'fortran_order': False, 'shape': (6,)} + x"),
      'file-invalid',
      /dictionary/,
    ],
  ])('%s', (_, file, code, message) => {
    expect(() => readNpy(file, 'a/x.npy')).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
    expect(() => readNpy(file, 'a/x.npy')).toThrow('a/x.npy: ');
  });
});
