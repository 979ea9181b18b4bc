import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importModel } from '../../src/compiler/import-model.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { elements, type Tensor } from '../../src/graph/tensor.ts';
import { evaluate } from '../../src/ops/evaluate.ts';

const data = fileURLToPath(new URL('../data/', import.meta.url));

interface Vector {
  readonly name: string;
  readonly file: string;
  readonly op: string;
  readonly types: string;
  readonly inputs: readonly { readonly file: string }[];
  readonly output: { readonly file: string };
}

const vectors = (JSON.parse(readFileSync(`${data}ops/manifest.json`, 'utf8')) as { ops: Vector[] }).ops;
const names = 'CONV_2D DEPTHWISE_CONV_2D FULLY_CONNECTED ADD AVERAGE_POOL_2D MEAN PAD SOFTMAX QUANTIZE'.split(' ');
const mine = vectors.filter(
  ({ name, op, types }) => (names.includes(op) && !types.includes('UINT8')) || name === 'requant_i8_u8_shift',
);

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
  it('has every vector of the nine operators', () => {
    expect(mine.length).toBe(51);
  });

  it.each(mine)('$name', ({ file, inputs, output }) => {
    const graph = importModel(readFileSync(`${data}ops/${file}`), file);
    const given = inputs.map((input) => readFileSync(`${data}ops/${input.file}`));
    const expected = readFileSync(`${data}ops/${output.file}`);
    expect(Buffer.compare(evaluateBatch(graph, given), expected)).toBe(0);
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
