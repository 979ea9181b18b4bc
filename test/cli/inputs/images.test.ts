import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { naturalOrder } from '../../../src/cli/inputs/natural-order.ts';
import { openImages } from '../../../src/cli/inputs/open-images.ts';
import { npy } from '../../support/npy.ts';
import { greyJpeg, greyPng } from '../../support/pictures.ts';
import { temporary } from '../cli.ts';

const wanted = { input: 'input 0 "x"', shape: [1, 2, 1], raw: 'u8' } as const;
const image = (value: number): Uint8Array => npy('|u1', [1, 2], Uint8Array.of(value, value + 1));

const all = async (...paths: string[]) => {
  const images = await openImages(paths, wanted);
  return Array.from({ length: images.count }, (_, i) => [...images.at(i)]);
};

it('reads a headerless file and a .npy by the image', async () => {
  const at = temporary();
  writeFileSync(at('a.bin'), Uint8Array.of(1, 2, 3, 4));
  writeFileSync(at('a.npy'), npy('<f4', [2, 1, 2], Float32Array.of(0.5, 1, 2, 3)));
  expect(await all(at('a.bin'))).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(await all(at('a.npy'))).toEqual([
    [0.5, 1],
    [2, 3],
  ]);
});

it('reads a folder in natural order, without hidden files', async () => {
  const at = temporary();
  for (const [name, value] of [
    ['img10', 10],
    ['img2', 2],
    ['img1', 1],
  ] as const)
    writeFileSync(at(`${name}.npy`), image(value));
  writeFileSync(at('.DS_Store'), '');
  expect(await all(at('.'))).toEqual([
    [1, 2],
    [2, 3],
    [10, 11],
  ]);
});

it('takes class folders in natural order, and says which class each image is of', async () => {
  const at = temporary();
  for (const [folder, value] of [
    ['b10', 5],
    ['b9', 7],
  ] as const) {
    mkdirSync(at(folder));
    writeFileSync(at(`${folder}/1.npy`), image(value));
    writeFileSync(at(`${folder}/2.npy`), image(value + 1));
  }
  const images = await openImages([at('.')], wanted);
  expect(images.classes).toEqual({ names: ['b9', 'b10'], of: [0, 0, 1, 1] });
  expect(await all(at('.'))).toEqual([
    [7, 8],
    [8, 9],
    [5, 6],
    [6, 7],
  ]);
});

it('takes several files and folders one after another, each by its name', async () => {
  const at = temporary();
  writeFileSync(at('two.npy'), npy('|u1', [2, 1, 2], Uint8Array.of(1, 2, 3, 4)));
  mkdirSync(at('folder'));
  writeFileSync(at('folder/b.npy'), image(7));
  writeFileSync(at('folder/a.npy'), image(5));
  writeFileSync(at('one.bin'), Uint8Array.of(9, 10));
  writeFileSync(at('grey.png'), greyPng(Uint8Array.of(11, 12), 2, 1));
  const paths = ['two.npy', 'folder', 'one.bin', 'grey.png'].map(at);
  expect(await all(...paths)).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
    [9, 10],
    [11, 12],
  ]);
  const images = await openImages(paths, wanted);
  expect(images.path).toBe(`${at('two.npy')} and 3 more`);
  expect(Array.from({ length: 6 }, (_, i) => images.name(i))).toEqual([
    `${at('two.npy')} image 0`,
    `${at('two.npy')} image 1`,
    at('folder/a.npy'),
    at('folder/b.npy'),
    at('one.bin'),
    at('grey.png'),
  ]);
  expect([1, 4, 5].map(images.isPicture)).toEqual([false, false, true]);
  expect((await openImages([at('two.npy')], wanted)).name(1)).toBe('image 1');
  expect((await openImages([at('grey.png')], wanted)).name(0)).toBe(at('grey.png'));
});

it('takes class folders of pictures, whatever else lies there', async () => {
  const at = temporary();
  for (const [folder, value] of [
    ['cat', 1],
    ['dog', 5],
  ] as const) {
    mkdirSync(at(folder));
    writeFileSync(at(`${folder}/photo.PNG`), greyPng(Uint8Array.of(value, value), 1, 2));
    writeFileSync(at(`${folder}/photo.txt`), 'a photo');
  }
  expect((await openImages([at('.')], wanted)).classes).toEqual({ names: ['cat', 'dog'], of: [0, 1] });
  expect(await all(at('.'))).toEqual([
    [1, 1],
    [5, 5],
  ]);
  await expect(all(at('.'), at('cat'))).rejects.toThrow('give a folder of class folders alone');
});

