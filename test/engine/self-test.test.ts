import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { digestInputs, digestOf } from '../../src/format/digest.ts';
import { readModel } from '../../src/format/read.ts';
import { writeModel } from '../../src/format/write.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { load } from '../../src/runtime/node.ts';
import { describeWasmtime, temporaryFolder } from '../support/runtimes.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const path = 'test/data/litenet_digits/litenet_digits_int8.tflite';
const graph = importModel(readFileSync(path), path);
const compiled = compile(graph, { evaluate: evaluateQuantized });
const digest = compiled.model.digest ?? { seed: 0, crc: 0 };
const wrong = writeModel({ ...compiled.model, digest: { ...digest, crc: digest.crc ^ 1 } });

describe.each(['simd', 'scalar'] as const)('the known answer, %s', (tier) => {
  it('comes on the engine as the plain reference gave it', async () => {
    const model = await load(compiled.bytes, { tier, selfTest: true });
    const output = model.run(...digestInputs(digest.seed, [{ dtype: 'i8', size: 64 }]));
    expect(digestOf(output)).toBe(digest.crc);
  });

  it('is missed by a runtime that computes wrongly', async () => {
    await expect(load(wrong, { tier })).resolves.toBeDefined();
    await expect(load(wrong, { tier, selfTest: true })).rejects.toMatchObject({
      code: 'engine',
      message: expect.stringMatching(/^litenet_digits_int8: this runtime computes wrongly: the known answer is /),
    });
  });

  it('cannot be asked of a file that has none', async () => {
    const without = compile(graph).bytes;
    await expect(load(without, { tier, selfTest: true })).rejects.toThrow('it has no known answer');
  });
});

it('is kept by the file', () => {
  expect(readModel(compiled.bytes).digest).toEqual(digest);
  expect(digest.seed).toBe(0x9e3779b9);
});

it('grows its input by xorshift32', () => {
  // 1 → 270369 → 67634689 → 2647435461 (Marsaglia, 13 17 5); the highest bytes of these
  const inputs = digestInputs(1, [
    { dtype: 'u8', size: 2 },
    { dtype: 'i8', size: 1 },
  ]);
  expect(inputs.map((bytes) => [...bytes])).toEqual([[270369 >>> 24, 67634689 >>> 24], [(2647435461 | 0) >> 24]]);
});

it('and float inputs of its upper 24 bits and its lowest three', () => {
  // 270369 = 1056·256 + 33: 1056 / 2^23 · 2^1; 67634689 = 264198·256 + 1; 2647435461 − 2^32 = −6435672·256 + 197
  const [real] = digestInputs(1, [{ dtype: 'f32', size: 3 }]);
  expect([...(real as Float32Array)]).toEqual([
    (1056 * 2) / 2 ** 23,
    (264198 * 2) / 2 ** 23,
    (-6435672 * 32) / 2 ** 23,
  ]);
});

describeWasmtime('the known answer by the command', (run) => {
  const right = folder.write('right.lbm', compiled.bytes);
  const bad = folder.write('wrong.lbm', wrong);
  it.each(['liteblock', 'liteblock.scalar'])('%s.wasm', (command) => {
    const test = (model: string) => run(['--dir', folder.path, `build/${command}.wasm`, model, '--self-test']);
    const { code, stderr, stdout } = test(right);
    expect([code, stderr, Buffer.from(stdout).toString()]).toEqual([0, '', 'self-test: ok\n']);
    expect([test(bad).code, test(bad).stderr]).toEqual([3, 'self-test: wrong\n']);
  });
});
