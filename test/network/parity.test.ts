import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { elements } from '../../src/graph/tensor.ts';
import { readSafetensors } from '../../src/import/safetensors/read-safetensors.ts';
import type { LayerSource } from '../../src/network/layers.ts';
import { networkGraph } from '../../src/network/network-graph.ts';
import { network } from '../../src/network/parse.ts';
import { Conv2d, DepthwiseSeparableConv, LiteBlock } from '../../src/network/words.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { lower } from '../../src/passes/lower.ts';
import { describeShared } from '../support/shared-data.ts';

/** PyTorch's modules and ours on the same weights and inputs: within 1e-4 of the largest value. */
const tolerance = 1e-4;

interface Case {
  readonly name: string;
  readonly module: 'LiteBlock' | 'DWS' | 'Conv';
  readonly in_ch: number;
  readonly out_ch: number;
  readonly stride: number;
  readonly weights: string;
  readonly input: { readonly file: string; readonly shape: readonly [number, number, number, number] };
  readonly output_float64: { readonly file: string };
  readonly conv1_output?: { readonly file: string };
  readonly shortcut_output?: { readonly file: string };
}

const folder = 'test/data/parity';
const { cases } = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8')) as { cases: Case[] };

const bytesOf = (path: string): ArrayBuffer => new Uint8Array(readFileSync(path)).buffer;
const float32 = (path: string): Float32Array => new Float32Array(bytesOf(path));
const float64 = (path: string): Float64Array => new Float64Array(bytesOf(path));

/** Image `i` of values in the order n, c, h, w, as h, w, c. */
function imageOf(all: Float32Array, i: number, [, c, h, w]: readonly number[]): Float32Array {
  const size = (c as number) * (h as number) * (w as number);
  const values = all.subarray(i * size, (i + 1) * size);
  const moved = new Float32Array(values.length);
  const [channels, pixels] = [c as number, (h as number) * (w as number)];
  for (let p = 0; p < pixels; p++) {
    for (let k = 0; k < channels; k++) moved[p * channels + k] = values[k * pixels + p] as number;
  }
  return moved;
}

/** The greatest difference over the greatest value, where ours is h, w, c and theirs c, h, w. */
function difference(ours: Float32Array, theirs: Float32Array | Float64Array, channels: number): number {
  expect(ours.length).toBe(theirs.length);
  const pixels = ours.length / channels;
  let [worst, largest] = [0, 0];
  theirs.forEach((value, i) => {
    const [k, p] = [Math.floor(i / pixels), i % pixels];
    worst = Math.max(worst, Math.abs((ours[p * channels + k] as number) - value));
    largest = Math.max(largest, Math.abs(value));
  });
  return worst / largest;
}

function moduleOf({ module, in_ch, out_ch, stride }: Case): LayerSource {
  const channels = { in: in_ch, out: out_ch, stride };
  if (module === 'LiteBlock') return LiteBlock(channels);
  if (module === 'DWS') return DepthwiseSeparableConv(channels);
  return Conv2d({ ...channels, kernel: 3, padding: 1 });
}

/** The vector's module at the root: its tensors have no path before them. */
function graphOf(vector: Case): Graph {
  const [, channels, height, width] = vector.input.shape;
  const source = network({
    name: vector.name,
    input: { channels, height, width },
    layers: [{ ...moduleOf(vector), name: 'm' } as LayerSource],
  });
  const tensors = readSafetensors(readFileSync(`${folder}/${vector.weights}`), vector.weights);
  return networkGraph(source, new Map([...tensors].map(([name, tensor]) => [`m.${name}`, tensor])));
}

function valuesOf(graph: Graph, input: Float32Array): Map<string, Float32Array> {
  const values = new Map<TensorId, Float32Array>();
  evaluateFloat(graph)([input], (id, made) => values.set(id, made.slice()));
  return new Map(graph.nodes.map((node) => [node.name, values.get(node.outputs[0] as TensorId) as Float32Array]));
}

