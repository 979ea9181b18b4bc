import type { EngineExports } from '../../src/format/status.ts';

/** What the debug build exports beside the engine (assembly/bounds/ranges.ts). */
export interface DebugExports extends EngineExports {
  /** After a trap: 0 the cause, 1 the address, 2 the bytes. */
  bound(i: number): number;
  /** Traps after so many accesses from now on. */
  limitAccesses(count: number): void;
}

/** More accesses than `limitAccesses` allows. */
export class TooManyAccesses extends Error {}

/** A load or store outside what the stage, or the loader, may reach. */
export class OutOfBounds extends Error {}

function explain(engine: DebugExports, trap: unknown): unknown {
  const [cause, address, bytes] = [0, 1, 2].map((i) => engine.bound(i) >>> 0) as [number, number, number];
  if (cause === 0) return trap;
  if (cause === 3) return new TooManyAccesses();
  const arena = engine.arena() >>> 0;
  const place = arena > 0 && address >= arena ? `byte ${address - arena} of the arena` : `address ${address}`;
  return new OutOfBounds(`a ${cause === 1 ? 'load' : 'store'} of ${bytes} bytes at ${place}`, { cause: trap });
}

/** The exports of a debug build, whose traps say what was loaded or stored where. */
export function explained(engine: DebugExports): DebugExports {
  const wrapped = Object.entries(engine).map(([name, value]) => [
    name,
    typeof value !== 'function' || name === 'bound'
      ? value
      : (...given: number[]) => {
          try {
            return value(...given);
          } catch (trap) {
            throw explain(engine, trap);
          }
        },
  ]);
  return Object.fromEntries(wrapped);
}
