import { strFromU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { ZipArchive } from '../../src/import/zip/read-zip.ts';
import { archive } from './pytorch/zip.ts';
import { refusal } from './refusal.ts';

const text = (bytes: Uint8Array): string => strFromU8(bytes);
const files = { 'm/a.txt': 'hello, hello, hello, hello', 'm/b': new Uint8Array([1, 2, 3]), 'm/empty': '' };
const refused = (bytes: Uint8Array, read?: string): { code: string; message: string } =>
  refusal(() => {
    const zip = new ZipArchive(bytes, 'file.zip');
    for (const name of read === undefined ? zip.names : [read]) zip.read(name);
  });

/** The archive with bytes in the place of others. */
function edited(bytes: Uint8Array, from: readonly number[], to: readonly number[], which = 0): Uint8Array {
  const copy = bytes.slice();
  const places = [...copy.keys()].filter((at) => from.every((byte, i) => copy[at + i] === byte));
  copy.set(to, places[which]);
  return copy;
}

const ascii = (word: string): number[] => [...word].map((letter) => letter.charCodeAt(0));

describe.each([0, 9] as const)('an archive packed at level %i', (level) => {
  const bytes = archive(files, level);

  it('gives the bytes of its files by name', () => {
    const zip = new ZipArchive(bytes, 'file.zip');
    expect(zip.names).toEqual(Object.keys(files));
    expect(text(zip.read('m/a.txt'))).toBe(files['m/a.txt']);
    expect(zip.read('m/b')).toEqual(files['m/b']);
    expect(zip.read('m/empty').length).toBe(0);
    expect(zip.sizeOf('m/a.txt')).toBe(26);
    expect(zip.sizeOf('m/c')).toBeUndefined();
    expect(refused(bytes, 'm/c').message).toMatch('the archive has no file m/c');
  });

  it('is refused wherever it is cut off', () => {
    for (let length = 4; length < bytes.length; length++) {
      expect(refused(bytes.subarray(0, length)).code).toMatch(/^file-(invalid|truncated)$/);
    }
  });

  it('never gives other bytes, whichever byte is changed', () => {
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice();
      changed[at] ^= 0xff;
      let read: string;
      try {
        read = text(new ZipArchive(changed, 'file.zip').read('m/a.txt'));
      } catch (error) {
        expect((error as { code?: string }).code).toMatch(/^file-(invalid|truncated)$/);
        continue;
      }
      expect(read).toBe(files['m/a.txt']);
    }
  });
});

it.each([
  ['../a', /the name "\.\.\/a" leaves its folder/],
  ['m/../../a', /leaves its folder/],
  ['/etc/passwd', /leaves its folder/],
  ['C:/a', /leaves its folder/],
  ['m\\..\\a', /leaves its folder/],
])('refuses the name %s', (name, message) => {
  expect(refused(archive({ [name]: 'x' })).message).toMatch(message);
});

it('refuses links, encrypted files, and files of one name', () => {
  const bytes = archive({ 'm/aa': 'xyz', 'm/bb': 'xyz' });
  const link = zipSync({ link: [new Uint8Array([0x2f]), { os: 3, attrs: 0o120777 << 16, level: 0 }] });
  expect(refused(link).message).toMatch('"link" is a link');
  const twice = edited(edited(bytes, ascii('m/bb'), ascii('m/aa')), ascii('m/bb'), ascii('m/aa'));
  expect(refused(twice).message).toMatch('it has the file "m/aa" twice');
  const secret = edited(bytes, [0x50, 0x4b, 1, 2, 20, 0, 20, 0, 0, 0], [0x50, 0x4b, 1, 2, 20, 0, 20, 0, 1, 0]);
  expect(refused(secret).message).toMatch(/is encrypted|damaged/);
});

it('refuses what unpacks to more than the directory says, or to more than a model has', () => {
  const zeros = archive({ zeros: new Uint8Array(2 ** 20) }, 9);
  const lying = edited(zeros, [0, 0, 0x10, 0], [16, 0, 0, 0], 1);
  expect(refused(lying).message).toMatch(/zeros: its deflated bytes are damaged: there are more than the 16/);
  const bomb = archive(Object.fromEntries(Array.from({ length: 80 }, (_, i) => [`z${i}`, new Uint8Array(2 ** 20)])), 9);
  expect(bomb.length).toBeLessThan(200_000);
  expect(refused(bomb).message).toMatch('z64: the archive unpacks to more than 64 MiB');
});