describe.each(cases.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
  const graph = graphOf(vector);
  const { file, shape } = vector.input;
  const inputs = Array.from({ length: shape[0] }, (_, i) => imageOf(float32(`${folder}/${file}`), i, shape));
  /** What comes for image i of what is expected for all of them. */
  const ith = <T extends Float32Array | Float64Array>(all: T, i: number): T =>
    all.subarray((i * all.length) / inputs.length, ((i + 1) * all.length) / inputs.length) as T;

  it.each([
    ['as it was imported', graph],
    ['folded and fused', lower(graph)],
  ])('gives the outputs of PyTorch in float64, %s', (_, form) => {
    const expected = float64(`${folder}/${vector.output_float64.file}`);
    inputs.forEach((input, i) => {
      const [y] = evaluateFloat(form)([input]);
      expect(difference(y as Float32Array, ith(expected, i), vector.out_ch)).toBeLessThanOrEqual(tolerance);
    });
  });

  it('gives the branches', () => {
    const branches = [
      ['m.conv1.5', vector.conv1_output],
      ['m.shortcut.1', vector.shortcut_output],
    ] as const;
    inputs.forEach((input, i) => {
      const values = valuesOf(graph, input);
      expect(values.has('m.conv1.5')).toBe(vector.module === 'LiteBlock');
      for (const [name, branch] of branches) {
        const ours = values.get(name); // an identity shortcut is the input itself, and no node
        if (!branch || !ours) continue;
        const expected = ith(float32(`${folder}/${branch.file}`), i);
        expect(difference(ours, expected, vector.out_ch)).toBeLessThanOrEqual(tolerance);
      }
    });
  });
});

it('has vectors for every kind of module and shortcut', () => {
  expect(cases.length).toBe(9);
  expect(new Set(cases.map(({ module }) => module))).toEqual(new Set(['LiteBlock', 'DWS', 'Conv']));
});

/** LiteNet's stem, blocks and logits. */
function litenet(name: string, data: string, mean: number, std: number): void {
  const manifest = JSON.parse(readFileSync(`${data}/manifest.json`, 'utf8')) as {
    test_set: { images: { file: string; shape: number[] } };
    intermediates: { files: { file: string; shape: number[] }[] };
  };
  const json = readFileSync(`examples/networks/litenet-${name}.json`, 'utf8');
  const weights = readSafetensors(readFileSync(`${data}/litenet_${name}.safetensors`), name);
  const graph = networkGraph(network(JSON.parse(json)), weights);
  const { images } = manifest.test_set;
  const size = elements(images.shape.slice(1));
  const pixels = readFileSync(`${data}/${images.file}`);
  const image = (i: number) => Float32Array.from(pixels.subarray(i * size, (i + 1) * size), (u8) => (u8 - mean) / std);

  it('gives the stem and every block of PyTorch on four images', () => {
    const { files } = manifest.intermediates;
    expect(files.length).toBeGreaterThan(2);
    for (const { file, shape } of files) {
      const part = /inter_(.*)\.bin/.exec(file)?.[1] ?? '';
      const node = part === 'stem' ? 'stem.2' : part.replace(/block(\d+)/, 'blocks.$1.add');
      const expected = float32(`${data}/${file}`);
      const each = elements(shape.slice(1));
      for (let i = 0; i < 4; i++) {
        const ours = valuesOf(graph, image(i)).get(node) as Float32Array;
        const theirs = expected.subarray(i * each, (i + 1) * each);
        expect(difference(ours, theirs, shape[1] as number)).toBeLessThanOrEqual(tolerance);
      }
    }
  });

  it('gives the logits of PyTorch, folded and fused', () => {
    const run = evaluateFloat(lower(graph));
    const expected = float32(`${data}/test_logits_f32.bin`);
    for (let i = 0; i < 16; i++) {
      const [y] = run([image(i)]);
      expect(difference(y as Float32Array, expected.subarray(i * 10, i * 10 + 10), 10)).toBeLessThanOrEqual(tolerance);
    }
  });
}

describe('LiteNet for digits', () => litenet('digits', 'test/data/litenet_digits', 8, 8));
describeShared('LiteNet for MNIST', (data) => litenet('mnist', `${data}liteblock/litenet_mnist`, 127.5, 127.5));
describeShared('LiteNet for CIFAR', (data) => litenet('cifar', `${data}liteblock/litenet_cifar`, 127.5, 127.5));
