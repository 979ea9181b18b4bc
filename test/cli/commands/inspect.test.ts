import { writeFileSync } from 'node:fs';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { Inspection } from '../../../src/analyze/inspect.ts';
import { cli, digits, digitsModel, temporary } from '../cli.ts';

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

const network = 'examples/networks/litenet-digits.json';

it('shows a network.json as the int8 model that it becomes, with LiteBlocks as rows that unfold', async () => {
  const { status, out, err } = await cli('inspect', network);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(out).toMatch(/^a float network \(input 8×8×1\), shown as an int8 model: .+, weights of seed 1$/m);
  // The block: depthwise 16·72, pointwise 16·128, shortcut 16·128.
  expect(out).toMatch(/^ +blocks\.0 +LiteBlock +4×4×16 +5,248 +368\n +\d+ {4}blocks\.0\.conv1\.0 +DepthwiseConv2d/m);
  expect(out).not.toMatch(/scale/);
  expect(out).toMatch(
    /^2 depthwise separable convolutions: 9,600 MACs and 600 weights; .+ 55,296 MACs and 3,456 weights, 5\.8 times/m,
  );
});

it('shows blocks without their layers', async () => {
  const { out } = await cli('inspect', network, '--blocks');
  expect(out).toMatch(/blocks\.1 +LiteBlock/);
  expect(out).not.toMatch(/^.*blocks\.1\.conv1\.0 .*$/m);
});

it('has the same costs of trained weights, of any seed, and of the float .tflite', async () => {
  const json = async (...args: string[]) => JSON.parse((await cli('inspect', ...args, '--json')).out) as Inspection;
  const trained = await json(network, '--weights', digits('litenet_digits.safetensors'));
  const seeded = await json(network, '--seed', '7');
  const tflite = await json(digits('litenet_digits_float.tflite'));
  for (const other of [seeded, tflite]) {
    expect(other).toMatchObject({ macs: trained.macs, parameters: trained.parameters, ramBytes: trained.ramBytes });
  }
  expect(trained.tree).toEqual(
    expect.arrayContaining([expect.objectContaining({ path: 'blocks.0', type: 'LiteBlock' })]),
  );
});

it("prints the article's example with the right numbers", async () => {
  const at = temporary();
  const layers = [{ type: 'DepthwiseSeparableConv', in: 3, out: 64 }];
  writeFileSync(at('n.json'), JSON.stringify({ name: 'n', input: { channels: 3, height: 224, width: 224 }, layers }));
  const { out } = await cli('inspect', at('n.json'));
  expect(out).toContain(
    '1 depthwise separable convolution: 10,988,544 MACs and 219 weights; ' +
      'with standard convolutions instead: 86,704,128 MACs and 1,728 weights, 7.9 times the MACs',
  );
});

it.each([digitsModel, 'the .lbm of it'])('shows %s without an engine, as nothing is to be run', async (model) => {
  const lbm = temporary()('digits.lbm');
  expect((await cli('compile', digitsModel, '-o', lbm)).status).toBe(0);
  const compiled = vi.spyOn(WebAssembly, 'compile');
  onTestFinished(() => compiled.mockRestore());
  const { status, err } = await cli('inspect', model === digitsModel ? model : lbm);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(compiled).not.toHaveBeenCalled();
  expect((await cli('inspect', network)).status).toBe(0);
  expect(compiled).toHaveBeenCalled(); // so that the spy is known to see one: ranges are measured
});

it('needs no weights for a model that has them', async () => {
  const { status, err } = await cli('inspect', digitsModel, '--seed', '1');
  expect(status).toBe(2);
  expect(err).toMatch(/--weights and --seed are for a network\.json/);
});
