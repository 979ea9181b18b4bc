import { expect, it } from 'vitest';
import { dataSection } from '../../src/pack/data.ts';

it('aligns pieces to 16 bytes and stores equal bytes once', () => {
  const section = dataSection();
  const words = Int32Array.of(1, 2, 3, 4, 5);
  expect(section.data(words)).toBe(0);
  expect(section.data(Uint8Array.of(9))).toBe(32);
  expect(section.data(Int8Array.of(9))).toBe(32);
  expect(section.data(new Uint8Array(words.buffer))).toBe(0);
  expect(section.data(words.subarray(1))).toBe(48);
  expect(section.data(Uint8Array.of(9, 0))).toBe(64);
  expect(section.bytes().length).toBe(80);
  expect([...section.bytes().subarray(32, 36)]).toEqual([9, 0, 0, 0]);
  expect(new Int32Array(section.bytes().buffer, 48, 4)).toEqual(words.subarray(1));
});

it('keeps what it was given when the caller goes on to change it', () => {
  const section = dataSection();
  const bytes = Uint8Array.of(1, 2);
  section.data(bytes);
  bytes[0] = 7;
  expect(section.data(bytes)).toBe(16);
  expect([...section.bytes().subarray(0, 2)]).toEqual([1, 2]);
});
