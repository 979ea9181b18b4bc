import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { evaluate, evaluateQuantized } from '../../src/ops/evaluate.ts';
import { load } from '../../src/runtime/node.ts';
import { cli, digits } from '../cli/cli.ts';
import { raw } from '../support/engine.ts';
import { realDigits, realDigitsData } from '../support/real-digits.ts';
import { describeWasmtime, temporaryFolder } from '../support/runtimes.ts';

/** Models that take and give real values, or that give the index of a class, from .tflite to every host. */

const folder = temporaryFolder();
afterAll(() => folder.remove());

const { images, scores, scale, zeroPoint } = realDigitsData();
const labels = 'zero one two three four five six seven eight nine'.split(' ');
const reals = Float32Array.from(scores, (q) => scale * (q - zeroPoint));
const classes = Array.from({ length: 180 }, (_, i) => {
  const own = scores.subarray(i * 10, i * 10 + 10);
  return own.indexOf(Math.max(...own));
});
const models = { real: realDigits(), int32: realDigits('int32'), int64: realDigits('int64') };
const compiled = (kind: keyof typeof models) =>
  compile(importModel(models[kind], kind), { evaluate: evaluateQuantized, labels }).bytes;

describe.each(['simd', 'scalar'] as const)('%s', (tier) => {
  it('takes float images and gives the float scores of TFLite', async () => {
    const model = await load(compiled('real'), { tier, selfTest: true });
    expect(model.inputs).toMatchObject([
      { dtype: 'f32', shape: [1, 8, 8, 1], imageBytes: 256, scale: 0, zeroPoint: 0 },
    ]);
    expect(model.outputs).toMatchObject([{ dtype: 'f32', shape: [1, 10], imageBytes: 40 }]);
    expect(model.run(images)).toEqual([reals]);
    expect(() => model.run(new Int8Array(64))).toThrow('expected Float32Array, got Int8Array');
  });

  it('gives the index of the class in the type of the file', async () => {
    const [narrow, wide] = [await load(compiled('int32'), { tier }), await load(compiled('int64'), { tier })];
    expect(narrow.run(images)).toEqual([Int32Array.from(classes)]);
    expect(wide.run(images)).toEqual([BigInt64Array.from(classes, BigInt)]);
  });
});

it('has the same bytes by the reference', () => {
  const graph = importModel(models.real, 'real');
  expect(evaluate(graph, [images.subarray(0, 64)]).outputs).toEqual([reals.subarray(0, 10)]);
});

describe('on the command line', () => {
  const input = folder.write('images.f32', raw(images));
  const file = (kind: keyof typeof models) => folder.write(`${kind}.tflite`, models[kind]);

  it('run prints float scores, classes by name, and writes the bytes of outputs', async () => {
    const lbm = folder.write('labeled.lbm', compiled('int32'));
    expect((await cli('run', lbm, input)).out.split('\n')[0]).toMatch(
      new RegExp(`: ${classes[0]} ${labels[classes[0] as number]}$`),
    );
    const first = (await cli('run', file('real'), input)).out.split('\n')[0];
    expect(first).toContain(`: ${classes[0]} (${Number((reals[classes[0] as number] as number).toPrecision(6))}), `);
    const written = `${folder.path}/out.bin`;
    expect(await cli('run', file('int64'), input, '-o', written)).toMatchObject({ status: 0 });
    expect(readFileSync(written)).toEqual(Buffer.from(BigInt64Array.from(classes, BigInt).buffer));
  });

  it.each(['real', 'int32', 'int64'] as const)('eval of a model with %s outputs', async (kind) => {
    const { status, out, err } = await cli(
      ...['eval', file(kind), input, '--labels', digits('test_labels_u8.bin'), '--json'],
    );
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(JSON.parse(out)).toMatchObject({ count: 180, execution: 'int8', correct: 177 });
  });
});

describeWasmtime('models with real borders under wasmtime', (run) => {
  const input = folder.write('wasi.f32', raw(images));
  describe.each(['liteblock', 'liteblock.scalar'])('%s.wasm', (command) => {
    const start = ['--dir', folder.path, `build/${command}.wasm`];
    it.each([
      ['real', reals],
      ['int32', Int32Array.from(classes)],
      ['int64', BigInt64Array.from(classes, BigInt)],
    ] as const)('gives the bytes of %s outputs, and the known answer', (kind, expected) => {
      const model = folder.write(`${command}.${kind}.lbm`, compiled(kind));
      const { code, stdout } = run([...start, model, input, '--raw']);
      expect(code).toBe(0);
      expect(Buffer.compare(stdout, raw(expected))).toBe(0);
      expect(run([...start, model, '--self-test']).code).toBe(0);
    });

    it('prints scores, and classes by name', () => {
      const [real, narrow, wide] = (['real', 'int32', 'int64'] as const).map((kind) => {
        const model = folder.write(`${command}.p.${kind}.lbm`, compiled(kind));
        return (flags: string[]) =>
          Buffer.from(run([...start, model, input, ...flags]).stdout)
            .toString()
            .split('\n')[0];
      }) as [(flags: string[]) => string, (flags: string[]) => string, (flags: string[]) => string];
      const [index, name] = [classes[0] as number, labels[classes[0] as number] as string];
      expect(real([])).toMatch(`image 0: ${index} ${name} (${(reals[index] as number).toFixed(4)}), `);
      expect(narrow([])).toBe(`image 0: ${index} ${name}`);
      expect(wide(['--json'])).toBe(`{"image":0,"top":[{"index":${index},"label":"${name}"}]}`);
    });
  });
});
