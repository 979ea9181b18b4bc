import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { digits, digitsModel, temporary } from '../cli.ts';
import { liteblock, shell } from '../process.ts';

const inputs = digits('test_inputs_int8_nhwc.bin');

/** Each in a process of its own, as one that hangs cannot be asked to stop. */
describe('a FIFO that nobody writes', () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'liteblock-'));
    mkdirSync(at('dumps'));
    mkdirSync(at('photos'));
    for (const name of ['p', 'p.npy', 'p.png', 'dumps/conv.npy', 'photos/1.png']) execFileSync('mkfifo', [at(name)]);
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([
    ['a model', (path) => ['inspect', path('p')]],
    ['weights', (path) => ['inspect', 'examples/networks/litenet-digits.json', '--weights', path('p')]],
    ['an image', (path) => ['run', digitsModel, path('p')]],
    ['a .npy', (path) => ['run', digitsModel, path('p.npy')]],
    ['a picture', (path) => ['run', digitsModel, path('p.png')]],
    ['a picture of a folder', (path) => ['run', digitsModel, path('photos')]],
    ['true classes', (path) => ['eval', digitsModel, inputs, '--labels', path('p')]],
    ['names', (path) => ['compile', digitsModel, '--labels', path('p'), '-o', path('m.lbm')]],
    ['dumps', (path) => ['diff', digitsModel, path('dumps'), '--input', inputs]],
  ] satisfies [string, (path: (name: string) => string) => string[]][])('is refused as %s', (_, argsOf) => {
    const { status, err, out } = liteblock(argsOf(at));
    expect({ status, out: out.toString() }).toEqual({ status: 1, out: '' });
    expect(err).toMatch(/: this is a pipe \(FIFO\); expected a file \(.* give - for standard input\)\n$/);
  });

  it('is read where a shell has opened it as standard input', () => {
    const { status, out } = shell(`cat ${digitsModel} > ${at('p')} & liteblock inspect - < ${at('p')} | head -1; wait`);
    expect([status, out.toString()]).toEqual([0, 'stdin\n']);
  });
});

it.each([
  ['a device', ['inspect', '/dev/zero'], /\/dev\/zero: this is a device; expected a file/],
  ['a device of images', ['run', digitsModel, '/dev/zero'], /\/dev\/zero: this is a device; expected a file/],
  ['a folder', ['inspect', 'src'], /src: this is a folder; expected a file/],
])('refuses %s', (_, args, message) => {
  const { status, err } = liteblock(args);
  expect([status, err]).toEqual([1, expect.stringMatching(message)]);
});

it('refuses a socket', async () => {
  const at = temporary();
  const server = createServer().listen(at('s'));
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { status, err } = liteblock(['inspect', at('s')]);
  expect([status, err]).toEqual([1, expect.stringMatching(/this is a socket; expected a file/)]);
});

it('refuses a device and a folder as standard input, and reports that an empty one is empty', () => {
  const at = temporary();
  writeFileSync(at('empty'), '');
  const messages = [
    shell('liteblock inspect - < /dev/zero'),
    shell('liteblock inspect - < src'),
    shell('liteblock inspect - < /dev/null'),
    shell('liteblock inspect - <&-'),
  ].map(({ status, err }) => `${status} ${err}`);
  expect(messages).toEqual([
    expect.stringMatching(/^1 error: \/dev\/stdin: this is a device; expected a file/),
    expect.stringMatching(/^1 error: \/dev\/stdin: this is a folder; expected a file/),
    expect.stringMatching(/^1 error: \/dev\/stdin: the file has 0 bytes/),
    expect.stringMatching(/^1 error: \/dev\/stdin: the file has 0 bytes/),
  ]);
});

it('does not wait at a terminal for what nobody types, nor writes a model there', () => {
  const line = (args: string) => `script -qec "node dist/cli/main.js ${args}" /dev/null`;
  const read = shell(line('inspect -'));
  expect(read.out.toString()).toContain('/dev/stdin: this is a terminal: redirect a file to it');
  const write = shell(line(`compile ${digitsModel} -o -`));
  expect(write.out.toString()).toContain('/dev/stdout: this is a terminal: redirect the output');
});
