import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openImages } from '../../src/cli/images.ts';
import { naturalOrder } from '../../src/cli/natural-order.ts';
import { npy } from '../support/npy.ts';
import { temporary } from './cli.ts';

const wanted = { input: 'input 0 "x"', shape: [1, 2, 1], raw: 'u8' } as const;
const image = (value: number): Uint8Array => npy('|u1', [1, 2], Uint8Array.of(value, value + 1));

const all = (path: string) => {
  const images = openImages(path, wanted);
  return Array.from({ length: images.count }, (_, i) => [...images.at(i)]);
};

it('reads a headerless file and a .npy by the image', () => {
  const at = temporary();
  writeFileSync(at('a.bin'), Uint8Array.of(1, 2, 3, 4));
  writeFileSync(at('a.npy'), npy('<f4', [2, 1, 2], Float32Array.of(0.5, 1, 2, 3)));
  expect(all(at('a.bin'))).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(all(at('a.npy'))).toEqual([
    [0.5, 1],
    [2, 3],
  ]);
});

it('reads a folder in natural order, without hidden files', () => {
  const at = temporary();
  for (const [name, value] of [
    ['img10', 10],
    ['img2', 2],
    ['img1', 1],
  ] as const)
    writeFileSync(at(`${name}.npy`), image(value));
  writeFileSync(at('.DS_Store'), '');
  expect(all(at('.'))).toEqual([
    [1, 2],
    [2, 3],
    [10, 11],
  ]);
});

it('takes class folders in natural order, and says which class each image is of', () => {
  const at = temporary();
  for (const [folder, value] of [
    ['b10', 5],
    ['b9', 7],
  ] as const) {
    mkdirSync(at(folder));
    writeFileSync(at(`${folder}/1.npy`), image(value));
    writeFileSync(at(`${folder}/2.npy`), image(value + 1));
  }
  const images = openImages(at('.'), wanted);
  expect(images.classes).toEqual({ names: ['b9', 'b10'], of: [0, 0, 1, 1] });
  expect(all(at('.'))).toEqual([
    [7, 8],
    [8, 9],
    [5, 6],
    [6, 7],
  ]);
});

it('refuses what it cannot take, naming the file', () => {
  const at = temporary();
  const refused = (name: string, message: string | RegExp) => expect(() => all(at(name))).toThrow(message);
  refused('none.bin', 'none.bin: no such file or folder');
  writeFileSync(at('a.png'), 'x');
  refused('a.png', /a\.png: PNG is not supported yet \(raw u8 NHWC files, \.npy, folders of \.npy\)/);
  writeFileSync(at('odd.bin'), Uint8Array.of(1));
  refused('odd.bin', /odd\.bin: 1 bytes, one image of input 0 "x" \(1×2×1 u8\) has 2/);
  writeFileSync(at('none.npy'), npy('|u1', [0, 1, 2], new Uint8Array(0)));
  refused('none.npy', 'none.npy: it has no images');
  writeFileSync(at('fake.npy'), 'no numpy');
  refused('fake.npy', 'fake.npy: it is no .npy');
  for (const folder of ['empty', 'text', 'jpeg', 'many', 'mixed', 'mixed/a']) mkdirSync(at(folder));
  refused('empty', 'empty: it is empty');
  writeFileSync(at('text/readme.txt'), '');
  refused('text', /text: there is no \.npy in it \("readme\.txt" …\)/);
  writeFileSync(at('jpeg/1.JPG'), '');
  refused('jpeg', /1\.JPG: JPG is not supported yet/);
  writeFileSync(at('many/1.npy'), npy('|u1', [3, 1, 2], new Uint8Array(6)));
  refused('many', /1\.npy: 3 images, each file of a folder has one/);
  writeFileSync(at('mixed/1.npy'), image(0));
  refused('mixed', /it has files \("1\.npy"\) and class folders \("a"\)/);
});

it('orders numbers in names by their value', () => {
  const names = ['b', 'a10', 'a2', 'a02', 'a', '10', '9', 'a2b1', 'A'];
  expect(names.sort(naturalOrder)).toEqual(['9', '10', 'A', 'a', 'a02', 'a2', 'a2b1', 'a10', 'b']);
});
