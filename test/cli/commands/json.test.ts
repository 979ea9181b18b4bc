import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/program.ts';
import { temporaryFolder } from '../../support/runtimes.ts';
import { cli, digits, digitsModel, temporary } from '../cli.ts';

/** Every command prints one JSON object with --json. */

const inputs = digits('test_inputs_int8_nhwc.bin');
const network = 'examples/networks/litenet-digits.json';

async function json(...args: string[]): Promise<Record<string, never>> {
  const { status, out, err } = await cli(...args, '--json');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out);
}

const folder = temporaryFolder();
const bundles = [`${folder.path}/library.wasm`, `${folder.path}/command.wasm`] as const;
const lbm = `${folder.path}/m.lbm`;

beforeAll(async () => {
  await cli('compile', digitsModel, '-o', lbm);
  await cli('bundle', lbm, '-o', bundles[0]);
  await cli('bundle', lbm, '--command', '-o', bundles[1]);
});
afterAll(() => folder.remove());

it('every command but help has --json', () => {
  const { commands } = createProgram({ out: () => {}, err: () => {}, columns: undefined, color: false });
  const without = commands.filter(({ options }) => !options.some(({ long }) => long === '--json'));
  expect(without.map((command) => command.name())).toEqual(['help']);
});

it('compile and bundle print the bytes of what they write', async () => {
  const at = temporary();
  const compiled = await json('compile', digitsModel, '-o', at('m.lbm'));
  expect(compiled).toMatchObject({
    model: digitsModel,
    output: at('m.lbm'),
    fileBytes: readFileSync(at('m.lbm')).length,
    sourceBytes: 13136,
  });
  const { ramBytes, memoryBytes } = compiled as unknown as Record<string, number>;
  expect(memoryBytes).toBeGreaterThan(ramBytes as number);
  const bundled = await json('bundle', at('m.lbm'), '--command', '-o', at('m.wasm'));
  const fileBytes = readFileSync(at('m.wasm')).length;
  expect(bundled).toMatchObject({ command: true, tier: 'simd', fileBytes, memoryBytes: expect.any(Number) });
});

it('quantize prints figures and the report', async () => {
  const lbmPath = temporary()('q.lbm');
  const data = ['--weights', digits('litenet_digits.safetensors'), '--data', digits('calib_images_u8.bin')];
  const result = await json('quantize', network, ...data, '--mean', '8', '--std', '8', '--images', '10', '-o', lbmPath);
  expect(result).toMatchObject({ output: lbmPath, agreement: { images: 10 }, report: { method: 'mse' } });
  expect((result.report as unknown as { layers: unknown[] }).layers.length).toBeGreaterThan(5);
  expect(JSON.stringify(result).length).toBeLessThan(50_000);
});

it('run prints the classes of each image, or what it writes', async () => {
  const { images } = (await json('run', lbm, inputs)) as unknown as { images: unknown[] };
  expect(images).toHaveLength(180);
  const [{ image, outputs }] = images as [
    { image: string; outputs: { classes: { index: number; score: number }[] }[] },
  ];
  expect(image).toBe('image 0');
  const classes = outputs[0]?.classes ?? [];
  expect(classes).toHaveLength(5);
  expect(classes[0]?.score).toBeGreaterThanOrEqual(classes[1]?.score as number);
  const bin = temporary()('out.bin');
  expect(await json('run', lbm, inputs, '-o', bin)).toMatchObject({ files: [{ path: bin, bytes: 1800 }] });
});

it('run, bench, inspect, eval and diff take bundles, of a library and of a command', async () => {
  const labels = digits('test_labels_u8.bin');
  const expected = await cli('run', lbm, inputs);
  for (const bundle of bundles) {
    expect(await cli('run', bundle, inputs)).toEqual(expected);
    expect(await json('bench', bundle, '--runs', '1')).toMatchObject({ runs: 1 });
    const { ramBytes, nodes } = await json('inspect', bundle);
    expect({ ramBytes, nodes }).toEqual(
      await json('inspect', lbm).then((of) => ({ ramBytes: of.ramBytes, nodes: of.nodes })),
    );
    expect(await json('eval', bundle, inputs, '--labels', labels)).toMatchObject({ count: 180 });
    expect(await cli('diff', bundle, digitsModel, '--input', inputs)).toMatchObject({ status: 0 });
  }
  expect(await cli('compile', bundles[0], '-o', temporary()('x.lbm'))).toMatchObject({
    status: 2,
    err: expect.stringContaining('compiled already'),
  });
});

it('a module without a model and a damaged one are refused by name', async () => {
  const at = temporary();
  const whole = readFileSync(bundles[0]);
  writeFileSync(at('cut.wasm'), whole.subarray(0, whole.length - 100));
  for (const [path, words] of [
    ['build/engine.simd.wasm', 'this module has no model in it'],
    [at('cut.wasm'), 'this WebAssembly module is incomplete'],
  ] as const) {
    const { status, err } = await cli('inspect', path);
    expect([status, err]).toEqual([1, expect.stringContaining(`${path}: `)]);
    expect(err).toContain(words);
  }
});

it('-v, --version, -V and version print the version', async () => {
  const outs = await Promise.all(['-v', '--version', '-V', 'version'].map((word) => cli(word)));
  expect(new Set(outs.map(({ out }) => out)).size).toBe(1);
  expect(outs[0]).toMatchObject({ status: 0, out: expect.stringMatching(/^liteblock \d+\.\d+\.\d+\n$/) });
});

it.each([
  ['analyze', 'inspect'],
  ['info', 'inspect'],
  ['convert', 'compile'],
  ['benchmark', 'bench'],
  ['predict', 'run'],
  ['verson', 'version'],
])('%s: suggests %s', async (word, command) => {
  const { status, err } = await cli(word, 'model.tflite');
  expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining(`Did you mean ${command}?`) });
});
