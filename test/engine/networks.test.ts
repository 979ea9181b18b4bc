import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import type { FloatEvaluator } from '../../src/graph/evaluator.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { readSafetensors } from '../../src/import/safetensors/read-safetensors.ts';
import type { Network } from '../../src/network/layers.ts';
import { networkGraph } from '../../src/network/network-graph.ts';
import { parseNetwork } from '../../src/network/parse.ts';
import { seededWeights } from '../../src/network/seeded-weights.ts';
import { lower } from '../../src/passes/lower.ts';
import { debugBuilds, raw, tiers } from '../support/engine.ts';
import { floatEngine } from '../support/float.ts';
import { randomNetwork } from '../support/random-builder.ts';
import { ringSchedule } from '../support/ring-schedule.ts';
import { describeWasmtime, temporaryFolder } from '../support/runtimes.ts';
import {
  bytesFor,
  firstByteDifference,
  firstFloatDifference,
  int8Of,
  outputsAmong,
  outputsOf,
  realsFor,
  referenceTensors,
  type Tensors,
} from '../support/three-ways.ts';

/**
 * Networks from the builder, all the way: layers → float graph → passes → int8 → file → engine. The float engine has the bits
 * of the plain definitions in every tensor, and the int8 engine the bytes of the references.
 */

const folder = temporaryFolder();
afterAll(() => folder.remove());

let evaluate: FloatEvaluator;
beforeAll(async () => {
  evaluate = await floatEngine();
});

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** A network on its way, each form made when it is first asked for. `tensors`: of every image, by the references. */
interface Case {
  readonly name: string;
  readonly seed: number;
  readonly built: () => Graph;
  readonly float: () => Graph;
  readonly int8: () => Graph;
  readonly inputs: () => readonly Int8Array[][];
  readonly tensors: () => readonly Tensors[];
  readonly expected: () => Buffer;
}

function caseOf(name: string, build: () => Graph, seed: number, images: number): Case {
  const built = once(build);
  const float = once(() => lower(built()));
  const int8 = once(() => int8Of(float(), evaluate, seed));
  const inputs = once(() => Array.from({ length: images }, (_, image) => bytesFor(int8(), 100 * seed + image)));
  const tensors = once(() => inputs().map((image) => referenceTensors(int8(), image)));
  const expected = once(() => Buffer.concat(tensors().map((image) => outputsAmong(int8(), image))));
  return { name, seed, built, float, int8, inputs, tensors, expected };
}

const seeded = (network: Network, seed: number): Graph => networkGraph(network, seededWeights(network, seed));

const networkIn = (file: string): Network => {
  const path = `examples/networks/${file}`;
  return parseNetwork(readFileSync(path, 'utf8'), path);
};
const digitsWeights = (): Uint8Array => readFileSync('test/data/litenet_digits/litenet_digits.safetensors');

const examples = [
  ...readdirSync('examples/networks')
    .filter((file) => file.endsWith('.json'))
    .map((file) => caseOf(file, () => seeded(networkIn(file), 1), 1, 1)),
  caseOf(
    'litenet-digits.json, trained',
    () =>
      networkGraph(networkIn('litenet-digits.json'), readSafetensors(digitsWeights(), 'litenet_digits.safetensors')),
    1,
    3,
  ),
];
const random = Array.from({ length: 50 }, (_, seed) => {
  const json = randomNetwork(seed);
  return caseOf(json.name, () => seeded(parseNetwork(json, json.name), seed), seed, 3);
});
const networks = [...examples, ...random];

it('there are LiteNets, MobileNets, a ShuffleNet- and an EfficientNet-like network among the examples', () => {
  const names = examples.map(({ name }) => name).join(' ');
  for (const family of ['litenet-digits', 'mobilenet-v1', 'mobilenet-v2', 'shufflenet', 'efficientnet']) {
    expect(names).toContain(family);
  }
});

