import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import * as runtime from '../../src/runtime/node.ts';
import { newOutput } from '../../src/runtime/values.ts';
import { loadInWorker } from '../../src/runtime/worker.ts';
import { listener, object, refusesWrong, thrownBy, type WrongPlace } from '../support/wrong-values.ts';

/** Callers without types: whatever they give, every public function throws a LiteBlockError that says what it expected. */

const path = 'test/data/litenet_digits/litenet_digits_int8.tflite';
const { bytes } = compile(importModel(readFileSync(path), path));
const model = await runtime.load(bytes);
const [input] = model.inputs;

const detached = new Uint8Array(bytes);
structuredClone(detached, { transfer: [detached.buffer] });

const nothings = [
  null,
  undefined,
  7,
  'x',
  true,
  Symbol('s'),
  1n,
  [],
  object,
  listener,
  new Date(0),
  new DataView(new ArrayBuffer(8)),
];

type Any = (...args: readonly unknown[]) => unknown;
const any = (fn: unknown): Any => fn as Any;
const pixels = { data: new Uint8Array(12), width: 2, height: 2 };
const method = (name: 'run' | 'profile'): Any => any(model[name].bind(model));

/** Calls with one wrong argument; those of `but` are right in this place. */
const places: readonly WrongPlace[] = [
  ['load: source', (wrong) => any(runtime.load)(wrong)],
  ['load: options', (wrong) => any(runtime.load)(bytes, wrong), [undefined, object]],
  ['load: tier', (wrong) => any(runtime.load)(bytes, { tier: wrong }), [undefined]],
  ['load: ramBytes', (wrong) => any(runtime.load)(bytes, { ramBytes: wrong }), [undefined]],
  ['load: selfTest', (wrong) => any(runtime.load)(bytes, { selfTest: wrong }), [undefined, true]],
  ['load: engine', (wrong) => any(runtime.load)(bytes, { engine: wrong }), [undefined]],
  ['load: onProgress', (wrong) => any(runtime.load)(bytes, { onProgress: wrong }), [undefined, listener]],
  ['loadInWorker: source', (wrong) => any(loadInWorker)(wrong)],
  ['loadInWorker: options', (wrong) => any(loadInWorker)(bytes, wrong)],
  ['loadInWorker: worker', (wrong) => any(loadInWorker)(bytes, { worker: wrong })],
  ['loadInWorker: ramBytes', (wrong) => any(loadInWorker)(bytes, { ramBytes: wrong })],
  ['new Model: engine', (wrong) => new (any(runtime.Model) as unknown as new (engine: unknown) => unknown)(wrong)],
  ['run: input', (wrong) => method('run')(wrong)],
  ['profile: input', (wrong) => method('profile')(wrong, { runs: 1 })],
  ['profile: options', (wrong) => method('profile')(wrong), [object]],
  ['profile: runs', (wrong) => method('profile')({ runs: wrong, milliseconds: 1 }), [undefined, 7]],
  ['inputOfImage: model', (wrong) => any(runtime.inputOfImage)(wrong, pixels)],
  ['inputOfImage: inputs', (wrong) => any(runtime.inputOfImage)({ inputs: [wrong] }, pixels)],
  ['inputOfImage: image', (wrong) => any(runtime.inputOfImage)(model, wrong)],
  ['inputOfImage: data', (wrong) => any(runtime.inputOfImage)(model, { ...pixels, data: wrong })],
  ['inputOfImage: width', (wrong) => any(runtime.inputOfImage)(model, { ...pixels, width: wrong })],
  ['pixelsOfImage: image', (wrong) => any(runtime.pixelsOfImage)(wrong, [2, 2, 3])],
  ['pixelsOfImage: shape', (wrong) => any(runtime.pixelsOfImage)(pixels, wrong)],
  ['pixelsOfImage: height', (wrong) => any(runtime.pixelsOfImage)(pixels, [wrong, 2, 3]), [7]],
  ['resizePixels: image', (wrong) => any(runtime.resizePixels)(wrong, pixels)],
  ['resizePixels: size', (wrong) => any(runtime.resizePixels)(pixels, wrong)],
  ['resizePixels: height', (wrong) => any(runtime.resizePixels)(pixels, { width: 2, height: wrong }), [7]],
  ['resizePixels: channels', (wrong) => any(runtime.resizePixels)(pixels, pixels, wrong), [null, undefined]],
  ['valuesOfPixels: pixels', (wrong) => any(runtime.valuesOfPixels)(wrong, input)],
  ['valuesOfPixels: input', (wrong) => any(runtime.valuesOfPixels)(pixels.data, wrong)],
  [
    'valuesOfPixels: preprocessing',
    (wrong) => any(runtime.valuesOfPixels)(pixels.data, input, wrong),
    [null, undefined],
  ],
  ['valuesOfPixels: mean', (wrong) => any(runtime.valuesOfPixels)(pixels.data, input, { mean: wrong, std: [1] })],
  ['realOfPixels: pixels', (wrong) => any(runtime.realOfPixels)(wrong, { mean: [1], std: [1] })],
  ['realOfPixels: preprocessing', (wrong) => any(runtime.realOfPixels)(pixels.data, wrong)],
];

refusesWrong(places, nothings);

it('load(model, null) says that options are an object', async () => {
  expect(await thrownBy(() => any(runtime.load)(bytes, null))).toMatchObject({
    code: 'input',
    message: 'load: options: expected Object, got Null',
  });
});

it('bytes whose buffer was transferred are refused', async () => {
  expect(await thrownBy(() => runtime.load(detached))).toMatchObject({ code: 'file-truncated' });
  const values = new Int8Array(64);
  structuredClone(values, { transfer: [values.buffer] });
  expect(await thrownBy(() => model.run(values))).toMatchObject({
    code: 'input',
    message: expect.stringContaining('expected 64 values for each image, got 0'),
  });
});

it('a batch whose outputs cannot be allocated is refused in words', () => {
  const [output] = model.outputs;
  expect(() => newOutput({ ...(output as runtime.Interface), operand: 0 }, 2 ** 50)).toThrow(
    expect.objectContaining({ code: 'memory', message: expect.stringContaining('run fewer images at once') }),
  );
});

it.skipIf(process.platform === 'win32')('a path to what may have no end is refused before it is opened', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'liteblock-'));
  try {
    execFileSync('mkfifo', [join(folder, 'p')]);
    for (const path of [join(folder, 'p'), '/dev/zero']) {
      expect(await thrownBy(() => runtime.load(path))).toMatchObject({
        code: 'file-unreadable',
        message: `${path}: it is a pipe, socket or device, not a file: read it and give its bytes`,
      });
    }
    expect(await thrownBy(() => runtime.load(folder))).toMatchObject({ code: 'file-unreadable' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
