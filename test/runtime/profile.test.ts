import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { Model } from '../../src/runtime/model.ts';
import { load } from '../../src/runtime/node.ts';
import { entry, fakeEngine, modelFile } from './fake-engine.ts';

const name = 'litenet_digits_int8.tflite';
const { bytes, model: file } = compile(importModel(readFileSync(`test/data/litenet_digits/${name}`), name));
const images = new Int8Array(readFileSync('test/data/litenet_digits/test_inputs_int8_nhwc.bin'));

describe.each(['simd', 'scalar'] as const)('on the %s tier', (tier) => {
  it('measures what a run and each stage take', async () => {
    const model = await load(bytes, { tier });
    const { runs, medianMs, minMs, macs, gmacsPerSecond, stages } = model.profile(images.subarray(0, 64), { runs: 20 });
    expect(runs).toBe(20);
    expect(minMs).toBeGreaterThan(0);
    expect(medianMs).toBeGreaterThanOrEqual(minMs);
    expect(gmacsPerSecond).toBeCloseTo(macs / minMs / 1e6);
    const notes = file.metadata.stages;
    expect(macs).toBe(notes.reduce((sum, note) => sum + note.macs, 0));
    expect(stages.map(({ name: node, op, kernel, macs: own }) => [node, op, kernel, own])).toEqual(
      notes.map((note) => [note.name, note.op, note.kernel, note.macs]),
    );
    for (const stage of stages) {
      expect(stage.ms).toBeGreaterThan(0);
      expect(stage.gmacsPerSecond).toBeCloseTo(stage.macs / stage.ms / 1e6);
    }
  });

  it('leaves the model as it was', async () => {
    const model = await load(bytes, { tier });
    const [before] = model.run(images);
    model.profile({ runs: 3 });
    expect(model.run(images)).toEqual([before]);
  });
});

it('repeats runs for about as long as it is told, and reports how far it is', async () => {
  const model = await load(bytes);
  const shares: number[] = [];
  const start = performance.now();
  model.profile({ milliseconds: 50, onProgress: (share) => void shares.push(share) });
  expect(performance.now() - start).toBeGreaterThan(50);
  expect(shares.length).toBeGreaterThan(10);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.at(-1)).toBe(1);
});

it('refuses inputs that do not fit, and a model that was disposed of', async () => {
  const model = await load(bytes);
  expect(() => model.profile(images, images)).toThrow('profile: inputs: expected 1, got 2');
  expect(() => model.profile(new Int8Array(63))).toThrow('got 63');
  model.dispose();
  expect(() => model.profile()).toThrow('disposed of');
});

interface Clock {
  readonly step?: number;
  readonly run?: number;
  /** What the copies of an input take. */
  readonly give?: () => number;
  readonly grain?: number;
}

/** A model on a clock that its engine moves: a step takes `step` ms and a run `run`, and readings are rounded to `grain`. */
function clocked({ step = 2, run = 3, give = () => 0, grain = 0 }: Clock) {
  let time = 1000;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    if (grain === 0) time += 1e-6;
    return grain > 0 ? Math.floor(time / grain) * grain : time;
  });
  const schedule = [0, 1, 0, 1, 1].map((stage) => ({ stage, rows: 1 }));
  const one = modelFile([entry()], [entry()]);
  const [note] = one.metadata.stages as [(typeof one.metadata.stages)[number]];
  const stages = [{ ...note, macs: 4_000_000 }, note];
  const two = { ...one, stages: [one.stages, one.stages].flat(), schedule, metadata: { ...one.metadata, stages } };
  const engine = fakeEngine(two, { rows: 1, run: () => 0 });
  const moving = (ms: number) => (): number => {
    time += ms;
    return 0;
  };
  const inputRow = (i: number, row: number): number => {
    time += give();
    return engine.inputRow(i, row);
  };
  const timed = { ...engine, inputRow, execute: moving(step), run: moving(run) };
  return new Model(timed, two, { modelBytes: 0, tier: 'simd' });
}

