import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Profile } from '../../src/runtime/profile.ts';
import type { Request } from '../../src/runtime/worker-messages.ts';
import { WorkerModel } from '../../src/runtime/worker-model.ts';
import { WorkerPort } from '../../src/runtime/worker-port.ts';

/** A worker that answers when the test says so. test/browser has real ones. */
class FakeWorker {
  readonly requests: Request[] = [];
  ended = false;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  onerror: ((event: { message?: string }) => void) | null = null;

  postMessage(request: Request): void {
    this.requests.push(structuredClone(request));
  }

  terminate(): void {
    this.ended = true;
  }

  say(data: unknown): void {
    this.onmessage?.({ data });
  }
}

let worker: FakeWorker;
let port: WorkerPort;

beforeEach(() => {
  vi.useFakeTimers();
  worker = new FakeWorker();
  port = new WorkerPort(worker as unknown as Worker);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const facts = {
  name: 'm',
  inputs: [],
  outputs: [],
  labels: [],
  preprocessing: undefined,
  variables: [],
  postprocess: undefined,
  tier: 'simd',
} as const;
const model = () => new WorkerModel(port, { ...facts, ramBytes: 1, modelBytes: 1, memoryBytes: 1 });
const engineError = (message: string) => expect.objectContaining({ code: 'engine', message: `worker: ${message}` });
const request = { source: new Uint8Array(1), name: undefined, options: {} };

it('rejects waiting and later calls once the worker was terminated by its object', async () => {
  const [one, two] = [port.load(request), port.run([], {})];
  (worker as unknown as Worker).terminate();
  const over = engineError('it was terminated; load the model again');
  await expect(one).rejects.toEqual(over);
  await expect(two).rejects.toEqual(over);
  await expect(port.run([], {})).rejects.toEqual(over);
  expect(worker.ended).toBe(true);
});

it('rejects waiting calls when the lock of the worker becomes free', async () => {
  const granted: (() => void)[] = [];
  const names: string[] = [];
  const locks = {
    request: async (name: string, callback: () => void) => {
      names.push(name);
      granted.push(callback);
    },
  };
  vi.stubGlobal('navigator', { locks });
  const loading = port.load(request);
  expect(names).toEqual([]); // the worker must have it first
  worker.say({ started: true, holdsLock: true });
  const [sent] = worker.requests;
  expect(sent?.kind === 'load' && [sent.load.lock]).toEqual(names);
  granted[0]?.();
  await expect(loading).rejects.toEqual(engineError('it ended before the model was disposed of; load the model again'));
});

it('refuses a worker that does not begin to load, which was terminated before', async () => {
  const loading = port.load(request);
  vi.advanceTimersByTime(60_000);
  await expect(loading).rejects.toEqual(
    engineError('it does not answer: it was terminated, or its script could not be loaded'),
  );
});

it('waits for a worker that has begun to load, for as long as it takes', async () => {
  const loading = port.load(request);
  worker.say({ started: true, holdsLock: false });
  vi.advanceTimersByTime(600_000);
  worker.say({ id: 0, value: facts });
  await expect(loading).resolves.toEqual(facts);
});

it.each([
  ['crashes', (fake: FakeWorker) => fake.onerror?.({ message: 'out of memory' }), 'worker: out of memory'],
  ['cannot be started', (fake: FakeWorker) => fake.onerror?.({}), 'worker: it could not be started'],
  ['answers what cannot be read', (fake: FakeWorker) => fake.onmessageerror?.(), 'worker: its answer could not'],
])('refuses what waits when the worker %s', async (_, fail, message) => {
  const waiting = port.run([], {});
  fail(worker);
  await expect(waiting).rejects.toThrow(expect.objectContaining({ code: 'engine' }));
  await expect(waiting).rejects.toThrow(message);
});

it('refuses inputs whose buffer was transferred, naming the input', async () => {
  const detached = new Int8Array(4);
  structuredClone(detached, { transfer: [detached.buffer] });
  for (const ask of [model().run(new Int8Array(1), detached), model().profile(new Int8Array(1), detached)]) {
    await expect(ask).rejects.toMatchObject({
      code: 'input',
      message: expect.stringMatching(/^(run|profile): input 1: its buffer was transferred elsewhere/),
    });
  }
});

it('refuses what cannot be sent', async () => {
  vi.spyOn(worker, 'postMessage').mockImplementation(() => {
    throw new DOMException('it could not be cloned', 'DataCloneError');
  });
  await expect(port.run([new Int8Array(1)], {})).rejects.toMatchObject({
    code: 'input',
    message: 'worker: the arguments cannot be sent to it: it could not be cloned',
  });
});

it('copies a Buffer, whose own slice is not a copy, so that the buffer of the caller stays', async () => {
  const mine = Buffer.from([1, 2, 3]);
  void model().run(mine);
  await Promise.resolve();
  const [sent] = worker.requests;
  expect(sent?.kind === 'run' && sent.inputs[0]?.length).toBe(3);
  expect(sent?.kind === 'run' && sent.inputs[0]?.buffer.byteLength).toBe(3);
});

const profile = { runs: 1, medianMs: 1, minMs: 1, macs: 0, gmacsPerSecond: 0, stages: [] } satisfies Profile;

it('calls the listener of a profile, which does not travel', async () => {
  const shares: number[] = [];
  const timed = model().profile({ runs: 3, onProgress: (share) => void shares.push(share) });
  await Promise.resolve();
  expect(worker.requests).toEqual([{ id: 0, kind: 'profile', inputs: [], options: { runs: 3 }, progress: true }]);
  for (const progress of [0.5, 1]) worker.say({ id: 0, progress });
  worker.say({ id: 0, value: profile });
  expect(await timed).toEqual(profile);
  expect(shares).toEqual([0.5, 1]);
});

it('rejects a profile with the error of its listener, and with disposed if the listener disposes of the model', async () => {
  const thrown = new Error('enough');
  const first = model().profile({
    onProgress: () => {
      throw thrown;
    },
  });
  const disposing = model();
  const second = disposing.profile({ onProgress: () => disposing.dispose() });
  await Promise.resolve();
  for (const id of [0, 1]) worker.say({ id, progress: 0.5 });
  await expect(first).rejects.toBe(thrown);
  await expect(second).rejects.toMatchObject({ code: 'disposed' });
});

it('gives an error of the worker with its code', async () => {
  const waiting = port.run([], {});
  worker.say({ id: 0, failure: { code: 'input', message: 'no', problems: [] } });
  await expect(waiting).rejects.toMatchObject({ name: 'LiteBlockError', code: 'input', message: 'no' });
});
