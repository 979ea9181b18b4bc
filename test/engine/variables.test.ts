import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { crc32 } from '../../src/format/crc32.ts';
import { digestInputs, digestOf } from '../../src/format/digest.ts';
import type { ModelFile, VariableEntry } from '../../src/format/model-file.ts';
import { readModel } from '../../src/format/read.ts';
import { statuses } from '../../src/format/status.ts';
import { writeModel } from '../../src/format/write.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { builds, engine, loaded, raw, runOnce, tiers } from '../support/engine.ts';
import { checkPlan } from '../support/plan-checker.ts';
import { streamGraph } from '../support/stream-graph.ts';

const initial = Int8Array.of(10, 11, 12, 13);
const graph = streamGraph({ initial });
const { bytes, model } = compile(graph, { evaluate: evaluateQuantized });
const frames = Array.from({ length: 6 }, (_, i) => Int8Array.of(20 + i, 40 + i));
const [variable] = model.variables as [VariableEntry];

const run = (instance: ReturnType<typeof engine>, frame: Int8Array): number[] => [
  ...new Int8Array((runOnce(instance, [frame])[0] as Uint8Array).buffer),
];

describe.each(builds)('what the %s engine keeps from run to run', (build) => {
  it('goes on from frame to frame, and starts over after a reset', () => {
    const instance = loaded(build, bytes);
    expect(run(instance, frames[0] as Int8Array)).toEqual([10, 11, 12, 13, 20, 40]);
    expect(run(instance, frames[1] as Int8Array)).toEqual([12, 13, 20, 40, 21, 41]);
    expect(run(instance, frames[2] as Int8Array)).toEqual([20, 40, 21, 41, 22, 42]);
    expect(instance.reset?.()).toBe(0);
    expect(run(instance, frames[3] as Int8Array)).toEqual([10, 11, 12, 13, 23, 43]);
  });

  it('is as the plain references have it, for many shapes', () => {
    for (const sizes of [
      { kept: 1 },
      { kept: 5, given: 2, width: 3 },
      { kept: 2, given: 4, channels: 17 },
      { kept: 9 },
    ]) {
      const one = streamGraph(sizes);
      const compiled = compile(one);
      checkPlan(one, compiled.plan);
      const instance = loaded(build, compiled.bytes);
      const reference = evaluateQuantized(one);
      const elements = (sizes.given ?? 1) * (sizes.width ?? 1) * (sizes.channels ?? 2);
      for (const image of digestInputs(
        7,
        Array.from({ length: 6 }, () => ({ dtype: 'i8' as const, size: elements })),
      )) {
        expect(runOnce(instance, [image])).toEqual(reference([image]).map((y) => new Uint8Array(raw(y as Int8Array))));
      }
    }
  });

  it('is never half of two frames: after a run that was stopped, the next one begins with initial values', () => {
    const instance = loaded(build, bytes);
    const steps = instance.stepCount();
    run(instance, frames[0] as Int8Array);
    for (let last = 1; last < steps; last++) {
      expect(instance.execute(0, last)).toBe(0);
      expect(run(instance, frames[1] as Int8Array)).toEqual([10, 11, 12, 13, 21, 41]);
    }
    // Steps that are run in pieces up to the last are a run.
    for (let step = 0; step < steps; step++) expect(instance.execute(step, step + 1)).toBe(0);
    expect(run(instance, frames[2] as Int8Array).slice(0, 2)).toEqual([21, 41]);
  });

  it('is reset by a self-test, before and after it, whose answer is of four runs', () => {
    const instance = loaded(build, bytes);
    run(instance, frames[0] as Int8Array);
    expect(instance.selfTest()).toBe(0);
    expect(run(instance, frames[1] as Int8Array)).toEqual([10, 11, 12, 13, 21, 41]);
    const reference = evaluateQuantized(graph);
    const seed = model.digest?.seed as number;
    const inputs = digestInputs(
      seed,
      Array.from({ length: 4 }, () => ({ dtype: 'i8' as const, size: 2 })),
    );
    expect(compile(graph, { evaluate: evaluateQuantized }).model.digest).toEqual({
      seed,
      crc: digestOf(inputs.flatMap((input) => reference([input]) as Int8Array[])),
    });
  });
});

it.each(tiers)('an engine without a model resets nothing (%s)', (tier) => {
  const instance = engine(tier);
  expect(statuses[instance.reset?.() ?? 0]).toBe('not-loaded');
  instance.reserve(bytes.length);
  expect(statuses[instance.reset?.() ?? 0]).toBe('not-loaded');
});

/** Status, detail(0) and detail(1) of the load. */
function says(tier: (typeof tiers)[number], damaged: ModelFile): unknown[] {
  const instance = engine(tier);
  const file = writeModel(damaged);
  const at = instance.reserve(file.length) >>> 0;
  new Uint8Array(instance.memory.buffer).set(file, at);
  const status = instance.load(at, file.length);
  return [statuses[status], instance.detail(0), instance.detail(1)];
}

