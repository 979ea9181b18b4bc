import { execFileSync, spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { cli } from './cli.ts';

it('prints help on asking and on no command', async () => {
  expect(await cli('--help')).toMatchObject({ status: 0, out: expect.stringContaining('inspect') });
  expect(await cli()).toMatchObject({ status: 2, err: expect.stringContaining('Usage: liteblock') });
});

it('suggests what a mistyped command or option may have meant, with status 2', async () => {
  expect(await cli('inspct', 'm.lbm')).toMatchObject({ status: 2, err: expect.stringContaining('inspect') });
  expect(await cli('inspect', 'm.lbm', '--jsn')).toMatchObject({ status: 2, err: expect.stringContaining('--json') });
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
