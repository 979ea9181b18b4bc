import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isMountPoint, isSamePlace, mountPoints, placeOf } from '../../src/jobs/files/place.ts';

const folder = mkdtempSync(join(tmpdir(), 'liteblock-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const same = (a: string, b: string): boolean => isSamePlace(placeOf(at(a)), placeOf(at(b)));

it('treats names that differ only in case as equal only if the file system does, and leaves nothing behind', () => {
  writeFileSync(at('probe'), '');
  const foldsCase = existsSync(at('PROBE'));
  rmSync(at('probe'));
  expect(same('model.lbm', 'MODEL.lbm')).toBe(foldsCase);
  expect(same('model.lbm', 'model.lbm')).toBe(true);
  expect(same('model.lbm', 'model.json')).toBe(false);
  symlinkSync('model.lbm', at('link'));
  expect(same('link', 'model.lbm')).toBe(true);
  expect(readdirSync(folder)).toEqual(['link']);
});

it('knows mounts by the paths of mountinfo, blanks and all', () => {
  const text = [
    '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw',
    '37 35 98:0 / /with\\040blank/m.lbm rw - ext3 /dev/root rw',
    '',
  ].join('\n');
  expect(mountPoints(text)).toEqual(['/mnt2', '/with blank/m.lbm', '']);
  expect(isMountPoint(at('model.lbm'))).toBe(false);
});

it.runIf(process.platform === 'linux')('takes a mount for one', () => {
  expect(isMountPoint('/proc')).toBe(true);
});
