import { expect, it } from 'vitest';
import { Model } from '../../src/runtime/model.ts';
import { echo, entry, type FakeOptions, fakeEngine, modelFile } from './fake-engine.ts';

const facts = { modelBytes: 0, tier: 'given' } as const;

/** Two rows of three values that come back as they are. */
function echoing(fields: Parameters<typeof entry>[0] = {}, options: Partial<FakeOptions> = {}): Model {
  const file = modelFile([entry(fields)], [entry({ ...fields, name: 'y' })]);
  return new Model(fakeEngine(file, { rows: 2, run: echo([6]), ...options }), file, facts);
}

it('runs any whole number of images and joins their outputs', () => {
  const values = Int8Array.from([1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6]);
  expect(echoing().run(values)).toEqual([values]);
});

it('takes a view into a larger buffer', () => {
  const values = Int8Array.from({ length: 12 }, (_, i) => i);
  expect(echoing().run(values.subarray(6))).toEqual([values.slice(6)]);
});

it('returns new arrays at every run and leaves the input unchanged', () => {
  const model = echoing();
  const values = Int8Array.from([1, 2, 3, 4, 5, 6]);
  const [first] = model.run(values);
  const [second] = model.run(Int8Array.from([9, 9, 9, 9, 9, 9]));
  expect(first).toEqual(values);
  expect(second).toEqual(Int8Array.from([9, 9, 9, 9, 9, 9]));
  expect([...values]).toEqual([1, 2, 3, 4, 5, 6]);
});

it.each([1, 2])('has the padding of %i rows written anew for every image', (rows) => {
  const padded = 6 + rows * 2;
  const file = modelFile([entry()], [entry({ imageBytes: padded })]);
  const run = (memory: Uint8Array) => {
    echo([padded])(memory);
    memory.fill(0, 1024, 1024 + padded); // as a run that reuses the arena
    return 0;
  };
  const model = new Model(fakeEngine(file, { rows, padding: 1, run }), file, facts);
  const image = rows === 1 ? [99, 1, 2, 3, 4, 5, 6, 99] : [99, 1, 2, 3, 99, 99, 4, 5, 6, 99];
  const [output] = model.run(Int8Array.from([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]));
  expect([...(output as Int8Array)]).toEqual([...image, ...image]);
});

it('gives an input without a batch axis to every image', () => {
  const inputs = [entry(), entry({ name: 'bias', perImage: false, imageBytes: 2, shape: [2] })];
  const outputs = [entry({ name: 'y' }), entry({ name: 'z', imageBytes: 2 })];
  const file = modelFile(inputs, outputs);
  const run = (memory: Uint8Array) => {
    echo([6, 2])(memory);
    memory.fill(0, 1024, 4096);
    return 0;
  };
  const model = new Model(fakeEngine(file, { rows: 1, run }), file, facts);
  const [, z] = model.run(new Int8Array(18), Int8Array.from([7, 8]));
  expect(z).toEqual(Int8Array.from([7, 8, 7, 8, 7, 8]));
  expect(() => model.run(new Int8Array(18), new Int8Array(4))).toThrow(
    /"bias" \(2 i8\): expected 2 values once for all images, got 4/,
  );
});

it('gives float inputs and outputs unchanged, NaN too', () => {
  const model = echoing({ dtype: 'f32', imageBytes: 24, scale: 0 }, { run: echo([24]) });
  const values = Float32Array.from([0.1, -0, Number.NaN, Infinity, 3e38, 1e-45]);
  expect(model.run(values)).toEqual([values]);
  expect(() => model.run(Float64Array.from(values) as unknown as Float32Array)).toThrow(
    'input 0 "x" (1×2×3×1 f32): expected Float32Array, got Float64Array',
  );
  expect(() => model.run(values.subarray(1))).toThrow('expected 6 values for each image, got 5');
});