describe('a listener', () => {
  it('that disposes of the model ends the profile with disposed', async () => {
    const model = await load(bytes);
    expect(() => model.profile({ onProgress: () => model.dispose() })).toThrow(
      expect.objectContaining({ code: 'disposed', message: expect.stringContaining('load it again') }),
    );
  });

  it('may throw what it likes, and run the model', async () => {
    const model = await load(bytes);
    const [expected] = model.run(images);
    const enough = new Error('enough');
    const onProgress = (): never => {
      expect(model.run(images)).toEqual([expected]);
      throw enough;
    };
    expect(() => model.profile({ onProgress })).toThrow(enough);
    expect(model.run(images)).toEqual([expected]);
  });
});

it.each([
  [{ runs: -1 }, 'profile: runs -1: expected a whole number of 1 or more'],
  [{ runs: 0 }, 'profile: runs 0: '],
  [{ runs: Number.NaN }, 'profile: runs NaN: '],
  [{ runs: Infinity }, 'profile: runs Infinity: '],
  [{ runs: '5' }, 'profile: runs: expected a number, got String'],
  [{ warmup: -1 }, 'profile: warmup -1: expected a whole number of 0 or more'],
  [{ milliseconds: Infinity }, 'profile: milliseconds Infinity: expected a number above 0'],
  [{ onProgress: 7 }, 'profile: onProgress: expected a function, got Number'],
  [{ times: 7 }, 'profile: there is no option "times" (runs, warmup, milliseconds, onProgress)'],
])('refuses the options %j, with some of which it would not end', async (options, message) => {
  const model = await load(bytes);
  expect(() => model.profile(options as object)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }),
  );
});

describe('a clock', () => {
  it('that is fine times single runs, and sums the steps of a stage', () => {
    const { runs, medianMs, stages } = clocked({}).profile({ runs: 5 });
    expect(runs).toBe(5);
    expect(medianMs).toBeCloseTo(3, 3);
    expect(stages.map(({ ms }) => Math.round(ms * 100) / 100)).toEqual([4, 6]);
    expect(stages[0]?.gmacsPerSecond).toBeCloseTo(1, 3);
    expect(stages[1]?.gmacsPerSecond).toBe(0);
  });

  it.each([0.1, 1, 5])('of steps of %f ms times many runs together', (grain) => {
    const { runs, medianMs, stages } = clocked({ step: 0.02, run: 0.07, grain }).profile({ milliseconds: 400 });
    expect(runs).toBeGreaterThan(256);
    expect(Math.abs(medianMs - 0.07)).toBeLessThan(0.07 * (grain / 20));
    expect(stages[0]?.ms).toBeCloseTo(0.04, 1);
  });

  it('of coarse steps on a busy machine never gives less than was measured', () => {
    // Copies seem to take longer than the runs: other work came between.
    for (const grain of [0.1, 1]) {
      let late = 0;
      const give = () => (late++ % 97 === 0 ? 30 : 0.001);
      const { minMs, medianMs } = clocked({ step: 0.02, run: 0.07, give, grain }).profile({ milliseconds: 300 });
      expect(minMs).toBeGreaterThan(0.07 * (1 - grain / 20));
      expect(medianMs).toBeGreaterThanOrEqual(minMs);
    }
  });

  it('whose first runs were long for other work is not taken for a fine one', () => {
    let late = 0;
    const give = () => (late++ < 12 ? 50 : 0);
    const { minMs } = clocked({ step: 0.02, run: 0.07, give, grain: 1 }).profile({ milliseconds: 300 });
    expect(minMs).toBeGreaterThan(0.06);
  });

  it('that stands still is refused', () => {
    expect(() => clocked({ step: 0, run: 0, grain: 1 }).profile()).toThrow(
      /the clock of this host stands still while it computes, as on Cloudflare Workers/,
    );
  });
});
