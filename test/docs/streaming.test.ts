import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { bundle } from '../../src/bundle/bundle.ts';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { load } from '../../src/runtime/node.ts';
import { fakeWorker } from '../runtime/fake-worker.ts';
import { describeWasmtime, temporaryFolder } from '../support/runtimes.ts';

/** The snippets of docs/streaming.md as they stand there, on a small streaming model with the bytes of tflite-runtime. */
const page = readFileSync('docs/streaming.md', 'utf8');
const cases = 'test/data/cases/stream_var';
const { bytes } = compile(importModel(new Uint8Array(readFileSync(`${cases}.tflite`)), 'stream_var.tflite'));
const frames = new Int8Array(readFileSync(`${cases}.in0.bin`));
const reference = new Int8Array(readFileSync(`${cases}.out0.bin`));
const [steps, answer] = [frames.length / 4, 15];

/** The body of snippet `index`, run with what it imports; gives the constants that are named. */
async function snippet(index: number, imported: object, names: readonly string[]): Promise<Record<string, unknown>> {
  const [, text = ''] = [...page.matchAll(/```js\n([^`]*)```/g)][index] ?? [];
  expect(text).toContain('import');
  const body = text.replace(/^import .*$/gm, '');
  const AsyncFunction = (async () => undefined).constructor as new (
    ...parts: string[]
  ) => (...given: unknown[]) => unknown;
  const run = new AsyncFunction(...Object.keys(imported), `${body}; return { ${names.join(', ')} };`);
  return (await run(...Object.values(imported))) as Record<string, unknown>;
}

it('Node: frames go on, and begin anew after reset', async () => {
  const { scores, again, model } = (await snippet(0, { load: () => load(bytes) }, ['scores', 'again', 'model'])) as {
    scores: Int8Array[];
    again: Int8Array[];
    model: Awaited<ReturnType<typeof load>>;
  };
  expect(model.variables.length).toBeGreaterThan(0);
  expect(again).toEqual(scores);
  // The state matters: the second frame alone is answered otherwise.
  model.reset();
  expect(model.run(Int8Array.of(5, 6, 7, 8))[0]).not.toEqual(scores[1]);
  // One array of three frames is a sequence, too.
  model.reset();
  const [whole] = model.run(Int8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)) as [Int8Array];
  expect([...whole]).toEqual(scores.flatMap((values) => [...values]));
});

it('a web worker: resets come between the runs', async () => {
  const inWorker = async (): Promise<unknown> => {
    const { loadInWorker } = await import('../../src/runtime/worker.ts');
    return loadInWorker(bytes, { worker: await fakeWorker() });
  };
  const { first, second, fresh } = await snippet(1, { loadInWorker: inWorker }, ['first', 'second', 'fresh']);
  expect(fresh).toEqual(first);
  expect(second).not.toEqual(first);
});

it('profile and the sequence of the reference: eight frames from the first values', async () => {
  const model = await load(bytes);
  model.run(frames.subarray(0, 4));
  model.profile(frames.subarray(4, 8), { runs: 2, warmup: 0 });
  const outputs = Array.from({ length: steps }, (_, i) => model.run(frames.slice(4 * i, 4 * i + 4))[0] as Int8Array);
  expect(outputs.flatMap((values) => [...values])).toEqual([...reference]);
  expect(outputs[0]).toHaveLength(answer);
});

describe('wasmtime', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  describeWasmtime('the command with --stream', (run) => {
    it('keeps the state from frame to frame, and another process begins anew', () => {
      expect(page).toContain('wasmtime run spotter.wasm --stream --raw < frames.bin');
      const command = new Uint8Array(readFileSync('build/liteblock.wasm'));
      const spotter = folder.write('spotter.wasm', bundle(bytes, command, 'spotter.lbm'));
      const stream = (): Int8Array => {
        const { code, stdout, stderr } = run([spotter, '--stream', '--raw'], { stdin: new Uint8Array(frames.buffer) });
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        return new Int8Array(Uint8Array.from(stdout).buffer);
      };
      expect([...stream()]).toEqual([...reference]);
      expect([...stream()]).toEqual([...reference]);
    });
  });
});
