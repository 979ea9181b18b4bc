import fc from 'fast-check';
import { expect, it } from 'vitest';
import { importSeeded } from '../../src/compiler/import-network.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { elements, type Tensor } from '../../src/graph/tensor.ts';
import { verify } from '../../src/graph/verify.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { methods, type QuantizeOptions, quantize } from '../../src/quantize/quantize.ts';
import { report } from '../../src/quantize/report.ts';
import { int8Engine } from '../support/int8-engine.ts';
import { bytesOf } from '../support/values.ts';

const blocks = {
  liteblock: [
    { type: 'LiteBlock', in: 6, out: 9, stride: 2 },
    { type: 'LiteBlock', in: 9, out: 9, stride: 1 },
  ],
  squeezed: [{ type: 'InvertedResidual', in: 6, out: 6, stride: 1, expand: 2, squeeze: 3, activation: 'Hardswish' }],
  shuffled: [
    { type: 'ShuffleUnit', in: 6, out: 10, stride: 2 },
    { type: 'ShuffleUnit', in: 10, out: 10 },
  ],
  resized: [
    { type: 'ConvTranspose2d', in: 6, out: 5, kernel: 3, stride: 2, padding: 1, outputPadding: 1 },
    { type: 'PReLU', parameters: 5 },
    { type: 'Upsample', scale: [2, 1], mode: 'bilinear' },
    { type: 'Conv2d', in: 5, out: 4, kernel: 3, stride: 3 },
    { type: 'Tanh' },
    { type: 'Upsample', scale: 2 },
    { type: 'ZeroPad2d', padding: [1, 0, 0, 2] },
  ],
  joined: [
    {
      type: 'Concat',
      layers: [
        { type: 'Identity' },
        { type: 'Conv2d', in: 6, out: 3, kernel: 1 },
        { type: 'Sequential', layers: [{ type: 'LeakyReLU' }, { type: 'Hardtanh' }] },
      ],
    },
    { type: 'Conv2d', in: 15, out: 7, kernel: 1 },
  ],
  pooled: [{ type: 'MaxPool2d', kernel: 2, stride: 2 }, { type: 'BatchNorm2d', features: 6 }, { type: 'SiLU' }],
} as const;
type BlockName = keyof typeof blocks;

const outOf: Record<BlockName, number> = { liteblock: 9, squeezed: 6, shuffled: 10, resized: 4, joined: 7, pooled: 6 };

const networkOf = (name: BlockName, softmax: boolean) => ({
  name,
  input: { channels: 3, height: 9, width: 8 },
  layers: [
    { type: 'Conv2d', in: 3, out: 6, kernel: 3, padding: 1 },
    { type: 'BatchNorm2d', features: 6 },
    { type: 'ReLU6' },
    ...blocks[name],
    { type: 'AdaptiveAvgPool2d' },
    { type: 'Flatten' },
    { type: 'Linear', in: outOf[name], out: 4 },
    ...(softmax ? [{ type: 'Softmax' }] : []),
  ],
});

/** Keyword spotting on a sequence: 10 features at 40 steps. */
const sequence = {
  name: 'sequence',
  input: { channels: 10, height: 1, width: 40 },
  layers: [
    { type: 'Conv1d', in: 10, out: 12, kernel: 5, stride: 2, padding: [2, 1] },
    { type: 'BatchNorm1d', features: 12 },
    { type: 'ReLU' },
    { type: 'Conv1d', in: 12, out: 12, kernel: 3, padding: 2, dilation: 2, groups: 12 },
    { type: 'MaxPool1d', kernel: 2 },
    { type: 'AvgPool1d', kernel: 3, stride: 1, padding: 1 },
    { type: 'AdaptiveAvgPool1d' },
    { type: 'Flatten' },
    { type: 'Linear', in: 12, out: 5 },
    { type: 'BatchNorm1d', features: 5 },
  ],
};

const imagesFor = (graph: Graph, seed: number, count: number): Float32Array[][] =>
  Array.from({ length: count }, (_, n) =>
    graph.inputs.map((id) =>
      Float32Array.from(bytesOf(seed * 100 + n, elements((graph.tensors[id] as Tensor).shape)), (q) => q / 64),
    ),
  );

const problems = fc.record({
  name: fc.constantFrom(...(Object.keys(blocks) as BlockName[])),
  softmax: fc.boolean(),
  seed: fc.integer({ min: 1, max: 10_000 }),
  method: fc.constantFrom(...methods),
  correct: fc.boolean(),
});

function expectSameEverywhere(graph: Graph, seed: number, options: Omit<QuantizeOptions, 'evaluate'>): void {
  const quantized = quantize(graph, imagesFor(graph, seed, 3), { ...options, evaluate: evaluateFloat });
  verify(quantized.graph);
  const inputs = quantized.graph.inputs.map((id) =>
    bytesOf(seed, elements((quantized.graph.tensors[id] as Tensor).shape)),
  );
  const expected = evaluateQuantized(quantized.graph)(inputs);
  expect(int8Engine('simd')(quantized.graph)(inputs)).toEqual(expected);
  expect(int8Engine('scalar')(quantized.graph)(inputs)).toEqual(expected);
}

it('runs a network over a sequence on both tiers as the references do', () => {
  expectSameEverywhere(importSeeded(sequence, 3), 3, { method: 'min-max' });
});

it('gives graphs that verify, compile, and run on both tiers as the references do', () => {
  fc.assert(
    fc.property(problems, ({ name, softmax, seed, method, correct }) => {
      const graph = importSeeded(networkOf(name, softmax), seed);
      expectSameEverywhere(graph, seed, { method, ...(correct && { evaluateQuantized }) });
    }),
    { numRuns: 20 },
  );
});

it('changes neither the float graph nor the images, and gives the same twice', () => {
  const graph = importSeeded(networkOf('liteblock', false), 5);
  const images = imagesFor(graph, 5, 3);
  const before = structuredClone([graph.tensors, images]);
  const twice = [1, 2].map(() => quantize(graph, images, { evaluate: evaluateFloat, evaluateQuantized }));
  expect([graph.tensors, images]).toEqual(before);
  expect(twice[0]?.graph.tensors).toEqual(twice[1]?.graph.tensors);
});

it('keeps the ids of activations', () => {
  const graph = importSeeded(networkOf('squeezed', true), 5);
  const { graph: int8 } = quantize(graph, imagesFor(graph, 5, 2), { evaluate: evaluateFloat });
  expect(int8.inputs).toEqual(graph.inputs);
  expect(int8.outputs).toEqual(graph.outputs);
  expect(int8.nodes.map(({ outputs }) => outputs)).toEqual(graph.nodes.map(({ outputs }) => outputs));
  expect(int8.nodes.map(({ name }) => name)).toEqual(graph.nodes.map(({ name }) => name));
});

it('reports the same by the references and by the engine, which only gives outputs', () => {
  const graph = importSeeded(networkOf('shuffled', false), 7);
  const images = imagesFor(graph, 7, 3);
  const quantized = quantize(graph, images, { evaluate: evaluateFloat });
  const by = (evaluate: typeof evaluateQuantized) =>
    report(graph, quantized, images, { evaluateFloat, evaluateQuantized: evaluate });
  expect(by(int8Engine())).toEqual(by(evaluateQuantized));
});
