import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importFile } from '../../../src/compiler/import-file.ts';
import { importNetwork } from '../../../src/compiler/import-network.ts';
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
const quantized = (graph: Graph): Graph =>
  quantize(graph, images, { evaluate: evaluateFloat, evaluateQuantized }).graph;

it('a .pt2 and a network.json of one network give the same weights, scales and bytes', async () => {
  const program = quantized(await importFile(bytesOf(`${folder}/litenet_digits.pt2`), 'digits.pt2'));
  const json = readFileSync('examples/networks/litenet-digits.json', 'utf8');
  const network = quantized(importNetwork(json, bytesOf(`${folder}/litenet_digits.safetensors`)));
  const facts = ({ nodes, tensors }: Graph) => ({
    ops: nodes.map(({ op, attributes }) => ({ type: op.type, attributes })),
    tensors: nodes.flatMap(({ inputs, outputs }) =>
      [...inputs, ...outputs].map((id) => tensors[id] && [tensors[id].quantization, tensors[id].data]),
    ),
  });
  expect(facts(program)).toEqual(facts(network));
  const x = Int8Array.from({ length: 64 }, (_, i) => ((i * 37) % 256) - 128);
  const [reference] = evaluateQuantized(network)([x]);
  for (const tier of ['simd', 'scalar'] as const) {
    for (const graph of [program, network]) expect(int8Engine(tier)(graph)([x])[0]).toEqual(reference);
  }
});
