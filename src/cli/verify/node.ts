import { readFile } from 'node:fs/promises';
import { oneByOne, outcomeOf, type Runtime } from './runtime.ts';

type Exports = { loadBundled(): number; selfTest(): number };

/** The JavaScript engine that this program runs on. */
export const node: readonly Runtime[] = (['simd', 'scalar'] as const).map((tier) => ({
  name: `Node ${process.versions.node}`,
  tier,
  test: oneByOne(async ({ library }) => {
    const module = await WebAssembly.compile(new Uint8Array(await readFile(library[tier])));
    const { loadBundled, selfTest } = new WebAssembly.Instance(module).exports as unknown as Exports;
    return outcomeOf(loadBundled(), selfTest());
  }),
}));
