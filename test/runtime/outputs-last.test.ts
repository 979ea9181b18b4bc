import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { importSeeded } from '../../src/compiler/import-network.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { quantize } from '../../src/quantize/quantize.ts';
import { load } from '../../src/runtime/node.ts';

const folder = 'test/data/litenet_digits/';
const compiled = (path: string): Uint8Array => compile(importModel(readFileSync(path), path)).bytes;

/** 147,456 weights of a 3×3 convolution, never trained. */
function largeModel(): Uint8Array {
  const conv = { type: 'Conv2d', name: 'conv', in: 128, out: 128, kernel: 3, padding: 1 };
  const input = { channels: 128, height: 4, width: 4 };
  const graph = importSeeded({ name: 'large', input, layers: [conv] }, 1);
  const image = Float32Array.from({ length: 128 * 16 }, (_, i) => (i % 7) - 3);
  return compile(quantize(graph, [[image]], { evaluate: evaluateFloat }).graph).bytes;
}

it("a view of one model's output survives loading and running a model ten times larger", async () => {
  const image = new Int8Array(readFileSync(`${folder}test_inputs_int8_nhwc.bin`).subarray(0, 64));
  const small = await load(compiled(`${folder}litenet_digits_int8.tflite`));
  const [scores] = small.run(image);
  const view = new Int8Array((scores as Int8Array).buffer, 2, 5);
  const before = [...view];
  expect(before).toEqual([...new Int8Array(readFileSync(`${folder}test_outputs_int8_ref.bin`)).subarray(2, 7)]);

  const large = await load(largeModel());
  expect(large.modelBytes).toBeGreaterThanOrEqual(10 * small.modelBytes);
  large.run(new Int8Array(large.inputs[0]?.imageBytes ?? 0).fill(99));
  small.run(image.map((value) => -value));
  small.dispose();
  large.dispose();
  expect([...view]).toEqual(before);
  expect(view.buffer.byteLength).toBe(10);
});
