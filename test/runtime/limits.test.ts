import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { bundle } from '../../src/bundle/bundle.ts';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { readHeader } from '../../src/format/read.ts';
import { writeModel } from '../../src/format/write.ts';
import { Model } from '../../src/runtime/model.ts';
import { type LoadOptions, load, type RunOptions } from '../../src/runtime/node.ts';
import type { loadInWorker, WorkerModel } from '../../src/runtime/worker.ts';
import { wideWindow } from '../support/hand-written.ts';
import { entry, fakeEngine, modelFile } from './fake-engine.ts';
import { fakeWorker } from './fake-worker.ts';

const data = (name: string): Uint8Array => readFileSync(`test/data/litenet_digits/${name}`);
const name = 'litenet_digits_int8.tflite';
const { bytes: digits, model: file } = compile(importModel(data(name), name));
const images = new Int8Array(data('test_inputs_int8_nhwc.bin'));
const reference = new Int8Array(data('test_outputs_int8_ref.bin'));
const { operations } = readHeader(digits);

const inWorker = async (...[source, options]: Parameters<typeof loadInWorker>): Promise<WorkerModel> => {
  const { loadInWorker } = await import('../../src/runtime/worker.ts');
  return loadInWorker(source, { ...options, worker: await fakeWorker() });
};

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the limit of operations', () => {
  const bundled = bundle(digits, readFileSync('build/engine.simd.wasm'));
  const ways: Record<string, (options: LoadOptions) => Promise<unknown>> = {
    'a file': (options) => load(digits, options),
    'a file on the scalar tier': (options) => load(digits, { ...options, tier: 'scalar' }),
    'a file for a given engine': (options) =>
      load(digits, { ...options, engine: readFileSync('build/engine.simd.wasm') }),
    'a bundle': (options) => load(bundled, options),
    'a bundle that is a module': async (options) => load(await WebAssembly.compile(bundled as BufferSource), options),
    'a file in a worker': (options) => inWorker(digits, options),
    'a bundle in a worker': (options) => inWorker(bundled, options),
  };

  it.each(Object.entries(ways))(
    'takes %s that needs as many, and refuses one less, naming need and limit',
    async (_, open) => {
      await open({ maxOperations: operations });
      await open({ maxOperations: Infinity });
      await expect(open({ maxOperations: operations - 1 })).rejects.toMatchObject({
        name: 'LiteBlockError',
        code: 'operations-exceeded',
        message: expect.stringContaining(
          `a run takes ${operations} elementary operations, the limit is ${operations - 1}: raise it (maxOperations, `,
        ),
      });
    },
  );

  it('refuses 800 bytes that ask for 2^32 comparisons where less is allowed', async () => {
    const slow = writeModel(wideWindow(1 << 16));
    expect(slow.length).toBeLessThan(900);
    await expect(load(slow, { maxOperations: 1e9 })).rejects.toMatchObject({ code: 'operations-exceeded' });
  });

  it('is 2^36 by default', async () => {
    const slow = writeModel(wideWindow(1 << 19));
    await expect(load(slow)).rejects.toThrow('the limit is 68719476736');
    await load(slow, { maxOperations: Infinity });
  });
});

it('refuses an output larger than the arena, for which run would make an array of any size', async () => {
  const [output] = file.outputs;
  const large = (imageBytes: number) =>
    writeModel({ ...file, outputs: [{ ...(output as typeof output & object), imageBytes }] });
  await expect(load(large(2 ** 31 - 16))).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringMatching(
      /^litenet_digits_int8: the output ".+" has 2147483632 bytes, more than the arena \(\d+\)/,
    ),
  });
  await expect(load(large(file.ramBytes + 1))).rejects.toMatchObject({ code: 'unsupported' });
});

it('asks where few rows of an input lie, however many it has, since each answer writes the padding of its row', () => {
  const input = entry({ imageBytes: 60000, shape: [1, 60000, 1, 1] });
  const tall = modelFile([input], [entry({ imageBytes: 60000 })]);
  const engine = fakeEngine(tall, { rows: 60000, run: () => 0 });
  const asked = { input: 0, output: 0 };
  const counting = {
    ...engine,
    inputRow: (i: number, row: number) => engine.inputRow(i, row) + 0 * asked.input++,
    outputRow: (i: number, row: number) => engine.outputRow(i, row) + 0 * asked.output++,
  };
  new Model(counting, tall, { modelBytes: 0, tier: 'simd' });
  expect(asked.input).toBeLessThanOrEqual(3);
  expect(asked.output).toBeLessThanOrEqual(3);
});

