import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { bundle } from '../../src/bundle/bundle.ts';
import { leb, moduleOf, readLeb, sectionsOf, signedLeb } from '../../src/bundle/wasm.ts';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { readHeader } from '../../src/format/read.ts';
import type { EngineExports } from '../../src/format/status.ts';
import { load } from '../../src/runtime/node.ts';
import { referenceModels } from '../support/reference-models.ts';
import { describeWasmtime, temporaryFolder } from '../support/runtimes.ts';
import { describeShared } from '../support/shared-data.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const digits = (name: string): Buffer => readFileSync(`test/data/litenet_digits/${name}`);
const file = 'test/data/litenet_digits/litenet_digits_int8.tflite';
const model = compile(importModel(readFileSync(file), file)).bytes;
const engine = (name: string): Uint8Array => readFileSync(`build/${name}.wasm`);
const { memoryBytes, fileBytes } = readHeader(model);

describe.each(['engine.simd', 'engine.scalar'])('a bundle of %s', (tier) => {
  const bytes = bundle(model, engine(tier));

  it('runs without imports, in a memory of exactly the bytes that it needs', async () => {
    const module = await WebAssembly.compile(bytes as BufferSource);
    expect(WebAssembly.Module.imports(module)).toEqual([]);
    const { exports } = await WebAssembly.instantiate(module);
    const host = exports as unknown as EngineExports & { loadBundled(): number };
    expect(host.memory.buffer.byteLength).toBe(memoryBytes);
    expect(host.loadBundled()).toBe(0);
    const image = digits('test_inputs_int8_nhwc.bin').subarray(0, 64);
    for (let row = 0; row < host.inputRows(0); row++) {
      const at = host.inputRow(0, row);
      new Uint8Array(host.memory.buffer).set(image.subarray(row * 8, row * 8 + 8), at);
    }
    expect(host.run()).toBe(0);
    const out = new Uint8Array(host.memory.buffer, host.outputRow(0, 0), 10);
    expect([...out]).toEqual([...digits('test_outputs_int8_ref.bin').subarray(0, 10)]);
    expect(host.memory.buffer.byteLength).toBe(memoryBytes);
    expect(() => host.memory.grow(1)).toThrow();
  });

  it('loads from its bytes and as a module', async () => {
    const input = new Int8Array(digits('test_inputs_int8_nhwc.bin'));
    for (const source of [bytes, await WebAssembly.compile(bytes as BufferSource)]) {
      const loaded = await load(source);
      expect([loaded.name, loaded.memoryBytes]).toEqual(['litenet_digits_int8', memoryBytes]);
      const [output] = loaded.run(input);
      expect(Buffer.compare(Buffer.from((output as Int8Array).buffer), digits('test_outputs_int8_ref.bin'))).toBe(0);
    }
  });

  it('brings its engine with it, and keeps to a limit of RAM', async () => {
    await expect(load(bytes, { tier: 'scalar' })).rejects.toThrow('tier: bundle is a bundle, which brings its engine');
    await expect(load(bytes, { ramBytes: 9 })).rejects.toMatchObject({ code: 'ram-exceeded' });
    await expect(load(engine(tier))).rejects.toThrow('bundle: this module has no model in it');
  });

  it('holds the file once and little more', () => {
    expect(bytes.length - engine(tier).length - fileBytes).toBeLessThan(32);
  });
});

it('load says how to bundle a model that was bundled as a command', async () => {
  const made = bundle(model, engine('liteblock'));
  await expect(load(made)).rejects.toThrow('made with --command: make it without (liteblock bundle)');
});

it('load names the next step for files that are quantised first', async () => {
  for (const file of [Buffer.from('PK\x03\x04 of a zip'), Buffer.from('{ "layers": [] }')]) {
    await expect(load(new Uint8Array(file))).rejects.toThrow('expected a .lbm; liteblock quantize makes it');
  }
});

it('gives an engine without a model the status of one that has none', async () => {
  const { exports } = (await WebAssembly.instantiate(engine('engine.simd') as BufferSource)).instance;
  expect((exports as unknown as { loadBundled(): number }).loadBundled()).toBe(1);
});

