import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importFile } from '../../../src/compiler/import-file.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { evaluateQuantized } from '../../../src/ops/evaluate.ts';
import { evaluateFloat } from '../../../src/ops/evaluate-float.ts';
import { quantize } from '../../../src/quantize/quantize.ts';
import { int8Engine } from '../../support/int8-engine.ts';

const folder = 'test/data/litenet_digits';
const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(path));
const pixels = bytesOf(`${folder}/calib_images_u8.bin`);
const images = Array.from({ length: 20 }, (_, i) => [
  Float32Array.from(pixels.subarray(i * 64, i * 64 + 64), (value) => value / 8 - 1),
]);

const facts = ({ nodes, tensors }: Graph) =>
  nodes.map(({ op, attributes, inputs, outputs }) => ({
    type: op.type,
    attributes,
    tensors: [...inputs, ...outputs].map((id) => tensors[id] && [tensors[id].quantization, tensors[id].data]),
  }));

it('an .onnx whose normalisations are left and a .pt2 give the same weights, scales and bytes', async () => {
  const [onnx, pt2] = await Promise.all(
    ['opset13_legacy_bn_kept.onnx', 'litenet_digits.pt2'].map(async (name) => {
      const graph = await importFile(bytesOf(`${folder}/${name}`), name);
      return quantize(graph, images, { evaluate: evaluateFloat, evaluateQuantized }).graph;
    }),
  );
  expect(facts(onnx)).toEqual(facts(pt2));
  const x = Int8Array.from({ length: 64 }, (_, i) => ((i * 37) % 256) - 128);
  const [reference] = evaluateQuantized(pt2)([x]);
  for (const tier of ['simd', 'scalar'] as const) {
    for (const graph of [onnx, pt2]) expect(int8Engine(tier)(graph)([x])[0]).toEqual(reference);
  }
});

it('tensors and nodes keep the names of the file', async () => {
  const { tensors, inputs, outputs, nodes } = await importFile(bytesOf(`${folder}/dynamo.onnx`), 'digits.onnx');
  expect(inputs.map((id) => tensors[id].name)).toEqual(['input']);
  expect(outputs.map((id) => tensors[id].name)).toEqual(['output']);
  expect(nodes[0].name).toBe('node_Conv_58');
});
