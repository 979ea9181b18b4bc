import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../src/import/safetensors/read-safetensors.ts';
import { type LayerSource, layerTypes } from '../../src/network/layers.ts';
import { networkGraph } from '../../src/network/network-graph.ts';
import { network } from '../../src/network/parse.ts';
import type { StateTensor } from '../../src/network/weights.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { lower } from '../../src/passes/lower.ts';

/** Blocks and layers as PyTorch computes them in float64 (test/data/torch_blocks/generate.py): within 1e-5 of the largest. */
const tolerance = 1e-5;
const folder = 'test/data/torch_blocks';
const cases = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as { name: string; layer: LayerSource }[];

/** Values in the order c, h, w as h, w, c; rows of values stay. */
function channelsLast({ shape, data }: StateTensor): Float32Array {
  const [c, h = 1, w = 1] = shape as readonly [number, number, number];
  return Float32Array.from({ length: c * h * w }, (_, i) => data?.[(i % c) * h * w + Math.floor(i / c)] as number);
}

describe.each(cases)('$name', ({ name, layer }) => {
  const tensors = new Map(readSafetensors(readFileSync(`${folder}/${name}.safetensors`), name));
  const [input, output] = ['example.input', 'example.output'].map((key) => {
    const tensor = tensors.get(key) as StateTensor;
    tensors.delete(key);
    return tensor;
  }) as [StateTensor, StateTensor];
  const [channels, height, width] = input.shape as readonly [number, number, number];
  const given = network({ name, input: { channels, height, width }, layers: [{ ...layer, name: 'm' }] });
  const graph = networkGraph(given, new Map([...tensors].map(([key, tensor]) => [`m.${key}`, tensor])));

  it.each([
    ['as it was imported', graph],
    ['folded and fused', lower(graph)],
  ])('gives the values of PyTorch, %s', (_, form) => {
    const ours = evaluateFloat(form)([channelsLast(input)])[0] as Float32Array;
    const theirs = channelsLast(output);
    expect(ours.length).toBe(theirs.length);
    const largest = Math.max(...theirs.map(Math.abs));
    const worst = Math.max(...theirs.map((value, i) => Math.abs(value - (ours[i] as number))));
    expect(worst).toBeLessThanOrEqual(tolerance * largest);
  });
});

/** Words whose vectors are elsewhere (parity.test.ts), or that do nothing. */
const elsewhere = ['LiteBlock', 'DepthwiseSeparableConv', 'Dropout'];

/** Every word of a layer and of those inside it, with the functions that blocks name in their fields. */
function wordsOf(layer: LayerSource): string[] {
  const inner = 'layers' in layer ? layer.layers.flatMap(wordsOf) : [];
  const functions = Object.values(layer).flatMap((field) =>
    typeof field === 'string' ? [field] : Object.values(field as object).filter((word) => typeof word === 'string'),
  );
  return [layer.type, ...inner, ...functions];
}

it('has cases of every word of network.json', () => {
  const had = new Set([...cases.flatMap(({ layer }) => wordsOf(layer)), ...elsewhere]);
  expect(layerTypes.filter((type) => !had.has(type))).toEqual([]);
});
