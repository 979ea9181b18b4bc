import { writeFileSync } from 'node:fs';
import { Server } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { builtModule } from '../../src/cli/engines.ts';
import { reportFailure, typed } from '../../src/cli/failure.ts';
import { pages } from '../../src/cli/verify/browsers.ts';
import { LiteBlockError } from '../../src/format/errors.ts';
import { cli, digitsModel, temporary } from './cli.ts';
import { liteblock, shell } from './process.ts';

describe('standard output that cannot be written', () => {
  it('is reported in words, once, with status 1', () => {
    for (const args of [`inspect ${digitsModel}`, 'supported-ops', '--help', `inspect ${digitsModel} --json`]) {
      const { status, err } = shell(`liteblock ${args} > /dev/full`);
      const message = 'error: standard output: it could not be written: no space is left on the device\n';
      expect({ args, status, err }).toEqual({ args, status: 1, err: message });
    }
  });

  it('keeps the status of what was wrong before', () => {
    const { status, err } = shell('liteblock inspect no/such --json > /dev/full');
    expect([status, err]).toEqual([1, expect.stringMatching(/no\/such: no such file\n.*no space is left/)]);
  });

  it('may be closed by its reader, and standard error, too', () => {
    const { out, err } = shell('liteblock supported-ops | true; echo $PIPESTATUS');
    expect([out.toString(), err]).toEqual(['0\n', '']);
    const both = shell('liteblock inspect no/such 2>&1 | true; echo $PIPESTATUS');
    expect([both.out.toString(), both.err]).toEqual(['1\n', '']);
    expect(shell('liteblock inspect no/such 2> /dev/full').status).toBe(1);
  });
});

describe('an error without a code', () => {
  const system = (code: string, syscall: string, path?: string): Error =>
    Object.assign(new Error(`${code}: …, ${syscall}`), { code, syscall, ...(path !== undefined && { path }) });

  it.each([
    [system('EACCES', 'open', 'a/b'), 'file-unreadable', 'a/b: permission denied'],
    [system('ENOSPC', 'write'), 'file-unwritable', 'write: it could not be written: no space is left on the device'],
    [
      system('EROFS', 'mkdtemp', '/tmp/x'),
      'file-unwritable',
      '/tmp/x: it could not be written: the file system is read-only',
    ],
    [new RangeError('Array buffer allocation failed'), 'memory', /^out of memory: .*smaller model/],
    [
      new TypeError('x is undefined'),
      'internal',
      /^TypeError: x is undefined \(this is a bug in LiteBlock: .* report it/,
    ],
    ['a text', 'internal', /^a text \(/],
  ])('such as %s gets one, with what to do', (error, code, message) => {
    const text = typeof message === 'string' ? message : expect.stringMatching(message);
    expect(typed(error)).toMatchObject({ code, message: text });
  });

  it('is JSON if requested, and has no stack unless requested', () => {
    const told = (error: unknown): { status: number; out: string; err: string } => {
      const texts: { readonly out: string[]; readonly err: string[] } = { out: [], err: [] };
      const io = { out: (text: string) => void texts.out.push(text), err: (text: string) => void texts.err.push(text) };
      const status = reportFailure(error, ['inspect', '--json'], { ...io, columns: undefined, color: false });
      return { status, out: texts.out.join(''), err: texts.err.join('') };
    };
    const { status, out, err } = told(new TypeError('x is undefined'));
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'internal', problems: [] } });
    expect(err).not.toContain('    at ');
    vi.stubEnv('LITEBLOCK_STACK', '1');
    expect(told(new TypeError('x is undefined')).err).toContain('    at ');
    expect(told(new LiteBlockError('usage', 'x')).err).toBe('error: x\n');
    vi.unstubAllEnvs();
  });
});

it('says of an engine that is missing how it is made', async () => {
  await expect(builtModule('no-such')).rejects.toMatchObject({
    code: 'engine',
    message: expect.stringMatching(/no-such\.wasm: no such file: run npm run build in a clone/),
  });
});

it('says of a temporary folder that takes no files that verify needs one', () => {
  const { status, err } = liteblock(['verify', digitsModel], { env: { ...process.env, TMPDIR: '/no/such' } });
  expect([status, err]).toEqual([1, 'error: /no/such: it could not be written: no such file\n']);
});

it('says of a bundle that is not a module of WebAssembly, or another one, what it is', async () => {
  const at = temporary();
  writeFileSync(at('cut.wasm'), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0));
  writeFileSync(at('empty.wasm'), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  for (const [name, message] of [
    ['cut.wasm', /^error: .*cut\.wasm: the file has 6 bytes, too few for a model/],
    ['empty.wasm', /^error: .*empty\.wasm: this module has no model in it \(liteblock bundle makes one that has\)/],
  ] as const) {
    const { status, err } = await cli('bench', at(name));
    expect([status, err]).toEqual([1, expect.stringMatching(message)]);
  }
});

it('says of dumps whose index is of another shape what is wrong with it', async () => {
  const at = temporary();
  for (const [text, message] of [
    ['null', /index\.json: it has no list "layers"/],
    ['{"layers":[null]}', /layer 0 must have a "file" and a "name"/],
    ['{"layers":[{"file":"a.npy","name":"a","shape":"1x2"}]}', /layer 0 "a": "shape" is not a list of sizes/],
    ['{"layers":[{"file":"a.npy","name":"a","dtype":8}]}', /layer 0 "a": "dtype" is not a string/],
    ['{"layers":[{"file":"a.npy","name":"a","scale":[1,2]}]}', /layer 0 "a": "scale" is not a number/],
  ] as const) {
    writeFileSync(at('index.json'), text);
    writeFileSync(at('a.npy'), '');
    const { status, err } = await cli('diff', at('.'), at('.'));
    expect([status, err]).toEqual([1, expect.stringMatching(message)]);
  }
});

it('fails a browser, and not the command, where no page can be served to it', async () => {
  const listen = vi.spyOn(Server.prototype, 'listen').mockImplementation(function (this: Server) {
    const error = Object.assign(new Error('listen'), { code: 'EACCES', syscall: 'listen' });
    queueMicrotask(() => this.emit('error', error));
    return this;
  });
  vi.stubEnv('CHROMIUM', process.execPath);
  const outcomes = await pages[0]?.test([]);
  expect(outcomes).toEqual([]);
  const library = { simd: 'build/engine.simd.wasm', scalar: 'build/engine.scalar.wasm' };
  const [outcome] = (await pages[0]?.test([{ folder: '/tmp', library, command: library }])) ?? [];
  expect(outcome).toEqual({
    result: 'failed',
    what: '127.0.0.1: no page can be served to browsers: permission denied',
  });
  listen.mockRestore();
  vi.unstubAllEnvs();
});
