import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isSamePlace, placeOf } from '../../../src/jobs/files/place.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'liteblock-place-')));
  mkdirSync(`${folder}/real/sub`, { recursive: true });
  symlinkSync('real/sub', `${folder}/link`);
  writeFileSync(`${folder}/real/w.bin`, 'the one that is meant');
  writeFileSync(`${folder}/w.bin`, 'another');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('follows .. behind a symbolic link to where the folder lies, as the system does', () => {
  const given = placeOf(`${folder}/link/../w.bin`);
  expect(given).toMatchObject({ path: `${folder}/real/w.bin` });
  expect(isSamePlace(given, placeOf(`${folder}/real/w.bin`))).toBe(true);
  expect(isSamePlace(given, placeOf(`${folder}/w.bin`))).toBe(false);
});

it('follows .. in what a symbolic link says, and to a file that does not exist yet', () => {
  symlinkSync('link/../w.bin', `${folder}/through`);
  expect(placeOf(`${folder}/through`)).toMatchObject({ path: `${folder}/real/w.bin` });
  expect(placeOf(`${folder}/link/../new.bin`)).toMatchObject({ path: `${folder}/real/new.bin`, stats: undefined });
});

it('follows a folder to what it leads to, with a slash or dots at its end', () => {
  for (const end of ['/link/', '/link/.', '/real/sub/../sub/.', '/link/../sub/']) {
    expect(placeOf(folder + end), end).toMatchObject({ path: `${folder}/real/sub` });
  }
});
