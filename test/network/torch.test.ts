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

interface Case {
  readonly name: string;
  readonly layer: LayerSource;
  /** Calls of a network that keeps state, which input and output have one after the other; absent: one call. */
  readonly calls?: number;
}

const cases = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as Case[];

/** Values in the order c, h, w as h, w, c; rows of values stay. */
function channelsLast({ shape, data }: StateTensor): Float32Array {
  const [c, h = 1, w = 1] = shape as readonly [number, number, number];
  return Float32Array.from({ length: c * h * w }, (_, i) => data?.[(i % c) * h * w + Math.floor(i / c)] as number);
}

/** The parts of a tensor along its first axis; the whole of it where there is one call. */
function callsOf({ shape, data, ...rest }: StateTensor, calls: number | undefined): StateTensor[] {
  if (calls === undefined) return [{ shape, ...(data && { data }), ...rest }];
  expect(shape[0]).toBe(calls);
  const size = (data?.length ?? 0) / calls;
  return Array.from({ length: calls }, (_, i) => ({
    ...rest,
    shape: shape.slice(1),
    ...(data && { data: data.subarray(i * size, (i + 1) * size) }),
  }));
}

describe.each(cases)('$name', ({ name, layer, calls }) => {
  const tensors = new Map(readSafetensors(readFileSync(`${folder}/${name}.safetensors`), name));
  const [inputs, outputs] = ['example.input', 'example.output'].map((key) => {
    const tensor = tensors.get(key) as StateTensor;
    tensors.delete(key);
    return callsOf(tensor, calls);
  }) as [StateTensor[], StateTensor[]];
  const [input] = inputs as [StateTensor];
  const [channels, height, width] = input.shape as readonly [number, number, number];
  const given = network({ name, input: { channels, height, width }, layers: [{ ...layer, name: 'm' }] });
  const graph = networkGraph(given, new Map([...tensors].map(([key, tensor]) => [`m.${key}`, tensor])));

  it.each([
    ['as it was imported', graph],
    ['folded and fused', lower(graph)],
  ])('gives the values of PyTorch, %s', (_, form) => {
    const run = evaluateFloat(form);
    const ours = inputs.flatMap((one) => [...(run([channelsLast(one)])[0] as Float32Array)]);
    const theirs = outputs.flatMap((one) => [...channelsLast(one)]);
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
