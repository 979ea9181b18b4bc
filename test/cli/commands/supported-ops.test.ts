import { expect, it } from 'vitest';
import { main } from '../../../src/cli/program.ts';
import { operators } from '../../../src/import/tflite/operators.ts';
import { catalogue } from '../../../src/ops/catalogue.ts';
import { cli } from '../cli.ts';

it('prints every operator with what it takes, and what the operators of a .tflite become', async () => {
  const texts: string[] = [];
  const io = { out: (text: string) => void texts.push(text), err: expect.fail, columns: 400, color: false };
  expect(await main(['supported-ops'], io)).toBe(0);
  const out = texts.join('');
  const lines = out.split('\n');
  for (const { type, kernels } of catalogue) {
    expect(lines).toContain(type);
    for (const { name } of kernels) expect(out).toMatch(new RegExp(`  kernels +.*${name}`));
  }
  for (const [name, { becomes }] of operators) {
    expect(out).toMatch(new RegExp(`^  ${name} +${becomes.map(({ type }) => type).join(', ')}$`, 'm'));
  }
});

it.each([60, 80, 120])('fits %i columns', async (columns) => {
  const lines: string[] = [];
  const out = (text: string): void => void lines.push(...text.split('\n'));
  expect(await main(['supported-ops'], { out, err: out, columns, color: false })).toBe(0);
  expect(lines.filter((line) => [...line].length > columns)).toEqual([]);
});

it('prints those that are named, as here or as in a .tflite', async () => {
  const { out } = await cli('supported-ops', 'conv2d', 'RELU6');
  expect(out).toMatch(/^Conv2d\n {2}Standard[\s\S]*\nRelu\n[\s\S]*RELU, RELU6, RELU_N1_TO_1\n$/);
  expect(await cli('supported-ops', 'CONV2_D')).toMatchObject({
    status: 1,
    err: expect.stringContaining('the operator CONV2_D is not supported\n(Did you mean one of Conv2d, CONV_2D?)'),
  });
});

it('prints the same as JSON', async () => {
  const { operators: rows, tflite } = JSON.parse((await cli('supported-ops', '--json')).out);
  expect(rows.map(({ type }: { type: string }) => type)).toEqual(catalogue.map(({ type }) => type));
  expect(tflite).toContainEqual({ name: 'CONV_2D', becomes: ['Conv2d'] });
  expect(Object.keys(JSON.parse((await cli('supported-ops', 'Add', '--json')).out))).toEqual(['operators']);
});

it.each(['SELU', 'Selu', 'CELU', 'MISH', 'CONV_3D', 'RELU5'])('suggests no other function for %s', async (name) => {
  const { status, err } = await cli('supported-ops', name);
  expect(status).toBe(1);
  expect(err).toContain(`the operator ${name} is not supported`);
  expect(err).not.toContain('Did you mean');
});

it('suggests the operators that a word begins, and none that only resembles it', async () => {
  const { err } = await cli('supported-ops', 'MIN');
  expect(err).toContain('(Did you mean one of MINIMUM, Minimum?)'); // Mean is another function
});
