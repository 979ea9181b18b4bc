import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { cli, digits, digitsModel, temporary } from '../cli.ts';
import { liteblock, shell } from '../process.ts';

const images = digits('test_inputs_int8_nhwc.bin');

let lbm: Buffer;
let wasm: Buffer;
let outputs: Buffer;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'liteblock-'));
  await cli('compile', digitsModel, '-o', `${folder}/m.lbm`);
  await cli('bundle', `${folder}/m.lbm`, '-o', `${folder}/m.wasm`);
  await cli('run', `${folder}/m.lbm`, images, '-o', `${folder}/out.bin`);
  lbm = readFileSync(`${folder}/m.lbm`);
  wasm = readFileSync(`${folder}/m.wasm`);
  outputs = readFileSync(`${folder}/out.bin`);
  rmSync(folder, { recursive: true });
});

/** The link of the system, or nothing where it has none. */
const link = (path: string): boolean | undefined => (existsSync(path) ? lstatSync(path).isSymbolicLink() : undefined);

it.each(['-', '/dev/stdout'])(
  'writes nothing but the model to standard output as %s, and the summary elsewhere',
  (output) => {
    const at = temporary();
    const before = link('/dev/stdout');
    const socket = liteblock(['compile', digitsModel, '-o', output]); // Node's pipes are sockets
    expect(socket.status).toBe(0);
    expect(socket.out.equals(lbm)).toBe(true);
    expect(socket.err).toContain(`${lbm.length.toLocaleString('en')} bytes, from ${digitsModel}`);
    const pipe = shell(`set -o pipefail; liteblock compile ${digitsModel} -o ${output} | cat`);
    expect(pipe.status).toBe(0);
    expect(pipe.out.equals(lbm)).toBe(true);
    writeFileSync(at('log'), 'before ');
    const files = `liteblock compile ${digitsModel} -o ${output}`;
    const { status, out } = shell(`${files} > ${at('m.lbm')} && ${files} >> ${at('log')} && ${files} > /dev/null`);
    expect([status, out.length]).toEqual([0, 0]);
    expect(readFileSync(at('m.lbm')).equals(lbm)).toBe(true);
    expect(readFileSync(at('log')).equals(Buffer.concat([Buffer.from('before '), lbm]))).toBe(true);
    expect(link('/dev/stdout')).toBe(before);
  },
);

it('writes a report and raw outputs to standard output, too', () => {
  const at = temporary();
  writeFileSync(at('m.lbm'), lbm);
  const run = liteblock(['run', at('m.lbm'), images, '-o', '-']);
  expect([run.status, run.out.equals(outputs)]).toEqual([0, true]);
  const network = 'examples/networks/litenet-digits.json';
  const calibration = ['--weights', digits('litenet_digits.safetensors'), '--data', digits('calib_images_u8.bin')];
  const files = ['-o', at('q.lbm'), '--report', '-'];
  const { status, out, err } = liteblock(['quantize', network, ...calibration, '--images', '2', ...files]);
  expect(status).toBe(0);
  expect(out.toString()).toMatch(/^<!doctype html>/i);
  expect(err).toContain('q.lbm');
});

it('takes a model from standard input as -: a pipe, a file, and what a shell opens', () => {
  const at = temporary();
  writeFileSync(at('m.lbm'), lbm);
  const { status, out } = shell(`set -e
    cat ${at('m.lbm')} | liteblock bundle - -o ${at('1')}
    liteblock bundle - -o ${at('2')} < ${at('m.lbm')}
    liteblock bundle /dev/stdin -o ${at('3')} < ${at('m.lbm')}
    liteblock bundle <(cat ${at('m.lbm')}) -o ${at('4')}
    (sleep 0.3; cat ${at('m.lbm')}) | liteblock bundle - -o - > ${at('5')}
    cat ${at('1')} | liteblock bench - --runs 1 | head -1`);
  expect([status, out.toString()]).toEqual([0, expect.stringContaining('litenet_digits_int8')]);
  for (const name of '12345') expect(readFileSync(at(name)).equals(wasm)).toBe(true);
  expect(liteblock(['bundle', '-', '-o', '-'], { input: lbm }).out.equals(wasm)).toBe(true); // a socket
});

it('takes every other input from there, too, of commands that look at it more than once', () => {
  const network = 'examples/networks/litenet-digits.json';
  const weights = digits('litenet_digits.safetensors');
  const common = `--data ${digits('calib_images_u8.bin')} --images 2 -o - 2>/dev/null | cksum`;
  const { status, out } = shell(`set -e -o pipefail
    liteblock quantize ${network} --weights ${weights} ${common}
    < ${network} liteblock quantize - --weights ${weights} ${common}
    cat ${weights} | liteblock quantize ${network} --weights - ${common}
    liteblock quantize ${network} --weights <(cat ${weights}) ${common}
    liteblock run ${digitsModel} ${images} -o - 2>/dev/null | cksum
    cat ${images} | liteblock run ${digitsModel} - -o - 2>/dev/null | cksum
    cat ${digitsModel} | liteblock eval - ${images} --labels ${digits('test_labels_u8.bin')} > /dev/null`);
  expect(status).toBe(0);
  const [q, ...others] = out.toString().trim().split('\n');
  expect(others.slice(0, 3)).toEqual([q, q, q]);
  expect(others[3]).toBe(others[4]);
});

it('reads standard input once, and says so', () => {
  const { status, err } = liteblock(['diff', '-', '/dev/stdin'], { input: lbm });
  expect([status, err]).toEqual([
    2,
    'error: A /dev/stdin and B /dev/stdin are the same stream, which can be read only once\n',
  ]);
});

it('does not write over the file that standard input is, nor two outputs into one stream', () => {
  const at = temporary();
  writeFileSync(at('m.lbm'), lbm);
  const over = shell(`liteblock bundle - -o ${at('m.lbm')} < ${at('m.lbm')}`);
  expect([over.status, over.err]).toEqual([
    2,
    expect.stringContaining('is MODEL /dev/stdin, which this command reads'),
  ]);
  const onto = shell(`liteblock bundle ${at('m.lbm')} -o - >> ${at('m.lbm')}`);
  expect([onto.status, onto.err]).toEqual([2, expect.stringContaining('which this command reads and would overwrite')]);
  expect(readFileSync(at('m.lbm')).equals(lbm)).toBe(true);
  const both = liteblock(['quantize', 'n.json', '--data', 'x', '-o', '-', '--report', '/dev/stdout']);
  expect([both.status, both.err]).toEqual([2, expect.stringContaining('are the same file: give them two names')]);
});

it('says that the reader has gone before all was written', () => {
  const { out, err } = shell(`liteblock compile ${digitsModel} -o - | true; echo \${PIPESTATUS[0]}`);
  expect([out.toString(), err]).toEqual([
    '1\n',
    expect.stringContaining('it could not be written: its reader has closed it'),
  ]);
});
