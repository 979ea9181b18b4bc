import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { refuseRam } from '../../src/compiler/ram-limit.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { select } from '../../src/pack/select.ts';
import { plan } from '../../src/plan/plan.ts';
import { runBatch, tiers } from '../support/engine.ts';
import { checkPlan } from '../support/plan-checker.ts';
import { anyNetwork, tallNetwork } from '../support/random-network.ts';
import { referenceModels } from '../support/reference-models.ts';
import { describeShared } from '../support/shared-data.ts';
import { bytesFor } from '../support/three-ways.ts';

const read = (path: string): Graph => importModel(readFileSync(path), path);
const planned = (graph: Graph, options: Parameters<typeof plan>[2] = {}) => plan(graph, select(graph), options);

/** Plans of `graph`: layer by layer, the smallest, and one between them. */
function plansOf(graph: Graph) {
  const whole = planned(graph);
  const smallest = planned(graph, { optimize: 'ram' });
  const between = planned(graph, { ramBytes: Math.ceil((whole.ramBytes + smallest.ramBytes) / 2) });
  return { whole, smallest, between };
}

/** All plans of a graph give the bytes of the plan of whole layers, on both tiers. */
function expectSameBytes(graph: Graph, seed: number): void {
  const inputs = bytesFor(graph, seed);
  const { whole, smallest, between } = plansOf(graph);
  expect(smallest.ramBytes).toBeLessThanOrEqual(between.ramBytes);
  expect(between.ramBytes).toBeLessThanOrEqual(whole.ramBytes);
  const expected = runBatch('simd', compile(graph).bytes, inputs);
  for (const options of [{ optimize: 'ram' }, { ramBytes: between.ramBytes }] as const) {
    const { bytes } = compile(graph, options);
    for (const tier of tiers) expect(runBatch(tier, bytes, inputs), graph.name).toEqual(expected);
  }
}

/** By command: STREAMED=500 npx vitest run test/plan/streamed.test.ts. */
const runs = Number(process.env.STREAMED ?? 24);

it.each([
  ['any', anyNetwork],
  ['tall', tallNetwork],
])('streamed plans of %s random networks hold on a memory of tags, and give the same bytes', (_, networks) => {
  fc.assert(
    fc.property(networks, fc.integer({ min: 1, max: 1000 }), (graph, seed) => {
      const { smallest, between } = plansOf(graph);
      for (const each of [smallest, between]) checkPlan(graph, each);
      expectSameBytes(graph, seed);
    }),
    { seed: 17, numRuns: runs },
  );
});

it('saves memory in tall networks', () => {
  const smaller = fc.sample(tallNetwork, { seed: 17, numRuns: 12 }).filter((graph) => {
    const { whole, smallest } = plansOf(graph);
    return smallest.ramBytes < whole.ramBytes;
  });
  expect(smaller.length).toBeGreaterThan(1);
});

const models = ['litenet_digits', 'litenet_mnist', 'litenet_cifar'].flatMap((name) =>
  readdirSync(`test/data/${name}`)
    .filter((file) => file.endsWith('int8.tflite'))
    .map((file) => `test/data/${name}/${file}`),
);

describe.each(models)('%s', (path) => {
  const graph = read(path);

  it('takes less RAM where it is asked for, and its outputs stay', () => {
    const { whole, smallest } = plansOf(graph);
    expect(smallest.ramBytes).toBeLessThan(whole.ramBytes);
    checkPlan(graph, smallest);
    expectSameBytes(graph, 3);
  });

  it('fits in the smallest RAM, and is refused in a byte less, by the step that is fullest', () => {
    const { ramBytes } = planned(graph, { optimize: 'ram' });
    expect(compile(graph, { ramBytes }).model.ramBytes).toBe(ramBytes);
    expect(() => compile(graph, { ramBytes: ramBytes - 1 })).toThrow(
      new RegExp(`needs ${ramBytes} bytes of RAM, the limit is ${ramBytes - 1}; it is fullest at step \\d+, node`),
    );
  });

  it('runs whole layers, byte for byte the same file, where they fit', () => {
    const whole = compile(graph);
    expect(Buffer.compare(compile(graph, { ramBytes: whole.model.ramBytes }).bytes, whole.bytes)).toBe(0);
    expect(Buffer.compare(compile(graph, { optimize: 'speed' }).bytes, whole.bytes)).toBe(0);
  });

  it('cannot lose a row of a ring: the checker refuses the plan', () => {
    const smallest = planned(graph, { optimize: 'ram' });
    const rings = smallest.operands.flatMap(({ capacity, height }, i) => (capacity < height ? [i] : []));
    for (const ring of rings) {
      const operands = smallest.operands.map((operand, i) =>
        i === ring ? { ...operand, capacity: Math.max(operand.capacity - 1, 0) } : operand,
      );
      expect(() => checkPlan(graph, { ...smallest, operands })).toThrow();
    }
  });
});

it('a value of optimize that is neither is refused', () => {
  const graph = read(models[0] as string);
  expect(() => compile(graph, { optimize: 'size' as 'ram' })).toThrow(
    /compile: optimize "size": expected "speed" or "ram"/,
  );
  expect(() => refuseRam(graph, planned(graph), 1)).toThrow(/needs \d+ bytes of RAM/);
});

/** The most bytes of activations that a smallest plan may have. */
const bounds: Readonly<Record<string, number>> = {
  vww_96_int8: 41_984,
  'mobilenet_v2_1.0_224_quant': 282_624,
  pretrainedResnet_quant: 21_000,
  kws_ref_model: 15_500,
};

describeShared('streamed plans of the shared models', (data) => {
  const wanted = referenceModels(data).filter(({ id }) => bounds[id] !== undefined);

  it('has all of them', () => expect(wanted.length).toBe(Object.keys(bounds).length));

  it.each(wanted)('$id takes the RAM that it may, and gives its reference bytes', ({ id, path, cases }) => {
    const graph = read(path);
    const { bytes, plan: smallest } = compile(graph, { optimize: 'ram' });
    expect(smallest.ram.activations).toBeLessThanOrEqual(bounds[id] as number);
    for (const { inputs, outputs } of cases.slice(0, 1)) {
      for (const tier of tiers) {
        expect(
          runBatch(
            tier,
            bytes,
            inputs.map((file) => readFileSync(file)),
          ),
        ).toEqual(outputs.map((file) => new Uint8Array(readFileSync(file))));
      }
    }
  });
});
