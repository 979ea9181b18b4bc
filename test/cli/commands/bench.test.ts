import { expect, it } from 'vitest';
import { main } from '../../../src/cli/program.ts';
import { cli, digits, digitsModel, temporary } from '../cli.ts';

const floatModel = 'examples/networks/litenet-digits.json';

it('prints median, minimum, and where the time goes, in the width of the terminal', async () => {
  for (const columns of [80, 200, undefined]) {
    const lines: string[] = [];
    const out = (text: string): void => void lines.push(...text.split('\n'));
    expect(await main(['bench', digitsModel, '--runs', '5'], { out, err: out, columns, color: false })).toBe(0);
    expect(lines.slice(0, 4)).toEqual([
      'litenet_digits_int8',
      expect.stringMatching(new RegExp(`, Node ${process.version}, simd tier, one thread$`)),
      expect.stringMatching(/^median [\d.]+ µs, minimum [\d.]+ µs, [\d.]+ G MAC\/s$/),
      expect.stringMatching(/^5 runs, [\d,]+ MACs, RAM [\d,]+ bytes$/),
    ]);
    expect(lines.filter((line) => line.length > (columns ?? 200))).toEqual([]);
    expect(lines.filter((line) => /^gemm +5 /.test(line))).toHaveLength(1);
  }
});

it('prints the same as JSON, of the tier that is requested', async () => {
  const { status, out } = await cli('bench', digitsModel, '--runs', '4', '--warmup', '1', '--tier', 'scalar', '--json');
  expect(status).toBe(0);
  const result = JSON.parse(out);
  expect(result).toMatchObject({ model: digitsModel, tier: 'scalar', node: process.version, runs: 4 });
  expect(result.medianMs).toBeGreaterThanOrEqual(result.minMs);
  expect(result.gmacsPerSecond).toBeCloseTo(result.macs / result.minMs / 1e6);
  expect(Object.keys(result.stages[0])).toEqual(['name', 'op', 'kernel', 'ms', 'macs', 'gmacsPerSecond']);
});

it('takes images, compiled models and bundles', async () => {
  const at = temporary();
  await cli('compile', digitsModel, '-o', at('m.lbm'));
  await cli('bundle', at('m.lbm'), '-o', at('m.wasm'));
  await cli('bundle', at('m.lbm'), '-o', at('command.wasm'), '--command');
  const inputs = digits('test_inputs_int8_nhwc.bin');
  for (const model of [at('m.lbm'), at('m.wasm'), at('command.wasm')]) {
    expect(await cli('bench', model, inputs, '--runs', '2')).toMatchObject({ status: 0, err: '' });
    expect(await cli('bench', model, inputs, inputs)).toMatchObject({
      status: 1,
      err: `error: ${model}: inputs: expected 1, got 2\n`,
    });
  }
  expect(await cli('bench', at('m.wasm'), '--tier', 'simd')).toMatchObject({ status: 2 });
  expect(await cli('bench', at('m.lbm'), '--runs', '0')).toMatchObject({
    status: 2,
    err: expect.stringContaining('expected a whole number of 1 or more'),
  });
});

it('refuses a float model and says how to quantise it', async () => {
  const { status, err } = await cli('bench', floatModel);
  expect(status).toBe(1);
  expect(err).toContain(`liteblock quantize ${floatModel} --weights FILE.safetensors --data IMAGES -o out.lbm`);
});
