import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importModel } from '../../src/compiler/import-model.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { elements, type Tensor } from '../../src/graph/tensor.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { operators, vectorsOf } from '../support/op-vectors.ts';

const data = fileURLToPath(new URL('../data/', import.meta.url));
const vectors = vectorsOf();

/** Runs the plain references image by image, as `run` does with a batch. */
function evaluateBatch(graph: Graph, inputs: readonly Uint8Array[]): Uint8Array {
  const sizes = graph.inputs.map((id) => elements((graph.tensors[id] as Tensor).shape));
  const batched = graph.inputs.findIndex((id) => graph.tensors[id]?.perImage);
  const images = batched < 0 ? 1 : (inputs[batched] as Uint8Array).length / (sizes[batched] as number);
  const results = Array.from({ length: images }, (_, image) => {
    const values = graph.inputs.map((id, i) => {
      const { dtype, perImage } = graph.tensors[id] as Tensor;
      const size = sizes[i] as number;
      const bytes = perImage ? (inputs[i] as Uint8Array).subarray(image * size, (image + 1) * size) : inputs[i];
      const own = Uint8Array.from(bytes as Uint8Array);
      return dtype === 'u8' ? own : new Int8Array(own.buffer);
    });
    const [output] = evaluate(graph, values).outputs;
    return Buffer.from(
      new Uint8Array((output as Int8Array).buffer, (output as Int8Array).byteOffset, (output as Int8Array).byteLength),
    );
  });
  return Buffer.concat(results);
}

describe('the plain references give the bytes of TFLite', () => {
  it('has every vector of the operators there are', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(65);
    expect(new Set(vectors.map(({ op }) => op))).toEqual(new Set(operators));
  });

  it.each(vectors)('$name', ({ path, inputs, output }) => {
    const graph = importModel(readFileSync(path), path);
    const given = inputs.map((file) => readFileSync(file));
    expect(Buffer.compare(evaluateBatch(graph, given), readFileSync(output))).toBe(0);
  });

  it('LiteNet digits, 180 images', () => {
    const folder = `${data}litenet_digits/`;
    const graph = importModel(readFileSync(`${folder}litenet_digits_int8.tflite`), 'litenet_digits_int8.tflite');
    const expected = readFileSync(`${folder}test_outputs_int8_ref.bin`);
    expect(Buffer.compare(evaluateBatch(graph, [readFileSync(`${folder}test_inputs_int8_nhwc.bin`)]), expected)).toBe(
      0,
    );
  });
});
