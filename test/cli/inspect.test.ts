import { expect, it } from 'vitest';
import type { Inspection } from '../../src/analyze/inspect.ts';
import { cli, digitsModel, temporary } from './cli.ts';

const inspectJson = async (path: string): Promise<Inspection> => JSON.parse((await cli('inspect', path, '--json')).out);

it('lists every node with its cost, and totals that add up', async () => {
  const { nodes, macs, parameters, inputs, outputs } = await inspectJson(digitsModel);
  expect(nodes.reduce((sum, node) => sum + node.macs, 0)).toBe(macs);
  expect(nodes.reduce((sum, node) => sum + node.parameters, 0)).toBe(parameters);
  // Stem 16·72; two blocks on 4×4 maps: depthwise 16·72 + 16·144, pointwise 16·128 + 16·256, shortcut 16·128; fc 160.
  expect(macs).toBe(1152 + 1152 + 2304 + 2048 + 4096 + 2048 + 160);
  expect(inputs).toMatchObject([{ shape: [1, 8, 8, 1], dtype: 'i8', imageBytes: 64 }]);
  expect(outputs).toMatchObject([{ shape: [1, 10], dtype: 'i8', imageBytes: 10 }]);
});

it('breaks the RAM figure down so that the parts add up to it', async () => {
  const { ram, ramBytes, modelBytes, memoryBytes } = await inspectJson(digitsModel);
  expect(ram.activations + ram.zeroRows + ram.scratch + ram.state + ram.unused).toBe(ramBytes);
  expect(memoryBytes % 65536).toBe(0);
  expect(memoryBytes).toBeGreaterThan(ramBytes + modelBytes);
});

it('shows the same for a model and for the .lbm made from it', async () => {
  const lbm = temporary()('digits.lbm');
  expect((await cli('compile', digitsModel, '-o', lbm)).status).toBe(0);
  expect(await inspectJson(lbm)).toEqual(await inspectJson(digitsModel));
});

it('prints one aligned line a node, with thousands separators', async () => {
  const { status, out, err } = await cli('inspect', digitsModel);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  const { nodes, macs, ramBytes } = await inspectJson(digitsModel);
  const lines = out.split('\n');
  const titles = lines.findIndex((line) => line.trimStart().startsWith('#'));
  const rows = lines.slice(titles + 1, titles + 2 + nodes.length);
  expect(new Set(rows.map((row) => row.length))).toEqual(new Set([(lines[titles] as string).length]));
  expect(rows.at(-1)).toContain(macs.toLocaleString('en'));
  expect(out).toMatch(
    new RegExp(`^ramBytes +${ramBytes.toLocaleString('en')} +the arena, fullest at step \\d+ of \\d+, node \\d+ `, 'm'),
  );
});
