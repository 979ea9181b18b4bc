import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { root } from '../support/runtimes.ts';

/**
 * In a process of its own, which collects when it is told to: 1,000 times load, run, dispose, and after every hundred what
 * is still held.
 */
const program = `
import { readFile } from 'node:fs/promises';
import { load } from 'liteblock';
import { compile, importModel } from 'liteblock/compiler';

const folder = 'test/data/litenet_digits/';
const { bytes } = compile(importModel(await readFile(folder + 'litenet_digits_int8.tflite'), 'digits'));
const image = new Int8Array((await readFile(folder + 'test_inputs_int8_nhwc.bin')).subarray(0, 64));

/** Instances go in steps: memories are let go by finalisers, which want a turn of their own. */
async function held() {
  for (let i = 0; i < 4; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { heapUsed, arrayBuffers, external } = process.memoryUsage();
  return { heapUsed, arrayBuffers, external };
}

const samples = [];
for (let cycle = 1; cycle <= 1000; cycle++) {
  const model = await load(bytes);
  model.run(image);
  model.dispose();
  if (cycle % 100 === 0) samples.push(await held());
}
console.log(JSON.stringify(samples));
`;

interface Sample {
  readonly heapUsed: number;
  readonly arrayBuffers: number;
  readonly external: number;
}

it('uses no more memory after 1,000 cycles of load, run and dispose than after 300', () => {
  const args = ['--expose-gc', '--input-type=module', '--eval', program];
  const samples = JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })) as Sample[];
  expect(samples).toHaveLength(10);
  // What one cycle would add 700 times over if it were kept: the file (15 KB), an engine's memory, or its objects.
  const kept = { heapUsed: 700 * 1024, arrayBuffers: 700 * 1024, external: 700 * 1024 };
  const least = (from: number, to: number, key: keyof Sample): number =>
    Math.min(...samples.slice(from, to).map((sample) => sample[key]));
  for (const key of ['heapUsed', 'arrayBuffers', 'external'] as const) {
    const growth = least(7, 10, key) - least(2, 5, key);
    console.log(`${key}: ${growth} bytes more in the last three hundred than in the third to the fifth`);
    expect(growth).toBeLessThan(kept[key] / 4);
  }
});
