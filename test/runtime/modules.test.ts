import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { modelBase } from '../../src/format/instructions.ts';

const bytesOf = (name: string): Buffer => readFileSync(`build/${name}.wasm`);
const moduleOf = (name: string): WebAssembly.Module => new WebAssembly.Module(new Uint8Array(bytesOf(name)));

/** The first and one past the last byte that a module's active data segments fill; [0, 0] without any. */
function dataRange(wasm: Buffer): [from: number, to: number] {
  let at = 8;
  const leb = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++] as number;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  };
  let [from, to] = [Number.POSITIVE_INFINITY, 0];
  while (at < wasm.length) {
    const id = wasm[at++];
    const size = leb();
    const end = at + size;
    if (id === 11) {
      for (let left = leb(); left > 0; left--) {
        if (leb() !== 0) throw new Error('a passive data segment');
        at++; // i32.const
        const offset = leb();
        at++; // end
        const length = leb();
        [from, to] = [Math.min(from, offset), Math.max(to, offset + length)];
        at += length;
      }
    }
    at = end;
  }
  return to === 0 ? [0, 0] : [from, to];
}

describe.each(['engine.simd', 'engine.scalar'])('%s.wasm', (name) => {
  it('has no imports: any host can start it', () => {
    expect(WebAssembly.Module.imports(moduleOf(name))).toEqual([]);
  });

  it('has no data: the checksum table at 0 and the model lie in free memory', () => {
    expect(dataRange(bytesOf(name))).toEqual([0, 0]);
  });
});

describe.each(['liteblock', 'liteblock.scalar'])('%s.wasm', (name) => {
  it('imports WASI preview 1 alone', () => {
    const modules = WebAssembly.Module.imports(moduleOf(name)).map(({ module }) => module);
    expect(new Set(modules)).toEqual(new Set(['wasi_snapshot_preview1']));
  });

  it('keeps its strings between the checksum table and its buffers, below the model', () => {
    const [from, to] = dataRange(bytesOf(name));
    expect(from).toBeGreaterThanOrEqual(1024);
    expect(to).toBeLessThanOrEqual(3872); // assembly/wasi/files.ts
    expect(modelBase).toBe(4096);
  });
});
