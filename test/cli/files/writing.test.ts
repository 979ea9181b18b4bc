import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { cli, digitsModel, temporary } from '../cli.ts';
import { liteblock, shell } from '../process.ts';

const isRoot = process.getuid?.() === 0;
const modeOf = (path: string): number => statSync(path).mode & 0o7777;

async function compiled(): Promise<Buffer> {
  const at = temporary();
  await cli('compile', digitsModel, '-o', at('m.lbm'));
  return readFileSync(at('m.lbm'));
}

it('writes through symbolic links, also one to a file that does not exist yet', async () => {
  const at = temporary();
  const bytes = await compiled();
  mkdirSync(at('store'));
  writeFileSync(at('store/old.lbm'), 'old');
  symlinkSync('store/old.lbm', at('a.lbm'));
  symlinkSync('a.lbm', at('chain.lbm'));
  symlinkSync('store/new.lbm', at('b.lbm'));
  for (const name of ['chain.lbm', 'b.lbm']) {
    expect((await cli('compile', digitsModel, '-o', at(name))).status).toBe(0);
    expect(lstatSync(at(name)).isSymbolicLink()).toBe(true);
  }
  expect(readlinkSync(at('a.lbm'))).toBe('store/old.lbm');
  for (const name of ['store/old.lbm', 'store/new.lbm']) expect(bytes.equals(readFileSync(at(name)))).toBe(true);
  expect(readdirSync(at('store')).sort()).toEqual(['new.lbm', 'old.lbm']);
});

it.each([0o600, 0o640, 0o755])('keeps the mode %o of a file that it replaces', async (mode) => {
  const at = temporary();
  writeFileSync(at('m.lbm'), 'old');
  chmodSync(at('m.lbm'), mode);
  expect((await cli('compile', digitsModel, '-o', at('m.lbm'))).status).toBe(0);
  expect(modeOf(at('m.lbm'))).toBe(mode);
  expect(statSync(at('m.lbm')).size).toBeGreaterThan(3);
});

it('gives a new file the mode that the umask leaves', () => {
  const at = temporary();
  expect(shell(`umask 027; liteblock compile ${digitsModel} -o ${at('m.lbm')}`).status).toBe(0);
  expect(modeOf(at('m.lbm'))).toBe(0o640);
});

it.runIf(isRoot)('keeps the owner of a file that root replaces', async () => {
  const at = temporary();
  writeFileSync(at('m.lbm'), 'old');
  chownSync(at('m.lbm'), 1234, 2345);
  expect((await cli('compile', digitsModel, '-o', at('m.lbm'))).status).toBe(0);
  expect(statSync(at('m.lbm'))).toMatchObject({ uid: 1234, gid: 2345 });
});

it('takes a name as long as names can be', async () => {
  const at = temporary();
  const name = `${'n'.repeat(251)}.lbm`;
  expect((await cli('compile', digitsModel, '-o', at(name))).status).toBe(0);
  expect(readdirSync(dirname(at(name)))).toEqual([name]);
});

it.each([
  ['a folder that is not there', 'none/m.lbm', /it could not be written: there is no folder .*none/],
  ['a file for a folder', 'file/m.lbm', /it could not be written: a part of the path is not a folder/],
  ['a folder itself', 'folder', /it could not be written: this is a folder; expected a file/],
  ['the name of a folder', 'none/', /it could not be written: this names a folder/],
  ['links in a circle', 'circle', /it could not be written: its symbolic links go round in a circle/],
])('says before any work that %s cannot be written', async (_, name, message) => {
  const at = temporary();
  writeFileSync(at('file'), '');
  mkdirSync(at('folder'));
  symlinkSync('circle', at('circle'));
  for (const option of ['-o', '--report']) {
    const others = option === '-o' ? [] : ['-o', at('m.lbm')];
    // The model does not exist: what is said first is found first.
    const { status, err } = await cli(
      'quantize',
      'no/such.json',
      '--data',
      'x.bin',
      ...others,
      option,
      `${dirname(at('x'))}/${name}`,
    );
    expect({ status, err }).toEqual({ status: 1, err: expect.stringMatching(message) });
  }
  expect(existsSync(at('m.lbm'))).toBe(false);
});

it.runIf(existsSync('/proc/self'))('finds out before any work that a folder takes no files, whoever asks', async () => {
  const { status, err } = await cli('compile', 'no/such.tflite', '-o', '/proc/self/m.lbm');
  expect([status, err]).toEqual([1, expect.stringMatching(/^error: \/proc\/self\/m\.lbm: it could not be written: /)]);
});

it('does not replace a file that its user may not write, nor leave anything in its folder', () => {
  const at = temporary();
  for (const path of [dirname(at('x')), at('open')]) {
    if (path.endsWith('open')) mkdirSync(path);
    chmodSync(path, path.endsWith('open') ? 0o777 : 0o755);
  }
  writeFileSync(at('open/m.lbm'), 'mine');
  chmodSync(at('open/m.lbm'), 0o444);
  const other = isRoot ? { uid: 65534, gid: 65534 } : {};
  const { status, err } = liteblock(['compile', 'no/such.tflite', '-o', at('open/m.lbm')], other);
  expect([status, err]).toEqual([1, expect.stringContaining('m.lbm: it could not be written: permission denied')]);
  expect(readFileSync(at('open/m.lbm'), 'utf8')).toBe('mine');
  expect(readdirSync(at('open'))).toEqual(['m.lbm']);
});

it('writes whole files into a FIFO and leaves the FIFO there', async () => {
  const at = temporary();
  const bytes = await compiled();
  const { status } = shell(
    `mkfifo ${at('p')}; cat ${at('p')} > ${at('got')} & liteblock compile ${digitsModel} -o ${at('p')} && wait`,
  );
  expect(status).toBe(0);
  expect(lstatSync(at('p')).isFIFO()).toBe(true);
  expect(bytes.equals(readFileSync(at('got')))).toBe(true);
});

it('says that a device is full, with status 1 and no partial file', () => {
  const { status, err, out } = liteblock(['compile', digitsModel, '-o', '/dev/full']);
  expect({ status, err, out: out.toString() }).toEqual({
    status: 1,
    err: 'error: /dev/full: it could not be written: no space is left on the device\n',
    out: '',
  });
  expect(lstatSync('/dev/full').isCharacterDevice()).toBe(true);
});

it('writes several outputs to the null device and leaves it a device', () => {
  const at = temporary();
  const digits = 'test/data/litenet_digits';
  const files = ['--weights', `${digits}/litenet_digits.safetensors`, '--data', `${digits}/calib_images_u8.bin`];
  const network = 'examples/networks/litenet-digits.json';
  const outputs = ['-o', '/dev/null', '--report', '/dev/null'];
  const { status } = liteblock(['quantize', network, ...files, '--images', '2', ...outputs], { cwd: process.cwd() });
  expect(status).toBe(0);
  expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  expect(existsSync(at('null'))).toBe(false);
});