it.each([
  ['i32', Int32Array.of(3, -1)],
  ['i64', BigInt64Array.of(3n, -1n)],
] as const)('gives indices in %s unchanged', (dtype, indices) => {
  const bytes = indices.byteLength;
  const file = modelFile([entry({ imageBytes: bytes })], [entry({ name: 'y', dtype, imageBytes: bytes })]);
  const model = new Model(fakeEngine(file, { rows: 1, run: echo([bytes]) }), file, facts);
  expect(model.run(new Int8Array(indices.buffer))).toEqual([indices]);
});

it('quantises float values half away from zero, in float32, and clamps', () => {
  const values = Float32Array.from([0.25, 0.75, -0.25, -0.75, 1000, Number.NEGATIVE_INFINITY]);
  expect(echoing().run(values)).toEqual([Int8Array.from([1, 2, -1, -2, 127, -128])]);
  expect(echoing({ dtype: 'u8', zeroPoint: 3 }).run(values)).toEqual([Uint8Array.from([4, 5, 2, 1, 255, 0])]);
});

it('takes no float values for an input without a scale', () => {
  expect(() => echoing({ scale: 0 }).run(new Float32Array(6))).toThrow(
    'input 0 "x" (1×2×3×1 i8): expected Int8Array, got Float32Array',
  );
  expect(echoing({ scale: 0 }).run(new Int8Array(6))).toEqual([new Int8Array(6)]);
});

it('says which value is not a number', () => {
  expect(() => echoing().run(Float32Array.from([0, Number.NaN, 0, 0, 0, 0]))).toThrow('value 1 is NaN');
});

it('refuses values of another type, naming the input and the type that it takes', () => {
  const message =
    'input 0 "x" (1×2×3×1 i8): expected Int8Array of quantised values or a Float32Array of float values, got Uint8Array';
  expect(() => echoing().run(new Uint8Array(6))).toThrow(message);
  expect(() => echoing({ dtype: 'u8' }).run(new Int8Array(6))).toThrow('Uint8Array of quantised values');
  expect(() => echoing().run([1, 2] as unknown as Int8Array)).toThrow('got Array');
});

it('refuses part of an image, no image, and another number of inputs', () => {
  expect(() => echoing().run(new Int8Array(7))).toThrow('expected 6 values for each image, got 7');
  expect(() => echoing().run(new Int8Array(0))).toThrow('expected 6 values for each image, got 0');
  expect(() => echoing().run()).toThrow('run: inputs: expected 1, got 0: input 0 "x" (1×2×3×1 i8)');
});

it('refuses inputs that hold different numbers of images', () => {
  const file = modelFile([entry(), entry({ name: 'x2' })], [entry()]);
  const model = new Model(fakeEngine(file, { rows: 1, run: echo([6]) }), file, facts);
  expect(() => model.run(new Int8Array(6), new Int8Array(12))).toThrow(
    'different numbers of images: 1 in input 0 "x" (1×2×3×1 i8), 2 in input 1 "x2" (1×2×3×1 i8)',
  );
});

it('turns a trap into an error and can be run again', () => {
  let trap = true;
  const run = (memory: Uint8Array) => {
    if (trap) throw new WebAssembly.RuntimeError('unreachable');
    return echo([6])(memory);
  };
  const model = echoing({}, { run });
  expect(() => model.run(new Int8Array(6))).toThrow(
    expect.objectContaining({ code: 'engine', message: 'fake: the engine trapped: unreachable' }),
  );
  trap = false;
  expect(model.run(new Int8Array(6))).toEqual([new Int8Array(6)]);
});

it('does not run once disposed of', () => {
  const model = echoing();
  model[Symbol.dispose]();
  expect(() => model.run(new Int8Array(6))).toThrow(expect.objectContaining({ code: 'disposed' }));
});

it('refuses an engine whose rows do not add up to an image of the file', () => {
  const file = modelFile([entry({ imageBytes: 7 })], [entry()]);
  const engine = { ...fakeEngine(file, { rows: 1, run: echo([6]) }), inputRowBytes: () => 6 };
  expect(() => new Model(engine, file, facts)).toThrow('1 rows of 6 bytes in the engine, 7 bytes in the file');
});
