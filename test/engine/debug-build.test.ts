import { readFileSync } from 'node:fs';
import binaryen from 'assemblyscript/binaryen';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { addGraph } from '../cases/add.ts';
import { type DebugExports, OutOfBounds, TooManyAccesses } from '../support/debug-engine.ts';
import { debugBuilds, loaded } from '../support/engine.ts';

/** The builds that bound every load and store (assembly/bounds, scripts/bound-accesses.mjs). */

const access = /\(([a-z]\w+\.(?:load|store)\w*|memory\.(?:fill|copy))\b[^\n]*\n\s*(\([^\n]*)/g;

describe.each(debugBuilds)('%s', (build) => {
  it('asks before every access to memory', () => {
    const module = binaryen.readBinary(readFileSync(`build/engine.${build}.wasm`));
    const found = Array.from(module.emitText().matchAll(access), ([, instruction, pointer]) => ({
      instruction,
      asks: /^\(call \$assembly\/bounds\/ranges\/(loads|stores|fills)$/.test(pointer as string),
    }));
    module.dispose();
    expect(found.length).toBeGreaterThan(500);
    expect(found.filter(({ asks }) => !asks)).toEqual([]);
  });

  it('says what was stored or loaded where when it traps', () => {
    const engine = loaded(build, compile(addGraph([1, 2, 2, 3])).bytes) as DebugExports & Record<string, unknown>;
    const stores = engine.stores as (pointer: number, offset: number, bytes: number) => number;
    const loads = engine.loads as typeof stores;
    const arena = engine.arena() >>> 0;
    const end = engine.arenaBytes();
    expect(stores(arena, 0, end)).toBe(arena);
    expect(() => stores(arena, 1, end)).toThrow(new OutOfBounds(`a store of ${end} bytes at byte 1 of the arena`));
    expect(() => loads(2048, 0, 4)).toThrow(new OutOfBounds('a load of 4 bytes at address 2048'));
    expect(() => loads(0xffffffff, 0xffffffff, 1)).toThrow(OutOfBounds);
  });

  it('ends a run of more accesses than it may make', () => {
    const engine = loaded(build, compile(addGraph([1, 2, 2, 3])).bytes) as DebugExports;
    engine.limitAccesses(20);
    expect(() => engine.run()).toThrow(TooManyAccesses);
  });
});
