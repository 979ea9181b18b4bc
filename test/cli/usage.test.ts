import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { cli } from './cli.ts';

it('prints help on asking, and where nothing is asked', async () => {
  const { out } = await cli('--help');
  for (const args of [[], ['help'], ['--help']]) expect(await cli(...args)).toEqual({ status: 0, out, err: '' });
  expect(out).toContain('Usage: liteblock');
  expect(out.indexOf('Options:')).toBeGreaterThan(out.indexOf('Make a model:'));
  expect(await cli('help', 'run')).toEqual(await cli('run', '--help'));
});

it('prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(await cli('--version')).toEqual({ status: 0, out: `liteblock ${version}\n`, err: '' });
});

const commands = createProgram({ out: () => {}, err: () => {}, columns: undefined, color: false }).commands;

it.each(commands.map((command) => command.name()))(
  'help of %s has a paragraph, examples and 80 columns',
  async (name) => {
    const { out } = await cli('help', name);
    const [usage, paragraph] = out.split('\n\n') as [string, string];
    expect(usage).toMatch(`Usage: liteblock ${name}`);
    expect(paragraph).toMatch(/\.$/);
    if (name !== 'help') expect(out.split('Examples:')[1]).toMatch(`\n  liteblock ${name} `);
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
  },
);

describe('a mistake', () => {
  it.each([
    [['inspct', 'm.lbm'], /there is no command 'inspct'\n\(Did you mean inspect\?\)/],
    [['help', 'rn'], /there is no command 'rn'\n\(Did you mean run\?\)/],
    [['frobnicate'], /there is no command 'frobnicate'\n\(commands: quantize, compile/],
    [['inspect', 'm.lbm', '--jsn'], /unknown option '--jsn'\n\(Did you mean --json\?\)/],
    [['run', 'm.lbm', 'x.bin', '--tier', 'smid'], /Allowed choices are simd, scalar\.\n\(Did you mean simd\?\)/],
    [['quantize', 'n.json', '--method', 'minmax'], /\(Did you mean min-max\?\)/],
    [['run'], /missing required argument 'model'\n\(liteblock help run lists arguments and options\)/],
  ])('such as %j is answered with what may have been meant', async (args, message) => {
    expect(await cli(...args)).toMatchObject({ status: 2, out: '', err: expect.stringMatching(message) });
  });

  it.each([
    ['m.tflite', ['inspect m.tflite', 'run m.tflite IMAGES', 'compile m.tflite -o model.lbm']],
    ['some/m.lbm', ['inspect some/m.lbm', 'run some/m.lbm IMAGES']],
    ['package.json', ['inspect package.json', 'quantize package.json']],
  ])('of a file, %s, in place of a command, is answered with the commands that take it', async (path, uses) => {
    const { status, out, err } = await cli(path);
    expect([status, out]).toEqual([2, '']);
    for (const use of uses) expect(err).toContain(`\n    liteblock ${use}`);
  });
});

it.each([
  [['inspect']],
  [['compile', 'm.tflite']],
  [['run', 'm.lbm', 'x.bin', '--tier', 'fast']],
  [['run', 'm.lbm', 'x.bin', '--ram', 'lots']],
  [['compile', 'm.lbm', '-o', './m.lbm']],
  [['compile', 'm.tflite', '-o', 'm.lbm', '--mean', 'grey']],
  [['quantize', 'n.json', '-o', 'm.lbm']],
  [['quantize', 'n.json', '--data', 'x.bin', '-o', 'm.lbm', '--images', '1.5']],
  [['eval', 'm.lbm']],
])('takes %j for wrong usage', async (args) => {
  const { status, out, err } = await cli(...args);
  expect(status).toBe(2);
  expect(out).toBe('');
  expect(err).toMatch(/^error: /);
});

it.each(['inspect', 'compile', 'run', 'quantize', 'eval'])('%s names a file that does not exist', async (command) => {
  const output = ['-o', '/tmp/none.lbm'];
  const more: Record<string, string[]> = { compile: output, quantize: ['--data', 'x.bin', ...output] };
  const rest = more[command] ?? (command === 'inspect' ? [] : ['x.bin']);
  expect(await cli(command, 'no/such.tflite', ...rest)).toMatchObject({
    status: 1,
    err: 'error: no/such.tflite: no such file\n',
  });
});

const built = 'dist/cli/main.js';

it('sets the exit status of the process', () => {
  expect(execFileSync('node', [built, '--help'], { encoding: 'utf8' })).toContain('Usage: liteblock');
  expect(spawnSync('node', [built, 'inspect', 'no/such.tflite']).status).toBe(1);
  expect(spawnSync('node', [built, 'inspect']).status).toBe(2);
});

it('has colours on a terminal only, or if requested', () => {
  const run = (args: string[], env: Record<string, string>): string => {
    const { NO_COLOR: _, FORCE_COLOR: __, ...others } = process.env;
    const { stdout, stderr } = spawnSync('node', [built, ...args], { encoding: 'utf8', env: { ...others, ...env } });
    return stdout + stderr;
  };
  for (const args of [['--help'], ['inspect', 'no/such.tflite'], ['nonsense'], ['run']]) {
    expect(run(args, {})).not.toContain('\x1b');
    expect(run(args, { FORCE_COLOR: '1' })).toContain('\x1b[');
    expect(run([...args, '--color'], {})).toContain('\x1b[');
    expect(run([...args, '--no-color'], { FORCE_COLOR: '1' })).not.toContain('\x1b');
  }
});

it('names an option that does not exist before one that is missing', async () => {
  const { status, err } = await cli('quantize', 'n.json', '--data', 'x', '--out', 'y');
  expect([status, err]).toEqual([
    2,
    expect.stringMatching(/^error: unknown option '--out'\n\(Did you mean --output\?\)/),
  ]);
  expect((await cli('quantize', 'n.json', '--data', '--out')).err).toMatch(/required option '-o/);
});

it('bundle does not write a .lbm', async () => {
  const { status, err } = await cli('bundle', 'x.lbm', '-o', 'b.lbm');
  expect([status, err]).toEqual([
    2,
    expect.stringContaining('a bundle is a WebAssembly module: give -o a name that ends in .wasm'),
  ]);
});