describe.each(networks)('$name', ({ seed, built, float, int8, inputs, tensors, expected }) => {
  it('means the same after every pass, but for the last bits', () => {
    const x = realsFor(built(), seed);
    const [before, after] = [built(), float()].map((graph) => evaluate(graph)(x)[0] as Float32Array);
    const largest = before?.reduce((most, value) => Math.max(most, Math.abs(value)), 0) as number;
    const error = before?.reduce((most, value, i) => Math.max(most, Math.abs(value - (after?.[i] as number))), 0);
    expect(after?.length).toBe(before?.length);
    expect(error).toBeLessThanOrEqual(1e-4 * largest);
  });

  it('gives the bits of the plain definitions on the float engine, layer by layer', () => {
    expect(firstFloatDifference(float(), evaluate, realsFor(float(), seed))).toBeUndefined();
  });

  it.each(tiers)('gives the bytes of the references layer by layer on the %s tier', (tier) => {
    expect(
      firstByteDifference(tier, int8(), inputs()[0] as Int8Array[], tensors()[0] as Tensors, 0xaa),
    ).toBeUndefined();
  });

  it.each(tiers)('gives the bytes of the references as it is compiled, on the %s tier', (tier) => {
    const got = inputs().map((image) => outputsOf(tier, int8(), image, 0x55));
    expect(Buffer.concat(got).equals(expected())).toBe(true);
  });
});

it.each(debugBuilds)('random networks load and store what is theirs alone on the %s build', (build) => {
  for (const { int8, inputs, expected } of random) {
    const graph = int8();
    const [image] = inputs() as [Int8Array[]];
    for (const options of [undefined, ringSchedule(graph)]) {
      const got = outputsOf(build, graph, image, 0xaa, options);
      expect(got.equals(expected().subarray(0, got.length))).toBe(true);
    }
  }
});

it.each(tiers)('random networks in rings of rows give the bytes of the references on the %s tier', (tier) => {
  const wrong = random.filter(({ int8, inputs, expected }) => {
    const graph = int8();
    const got = outputsOf(tier, graph, inputs()[0] as Int8Array[], 0xaa, ringSchedule(graph));
    return !got.equals(expected().subarray(0, got.length));
  });
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

it('random networks use every operator that a network can be made of, and their outputs say something', () => {
  const used = new Set(random.flatMap(({ int8 }) => int8().nodes.map(({ op }) => op.type)));
  expect([...used].sort()).toEqual([
    'Add',
    'AveragePool2d',
    'Conv2d',
    'DepthwiseConv2d',
    'Elu',
    'FullyConnected',
    'Gelu',
    'HardSigmoid',
    'HardSwish',
    'Logistic',
    'MaxPool2d',
    'Mean',
    'Mul',
    'Pad',
    'Relu',
    'SelectChannels',
    'Slice',
    'Softmax',
    'Swish',
  ]);
  const dull = random.filter(({ expected }) => new Set(expected()).size < 4);
  expect(dull.length).toBeLessThan(5);
});

/** The command and the engine features that wasmtime is told to have. */
const commands = [
  ['simd', ['build/liteblock.wasm']],
  ['scalar', ['-W', 'simd=n,relaxed-simd=n,bulk-memory=n', 'build/liteblock.scalar.wasm']],
] as const;

describeWasmtime('under wasmtime', (run) => {
  describe.each(commands)('%s', (_, start) => {
    it.each(networks)('$name gives the bytes of the references', ({ name, int8, inputs, expected }) => {
      const stem = name.replaceAll(/\W/g, '-');
      const model = folder.write(`${stem}.lbm`, compile(int8()).bytes);
      const images = folder.write(`${stem}.bin`, Buffer.concat(inputs().flat().map(raw)));
      const { code, stdout, stderr } = run(['--dir', folder.path, ...start, model, images, '--raw']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(Buffer.compare(stdout, expected())).toBe(0);
    });
  });
});