describe('options that are counts', () => {
  const wrong = [Number.NaN, -1, '5', null] as unknown as number[];
  const endless = [...wrong, 0.5, Infinity, -Infinity];

  it.each(['ramBytes', 'maxOperations'] as const)('load refuses a %s that is not a limit', async (option) => {
    for (const value of wrong) {
      await expect(load(digits, { [option]: value }), `${value}`).rejects.toMatchObject({
        code: 'usage',
        message: expect.stringMatching(new RegExp(`^load: ${option}[ :]`)),
      });
    }
  });

  it.each([
    ['runs', [...endless, 0]],
    ['warmup', endless],
    ['milliseconds', [...wrong, 0, Infinity]],
  ] as const)('profile refuses a number of %s with which it would not end', async (option, values) => {
    const model = await load(digits);
    for (const value of values) {
      expect(() => model.profile({ [option]: value }), `${value}`).toThrow(
        expect.objectContaining({
          code: 'usage',
          message: expect.stringMatching(new RegExp(`^profile: ${option}[ :]`)),
        }),
      );
    }
    expect(model.profile({ runs: 1, warmup: 0 }).runs).toBeGreaterThanOrEqual(1);
  });

  it('profile in a worker refuses the same', async () => {
    const model = await inWorker(digits);
    await expect(model.profile({ runs: -1 })).rejects.toMatchObject({ code: 'usage' });
    await expect(model.profile({ warmup: Infinity })).rejects.toMatchObject({ code: 'usage' });
  });

  it('run and profile refuse an option that they do not know', async () => {
    const model = await load(digits);
    expect(() => model.run(images, { maxMiliseconds: 5 } as RunOptions)).toThrow(
      'run: there is no option "maxMiliseconds" (maxMilliseconds)',
    );
    expect(() => model.profile({ run: 5 } as object)).toThrow('profile: there is no option "run"');
  });
});

describe('the limit of time', () => {
  /** A clock of which every reading is a millisecond after the one before. */
  const slowClock = (): void => {
    let time = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => time++);
  };
  const steps = file.schedule.length;
  const [image, answer] = [images.subarray(0, 64), reference.subarray(0, 10)];

  it.each(['simd', 'scalar'] as const)('gives the same bytes within it on the %s tier', async (tier) => {
    const model = await load(digits, { tier });
    expect(model.run(images, { maxMilliseconds: 1e9 })).toEqual([reference]);
    expect(model.run(images, { maxMilliseconds: Infinity })).toEqual([reference]);
  });

  it('stops a run between steps, with a code, and the next run is complete', async () => {
    const model = await load(digits);
    for (const after of [0, 1, 5, steps - 1]) {
      slowClock();
      expect(() => model.run(image, { maxMilliseconds: after }), `${after}`).toThrow(
        expect.objectContaining({
          name: 'LiteBlockError',
          code: 'time-exceeded',
          message: `litenet_digits_int8: the run took longer than ${after} ms and was stopped after ${after} of ${steps} steps`,
        }),
      );
      vi.restoreAllMocks();
      expect(model.run(image)).toEqual([answer]);
      expect(model.run(image, { maxMilliseconds: 1e9 })).toEqual([answer]);
    }
  });

  it('does not throw away a run that was done when the time was over', async () => {
    const model = await load(digits);
    slowClock();
    expect(model.run(image, { maxMilliseconds: steps })).toEqual([answer]);
  });

  it('holds for all images of a call together, and says which one it came to', async () => {
    const model = await load(digits);
    slowClock();
    expect(() => model.run(images, { maxMilliseconds: 2 * steps + 3 })).toThrow(
      `stopped after 3 of ${steps} steps of image 3 of 180`,
    );
  });

  it('holds in a worker, which goes on after it', async () => {
    const model = await inWorker(digits);
    slowClock();
    await expect(model.run(image, { maxMilliseconds: 2 })).rejects.toMatchObject({
      name: 'LiteBlockError',
      code: 'time-exceeded',
    });
    vi.restoreAllMocks();
    expect(await model.run(image)).toEqual([answer]);
  });

  it('refuses a time that is not a number above 0', async () => {
    const model = await load(digits);
    for (const maxMilliseconds of [Number.NaN, -1, '5' as unknown as number]) {
      expect(() => model.run(image, { maxMilliseconds })).toThrow('run: maxMilliseconds');
    }
  });
});

it('loadInWorker says first that a host has no web workers', async () => {
  const { loadInWorker } = await import('../../src/runtime/worker.ts');
  await expect(loadInWorker(new URL('file:///no/such.lbm'))).rejects.toThrow('this host has no web workers');
});