it('refuses a module that is not an engine and bytes that are not a model', () => {
  expect(() => bundle(model, Uint8Array.of(1, 2, 3))).toThrow(/the engine: this is not a WebAssembly module/);
  expect(() => bundle(model, engine('engine.simd').subarray(0, 999))).toThrow(/is cut off/);
  expect(() => bundle(model, moduleOf([]))).toThrow(/no memory of its own/);
  expect(() => bundle(model, engine('engine.float'))).toThrow(
    /^bundle: the module is not an engine of this version \(engine\.float\.wasm runs no \.lbm\): expected build\/engine/,
  );
  // (module (memory (export "memory") 1)), and with a name that is cut off
  const memory = { id: 5, contents: Uint8Array.of(1, 0, 1) };
  const name = [6, ...new TextEncoder().encode('memory')];
  for (const contents of [
    [1, ...name, 2, 0],
    [1, ...name],
    [9, ...name, 2, 0],
  ]) {
    const other = moduleOf([memory, { id: 7, contents: Uint8Array.from(contents) }]);
    expect(() => bundle(model, other)).toThrow(expect.objectContaining({ code: 'engine' }));
  }
  expect(() => bundle(Uint8Array.of(0, 0, 0, 0), engine('engine.simd'))).toThrow(/a .lbm has at least 64/);
});

it('writes numbers as WebAssembly does', () => {
  expect(leb(0)).toEqual([0]);
  expect(leb(624485)).toEqual([0xe5, 0x8e, 0x26]);
  expect(signedLeb(-123456)).toEqual([0xc0, 0xbb, 0x78]);
  expect(signedLeb(64)).toEqual([0xc0, 0]);
  expect(readLeb(Uint8Array.from(leb(2 ** 32 - 1)), 0)).toEqual({ value: 2 ** 32 - 1, end: 5 });
  expect(moduleOf(sectionsOf(engine('liteblock')))).toEqual(Uint8Array.from(engine('liteblock')));
});

describeWasmtime('a bundle as a WASI command', (run) => {
  describe.each([
    ['liteblock', []],
    ['liteblock.scalar', ['-W', 'simd=n,relaxed-simd=n,bulk-memory=n']],
  ] as const)('%s', (command, features) => {
    const path = folder.write(`${command}.bundle.wasm`, bundle(model, engine(command)));
    const stdin = digits('test_inputs_int8_nhwc.bin');

    it('gives the reference bytes from standard input', () => {
      const { code, stdout, stderr } = run([...features, path, '--raw'], { stdin });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(Buffer.compare(stdout, digits('test_outputs_int8_ref.bin'))).toBe(0);
    });

    it('takes files and prints classes', () => {
      const input = folder.write('input.bin', stdin);
      const { stdout } = run(['--dir', folder.path, ...features, path, input]);
      expect(Buffer.from(stdout).toString().split('\n').length).toBe(181);
      expect(run([...features, path, '--wrong']).code).toBe(2);
    });

    it('answers a stream of frames, and takes no files with it', () => {
      const { code, stdout } = run([...features, path, '--stream', '--raw'], { stdin });
      expect(code).toBe(0);
      expect(Buffer.compare(stdout, digits('test_outputs_int8_ref.bin'))).toBe(0);
      expect(run([...features, path, '--stream', 'input.bin']).code).toBe(1); // no such file
      const input = folder.write('input.bin', stdin);
      expect(run(['--dir', folder.path, ...features, path, '--stream', input]).code).toBe(2);
    });

    it('runs where memory is limited to what it needs, and traps with one page less', () => {
      const capped = (bytes: number) => run(['-W', `max-memory-size=${bytes}`, ...features, path, '--raw'], { stdin });
      expect(capped(memoryBytes).code).toBe(0);
      expect(capped(memoryBytes - 65536).code).not.toBe(0);
    });
  });
});

describeShared('the keyword-spotting bundle', (data) => {
  const spotter = referenceModels(data).find(({ id }) => id === 'kws_ref_model');
  const path = spotter?.path ?? '';
  const lbm = compile(importModel(readFileSync(path), path)).bytes;
  const need = readHeader(lbm).memoryBytes;
  const bundled = bundle(lbm, engine('liteblock'));

  it('is one file of at most 110 KB', () => {
    console.log(`keyword-spotting bundle ${bundled.length} bytes, memory ${need} bytes`);
    expect(bundled.length).toBeLessThanOrEqual(110 * 1024);
  });

  describeWasmtime('under wasmtime', (run) => {
    it('runs in exactly the memory that it needs, and traps with one page less', () => {
      const module = folder.write('kws.wasm', bundled);
      const [input] = spotter?.cases[0]?.inputs ?? [];
      const stdin = readFileSync(input as string);
      const capped = (bytes: number) => run(['-W', `max-memory-size=${bytes}`, module, '--raw'], { stdin });
      const [expected] = spotter?.cases[0]?.outputs ?? [];
      expect(Buffer.compare(capped(need).stdout, readFileSync(expected as string))).toBe(0);
      expect(capped(need - 65536).code).not.toBe(0);
    });
  });
});
