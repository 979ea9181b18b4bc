import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { type Header, readHeader, readModel } from '../../src/format/read.ts';
import { compileEngine, instantiateEngine } from '../../src/runtime/engine.ts';
import { Model } from '../../src/runtime/model.ts';
import { LiteBlockError, type LoadOptions, load } from '../../src/runtime/node.ts';
import { start } from '../../src/runtime/start.ts';

const data = (name: string): Uint8Array => readFileSync(`test/data/litenet_digits/${name}`);

let lbm: Uint8Array;
let header: Header;
const inputs = new Int8Array(data('test_inputs_int8_nhwc.bin'));
const reference = new Int8Array(data('test_outputs_int8_ref.bin'));

beforeAll(() => {
  const name = 'litenet_digits_int8.tflite';
  lbm = compile(importModel(data(name), name)).bytes;
  header = readHeader(lbm);
});

/** What `load` throws. */
const refusal = async (bytes: Uint8Array, options: LoadOptions = {}): Promise<LiteBlockError> =>
  load(bytes, options).then(
    () => expect.unreachable('it was loaded'),
    (error) => error,
  );

describe.each(['simd', 'scalar'] as const)('on the %s tier', (tier) => {
  it('gives the reference bytes of a batch of 180', async () => {
    const model = await load(lbm, { tier });
    expect(model.tier).toBe(tier);
    expect(model.run(inputs)).toEqual([reference]);
  });

  it('gives the same bytes again, for the same input object, unchanged', async () => {
    const model = await load(lbm, { tier });
    const image = inputs.slice(0, 64);
    const first = model.run(image);
    expect(model.run(image)).toEqual(first);
    expect(image).toEqual(inputs.slice(0, 64));
  });

  it.each([0xaa, 0x55])('relies on nothing in an arena filled with %i', async (poison) => {
    const path = `build/engine.${tier}.wasm`;
    const engine = await instantiateEngine(await compileEngine(readFileSync(path), path));
    const file = readModel(lbm);
    start(engine, lbm, file, 'digits');
    const model = new Model(engine, file, { modelBytes: header.modelBytes, tier });
    const arena = new Uint8Array(engine.memory.buffer, engine.arena() >>> 0, engine.arenaBytes() >>> 0);
    expect(arena.length).toBe(header.ramBytes);
    for (const image of [0, 64]) {
      arena.fill(poison);
      expect(model.run(inputs.subarray(image, image + 64))).toEqual([
        reference.slice((image / 64) * 10, (image / 64) * 10 + 10),
      ]);
    }
  });
});

it('shows inputs, outputs and sizes as the file has them', async () => {
  const model = await load(lbm);
  expect(model.inputs).toMatchObject([{ shape: [1, 8, 8, 1], dtype: 'i8', imageBytes: 64, perImage: true }]);
  expect(model.outputs).toMatchObject([{ shape: [1, 10], dtype: 'i8', imageBytes: 10 }]);
  const { ramBytes, modelBytes, memoryBytes } = header;
  expect(model).toMatchObject({ ramBytes, modelBytes, memoryBytes, tier: 'simd' });
});

it('grows no memory after load', async () => {
  const model = await load(lbm);
  model.run(inputs);
  expect(model.memoryBytes).toBe(header.memoryBytes);
});

it('loads with the RAM it prints and refuses one byte less, naming need, limit and step', async () => {
  const { ramBytes, bindingStep } = header;
  expect((await load(lbm, { ramBytes })).ramBytes).toBe(ramBytes);
  const error = await refusal(lbm, { ramBytes: ramBytes - 1 });
  expect(error.code).toBe('ram-exceeded');
  const file = readModel(lbm);
  const note = file.metadata.stages[file.schedule[bindingStep]?.stage ?? -1];
  expect(error.message).toBe(
    `litenet_digits_int8: needs ${ramBytes} bytes of RAM, the limit is ${ramBytes - 1}; it is fullest at step ${bindingStep} in ` +
      `stage ${file.schedule[bindingStep]?.stage}, ${note?.op} "${note?.name}"`,
  );
});

it('keeps models apart: one disposed of, the other runs', async () => {
  const [one, two] = [await load(lbm), await load(lbm)];
  one.dispose();
  expect(() => one.run(inputs)).toThrow(expect.objectContaining({ code: 'disposed' }));
  expect(two.run(inputs)).toEqual([reference]);
});

it('takes an engine as bytes or as a module', async () => {
  const bytes = readFileSync('build/engine.scalar.wasm');
  const given = await load(lbm, { engine: bytes });
  const labelled = await load(lbm, { engine: await WebAssembly.compile(bytes), tier: 'scalar' });
  expect([given.tier, labelled.tier]).toEqual(['given', 'scalar']);
  expect(given.run(inputs)).toEqual(labelled.run(inputs));
});

it('refuses options that it does not know', async () => {
  expect(await refusal(lbm, { publicKey: 'k' } as LoadOptions)).toMatchObject({
    code: 'usage',
    message: 'load: there is no option "publicKey" (engine, tier, ramBytes, maxOperations, selfTest, onProgress)',
  });
  expect((await refusal(lbm, { tier: 'fast' as 'simd' })).message).toContain('tier "fast"');
  expect((await refusal(lbm, { ramBytes: Number.NaN })).message).toContain('ramBytes NaN');
});

it('has a typed error for a file cut off anywhere', async () => {
  for (const length of [1, 3, 16, 63, 64, 100, lbm.length >> 1, lbm.length - 1]) {
    expect(await refusal(lbm.subarray(0, length))).toMatchObject({ code: 'file-truncated' });
  }
});

it('has a typed error for any one damaged byte', async () => {
  for (let at = 0; at < lbm.length; at += 97) {
    const damaged = lbm.slice();
    damaged[at] = (damaged[at] as number) ^ 0x40;
    const error = await refusal(damaged);
    expect(error).toBeInstanceOf(LiteBlockError);
    expect(error.code).toMatch(/^file-/);
  }
});
