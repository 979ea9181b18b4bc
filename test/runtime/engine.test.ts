import { expect, it } from 'vitest';
import { cached, compileEngine, givenEngine, instantiateEngine } from '../../src/runtime/engine.ts';
import { hasSimd } from '../../src/runtime/probe.ts';

const emptyModule = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

it('finds SIMD here', () => {
  expect(hasSimd()).toBe(true);
});

it('says that it got an HTML page instead of an engine', async () => {
  const url = 'https://example.org/engine.scalar.wasm';
  await expect(compileEngine(Uint8Array.from([0x3c, 0x21, 0x44, 0x4f]), url)).rejects.toThrow(
    `${url}: expected an engine (.wasm), got an HTML page (it begins "<!DO")`,
  );
});

it('refuses bytes that are not a module, and a module that is not an engine', async () => {
  await expect(compileEngine(new Uint8Array(4), 'x.wasm')).rejects.toMatchObject({ code: 'engine' });
  const module = await givenEngine(emptyModule);
  await expect(instantiateEngine(module)).rejects.toThrow('no export memory, reserve, load');
});

it('takes an engine as module, bytes or buffer and nothing else', async () => {
  const module = await givenEngine(emptyModule.slice().buffer);
  expect(await givenEngine(module)).toBe(module);
  await expect(givenEngine('engine.wasm' as unknown as ArrayBuffer)).rejects.toThrow('expected a WebAssembly.Module');
});

it('makes the module of a tier once, and again after a failure', async () => {
  let calls = 0;
  const provide = cached(async () => {
    calls++;
    if (calls === 1) throw new Error('offline');
    return WebAssembly.compile(emptyModule);
  });
  await expect(provide('scalar')).rejects.toThrow('offline');
  expect(await provide('scalar')).toBe(await provide('scalar'));
  expect(calls).toBe(2);
});
