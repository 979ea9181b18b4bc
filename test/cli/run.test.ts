import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { numbered, topClasses } from '../../src/cli/run.ts';
import { entry } from '../runtime/fake-engine.ts';
import { cli, digits, digitsModel, temporary } from './cli.ts';

const inputs = digits('test_inputs_int8_nhwc.bin');
const reference = readFileSync(digits('test_outputs_int8_ref.bin'));

it.each(['simd', 'scalar'])('gives the reference bytes for a batch of 180 on the %s tier', async (tier) => {
  const output = temporary()('out.bin');
  const { status, err } = await cli('run', digitsModel, inputs, '-o', output, '--tier', tier);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(readFileSync(output).equals(reference)).toBe(true);
});

it('runs a .lbm and prints the best classes of every image', async () => {
  const at = temporary();
  await cli('compile', digitsModel, '-o', at('digits.lbm'));
  writeFileSync(at('three.bin'), readFileSync(inputs).subarray(0, 3 * 64));
  const { status, out } = await cli('run', at('digits.lbm'), at('three.bin'));
  expect(status).toBe(0);
  const lines = out.trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  lines.forEach((line, image) => {
    const scores = new Int8Array(reference).subarray(image * 10, image * 10 + 10);
    expect(line).toMatch(new RegExp(`^image ${image}: ${scores.indexOf(Math.max(...scores))} \\(`));
    expect(line.split(', ')).toHaveLength(5);
  });
});

it('names a file of a wrong size, its bytes and those of one image', async () => {
  const wrong = temporary()('wrong.bin');
  writeFileSync(wrong, new Uint8Array(100));
  const { status, err } = await cli('run', digitsModel, wrong);
  expect(status).toBe(1);
  expect(err).toMatch(/wrong\.bin: 100 bytes, one image of input 0 ".+" \(8×8×1 i8\) has 64\n$/);
});

it('names the inputs where another number of files is given', async () => {
  const { status, err } = await cli('run', digitsModel, inputs, inputs);
  expect(status).toBe(1);
  expect(err).toMatch(/2 inputs given, 1 wanted: ".+" \(1×8×8×1 i8\)/);
});

it('refuses a model that needs more RAM than --ram, naming need, limit and step', async () => {
  const { ramBytes } = JSON.parse((await cli('inspect', digitsModel, '--json')).out);
  expect((await cli('run', digitsModel, inputs, '--ram', `${ramBytes}`)).status).toBe(0);
  const { status, err } = await cli('run', digitsModel, inputs, '--ram', `${ramBytes - 1}`);
  expect(status).toBe(1);
  expect(err).toMatch(
    new RegExp(
      `^error: litenet_digits_int8: needs ${ramBytes} bytes of RAM, the limit is ${ramBytes - 1}; it is fullest at step \\d`,
    ),
  );
});

it('ranks classes by score, of equal ones the lower first, with labels and real scores', () => {
  const values = Int8Array.from([0, 10, -5, 10]);
  expect(topClasses(values, entry({ zeroPoint: -10 }), ['a', 'b'])).toEqual([
    '1 b (10)',
    '3 (10)',
    '0 a (5)',
    '2 (2.5)',
  ]);
});

it('numbers the files of several outputs before the extension', () => {
  expect(numbered('a/out.bin', 1)).toBe('a/out.1.bin');
  expect(numbered('a.b/out', 0)).toBe('a.b/out.0');
});