const withVariable = (change: Partial<VariableEntry>): ModelFile => ({
  ...model,
  variables: [{ ...variable, ...change }],
});
const state = model.operands[variable.operand] as ModelFile['operands'][number];
const size = state.capacity * state.rowBytes;
const constant = { ...state, constant: 1, address: 0 };
const end = model.data.length - size;

/** The model with another operand, which no stage reads. */
const beside = (change: Partial<typeof state>): ModelFile => ({
  ...model,
  ramBytes: model.ramBytes + 64,
  operands: [...model.operands, { ...state, ...change }],
});

const accepted: [what: string, ModelFile][] = [
  ['as it is', model],
  ['a first value at the end of the data', withVariable({ initial: end })],
  ['a first value of equal bytes', withVariable({ initial: -1, fill: 255 })],
  ['an operand inside it', beside({ height: 1, capacity: 1 })],
  ['an operand behind it', beside({ address: state.address + size })],
];

const refused: [what: string, ModelFile, field: number, index?: number][] = [
  ['an operand that there is not', withVariable({ operand: model.operands.length }), 0],
  ['a negative operand', withVariable({ operand: -1 }), 0],
  ['a constant', { ...beside(constant), variables: [{ ...variable, operand: model.operands.length }] }, 0],
  [
    'a ring of some of its rows',
    { ...beside({ capacity: 1 }), variables: [{ ...variable, operand: model.operands.length }] },
    0,
  ],
  ['a first value that begins before the data', withVariable({ initial: -2 }), 4],
  ['a first value that ends behind the data', withVariable({ initial: end + 1 }), 4],
  ['a byte of 256', withVariable({ fill: 256 }), 8],
  ['a byte below 0', withVariable({ fill: -1 }), 8],
  ['an operand across its end', beside({ address: state.address + 1 }), 0],
  ['an operand around it', beside({ height: 3, capacity: 3 }), 0],
  ['the counters in it', { ...model, stateOffset: state.address }, 0],
  ['another variable of its bytes', { ...model, variables: [variable, variable] }, 0, 1],
  [
    'scratch in it',
    {
      ...model,
      stages: model.stages.map((stage, i) =>
        i === 0 ? { ...stage, words: { ...stage.words, scratch: state.address } } : stage,
      ),
    },
    0,
  ],
  [
    'more than 128',
    {
      ...beside({}),
      ramBytes: 65536,
      operands: [...model.operands, ...Array.from({ length: 129 }, (_, i) => ({ ...state, address: 4096 + i * size }))],
      variables: Array.from({ length: 129 }, (_, i) => ({ ...variable, operand: model.operands.length + i })),
    },
    0,
    128,
  ],
];

describe.each(tiers)('the %s engine checks variables', (tier) => {
  it.each(accepted)('and takes %s', (_, file) => {
    expect(says(tier, file)).toEqual(['ok', 0, 0]);
  });

  it.each(refused)('and refuses %s', (_, file, field, index = 0) => {
    expect(says(tier, file)).toEqual(['variable', index, field]);
  });

  it('and refuses a section that is not a whole number of them', () => {
    const file = bytes.slice();
    const view = new DataView(file.buffer);
    const count = view.getUint32(32, true);
    const entry = Array.from({ length: count }, (__, i) => 64 + 16 * i).find((at) => view.getUint32(at, true) === 9);
    view.setUint32((entry as number) + 8, 12, true);
    view.setUint32(12, crc32(file.subarray(16)), true);
    const instance = engine(tier);
    const at = instance.reserve(file.length) >>> 0;
    new Uint8Array(instance.memory.buffer).set(file, at);
    const status = instance.load(at, file.length);
    expect([statuses[status], instance.detail(0), instance.detail(1)]).toEqual(['section', 9, 12]);
    expect(() => readModel(file)).toThrow('its variables section has 12 bytes, not a multiple of 16');
  });
});

it('a file names its variables, as many as it has', () => {
  expect(readModel(bytes).variables).toEqual([{ ...variable, name: 'rows' }]);
  const unnamed = writeModel({ ...model, metadata: { ...model.metadata, variables: [] } });
  expect(() => readModel(unnamed, 'a.lbm')).toThrow('variables has 0 entries, the file 1');
});

it('a file without variables has neither the section nor the feature', () => {
  const { variables: _, ...without } = model;
  const { variables: __, ...metadata } = model.metadata;
  const plain = writeModel({ ...without, metadata });
  const feature = (file: Uint8Array): number => new DataView(file.buffer).getUint32(16, true) >>> 31;
  expect([feature(bytes), feature(plain)]).toEqual([1, 0]);
  expect(readModel(plain).variables).toBeUndefined();
});