it('says once that EXIF turns a picture', async () => {
  const at = temporary();
  const jpeg = await greyJpeg(new Uint8Array(64).fill(99), 8, 8);
  const exif = Uint8Array.from([
    ...[0xff, 0xe1, 0, 34, ...Buffer.from('Exif\0\0MM\0*'), 0, 0, 0, 8, 0, 1],
    ...[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0],
  ]);
  for (const name of ['1.jpg', '2.jpeg'])
    writeFileSync(at(name), Buffer.concat([jpeg.subarray(0, 2), exif, jpeg.subarray(2)]));
  writeFileSync(at('3.jpg'), jpeg);
  const warnings: string[] = [];
  const images = await openImages([at('3.jpg'), at('1.jpg'), at('2.jpeg')], {
    ...wanted,
    warn: (text) => warnings.push(text),
  });
  for (let i = 0; i < 3; i++) expect([...images.at(i)]).toEqual([99, 99]);
  expect(warnings).toEqual([`${at('1.jpg')}: its EXIF orientation is ignored, as in PIL's Image.open`]);
});

it('refuses what it cannot take, naming the file', async () => {
  const at = temporary();
  const refused = (name: string, message: string | RegExp) => expect(all(at(name))).rejects.toThrow(message);
  await refused('none.bin', 'none.bin: no such file or folder');
  writeFileSync(at('a.png'), 'x');
  await refused('a.png', 'a.png: it does not begin as a PNG, JPEG or BMP does');
  writeFileSync(at('a.webp'), 'x');
  await refused('a.webp', 'a.webp: WEBP pictures are not supported (PNG, JPEG, BMP, or .npy)');
  writeFileSync(at('odd.bin'), Uint8Array.of(1));
  await refused('odd.bin', /odd\.bin: 1 bytes; one image of input 0 "x" \(1×2×1 u8\) has 2/);
  writeFileSync(at('none.npy'), npy('|u1', [0, 1, 2], new Uint8Array(0)));
  await refused('none.npy', 'none.npy: it has no images');
  writeFileSync(at('fake.npy'), 'no numpy');
  await refused('fake.npy', 'fake.npy: it is not a .npy');
  for (const folder of ['empty', 'text', 'tiff', 'many', 'mixed', 'mixed/a']) mkdirSync(at(folder));
  await refused('empty', 'empty: it is empty');
  writeFileSync(at('text/readme.txt'), '');
  await refused(
    'text',
    /text: there is no image in it \("readme\.txt" …\): expected a folder of PNG, JPEG, BMP or \.npy/,
  );
  writeFileSync(at('tiff/1.TIF'), '');
  await refused('tiff', /1\.TIF: TIF pictures are not supported/);
  writeFileSync(at('many/1.npy'), npy('|u1', [3, 1, 2], new Uint8Array(6)));
  await refused('many', /1\.npy: 3 images, but each file of a folder must have one/);
  writeFileSync(at('mixed/1.npy'), image(0));
  await refused('mixed', /it has files \("1\.npy"\) and class folders \("a"\)/);
  writeFileSync(at('b.png'), greyPng(Uint8Array.of(1, 2), 1, 2));
  writeFileSync(at('huge.bmp'), 'BM');
  truncateSync(at('huge.bmp'), 2 ** 31); // no more on the disk than before
  await refused('huge.bmp', 'huge.bmp: a picture of 2,147,483,648 bytes (at most 512 MB)');
  const two = openImages([at('b.png')], { ...wanted, shape: [1, 2, 2] });
  await expect(two.then((images) => images.at(0))).rejects.toThrow(
    'a picture has 1 channel (grey) or 3 (red, green, blue), but input 0 "x" has 2 (give a .npy)',
  );
});

it('orders numbers in names by their value', () => {
  const names = ['b', 'a10', 'a2', 'a02', 'a', '10', '9', 'a2b1', 'A'];
  expect(names.sort(naturalOrder)).toEqual(['9', '10', 'A', 'a', 'a02', 'a2', 'a2b1', 'a10', 'b']);
});
