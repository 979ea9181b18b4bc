import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/compiler/compile.ts';
import { importFile, importUnlowered } from '../../../src/compiler/import-file.ts';
import { producersOf } from '../../../src/graph/graph.ts';
import { modelKind } from '../../../src/jobs/model-kind.ts';
import { evaluateQuantized } from '../../../src/ops/evaluate.ts';
import { dequantized } from '../../support/float.ts';
import { int8Engine } from '../../support/int8-engine.ts';
import { checkParity, greatest, quantizedTo, single } from '../../support/quantize-dequantize.ts';
import { describeShared } from '../../support/shared-data.ts';
import { imagesOf } from '../pytorch/nchw.ts';

const files = [
  ['litenet', 'litenet.qdq', 48],
  ['litenet', 'litenet.qoperator', 48],
  ['mobilenet_v2_035', 'mobilenet_v2_035.qdq', 96],
  ['mobilenet_v2_035', 'mobilenet_v2_035.qoperator', 96],
] as const;

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Networks and outputs of ONNX Runtime (scripts/make-onnx-cases.py). */
const folder = 'test/data/onnx/quantized';
const { cases, digits } = JSON.parse(readFileSync(`${folder}/cases.json`, 'utf8')) as {
  readonly cases: Readonly<Record<string, { readonly inputs: readonly Values[]; readonly outputs: readonly Values[] }>>;
  readonly digits: Readonly<Record<string, readonly Values[]>>;
};
const valuesOf = ({ shape, data }: Values): Float32Array => imagesOf(Float32Array.from(data), shape)[0];

/** How near the outputs are to their mean: what an answer that is always the same would get. */
function constantDecibels(recorded: Float32Array, count: number): number {
  const classes = recorded.length / count;
  const mean = Array.from({ length: classes }, (_, k) =>
    Array.from({ length: count }, (_, i) => recorded[i * classes + k] / count).reduce((sum, value) => sum + value, 0),
  );
  const signal = recorded.reduce((sum, value) => sum + value ** 2, 0);
  const noise = recorded.reduce((sum, value, i) => sum + (value - mean[i % classes]) ** 2, 0);
  return 10 * Math.log10(signal / noise);
}

it('has every quantised network that there is a case for, and no other', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.onnx'));
  expect(files.sort()).toEqual(
    Object.keys(cases)
      .map((name) => `${name}.onnx`)
      .sort(),
  );
});

describe.each(Object.entries(cases))('%s', (name, { inputs, outputs }) => {
  it('is within a step of ONNX Runtime, with the same bytes on both tiers', async () => {
    const graph = await importUnlowered(new Uint8Array(readFileSync(`${folder}/${name}.onnx`)), name);
    const [reference, simd, scalar] = [evaluateQuantized, int8Engine('simd'), int8Engine('scalar')].map((run) =>
      run(graph),
    );
    const [input, output] = [graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]].map(single);
    for (const [i, each] of inputs.entries()) {
      const x = quantizedTo(valuesOf(each), input);
      const [[y], [first], [second]] = [reference([x]), simd([x]), scalar([x])];
      expect(first).toEqual(y);
      expect(second).toEqual(y);
      const theirs = valuesOf(outputs[i]);
      expect(y.length).toBe(theirs.length);
      const steps = Array.from(theirs, (value, k) =>
        Math.abs(value / output.scale - (Number(y[k]) - output.zeroPoint)),
      );
      expect(Math.max(...steps)).toBeLessThan(1.001);
      // A constant answer is further away.
      expect(Math.max(...theirs) - Math.min(...theirs)).toBeGreaterThan(4 * output.scale);
    }
  });
});

it.each(Object.entries(digits))(
  'digits, as ONNX Runtime quantised them, keep their numbers: %s',
  async (file, outputs) => {
    const bytes = new Uint8Array(readFileSync(`test/data/litenet_digits/${file}.onnx`));
    const pixels = new Uint8Array(readFileSync('test/data/litenet_digits/test_images_u8.bin'));
    const images = outputs.map((_, i) =>
      Float32Array.from(pixels.subarray(i * 64, i * 64 + 64), (value) => value / 8 - 1),
    );
    const recorded = Float32Array.from(outputs.flatMap(({ data }) => data));
    const graph = await importUnlowered(bytes, file);
    const { same, decibels } = checkParity(graph, dequantized(graph), images, recorded, 5);
    expect(same).toBe(images.length);
    expect(decibels).toBeGreaterThan(40);
    expect(constantDecibels(recorded, images.length)).toBeLessThan(6);
  },
);

describeShared('networks that ONNX Runtime quantised', (data) => {
  const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${data}pytorch/${name}`));
  const reals = (name: string): Float32Array => new Float32Array(bytesOf(name).buffer);

  it.each(files)('%s keeps its numbers: %s', async (name, file, size) => {
    const graph = await importUnlowered(bytesOf(`${file}.onnx`), file);
    const images = imagesOf(reals(`${name}.in.f32.bin`), [8, 3, size, size]);
    const recorded = reals(`${file}.out.f32.bin`);
    const { same, decibels } = checkParity(graph, dequantized(graph), images, recorded);
    expect(same).toBe(8);
    // The plain evaluation gives the recorded outputs, but for sums in another order.
    expect(decibels).toBeGreaterThan(40);
    expect(constantDecibels(recorded, 8)).toBeLessThan(6);
    expect(new Set(images.map((_, i) => greatest(recorded.subarray(i * 10, i * 10 + 10)))).size).toBeGreaterThan(1);
  });

  it.each(files)('%s has the scales of the file, and compiles without images: %s', async (_, file) => {
    const bytes = bytesOf(`${file}.onnx`);
    expect(modelKind(bytes, file)).toBe('int8');
    const graph = await importFile(bytes, file);
    const producers = producersOf(graph);
    expect(graph.tensors.every(({ dtype }, id) => !producers.has(id) || dtype === 'i8')).toBe(true);
    expect(compile(graph).bytes.length).toBeGreaterThan(1000);
  });
});

describeShared('LiteNets that ONNX Runtime quantised', (data) => {
  const forms = ['ort_int8_minmax_perchannel', 'ort_int8_minmax_pertensor'];
  const networks = ['digits', 'mnist', 'cifar'].flatMap((name) => forms.map((form) => [name, form] as const));
  /** Of what ONNX Runtime gets of the test images: a step in a logit moves an image or two. */
  const most = (count: number): number => Math.max(0.003, 1.5 / count);

  it.each(networks)('litenet_%s has the accuracy of ONNX Runtime: %s', async (name, form) => {
    const folder = `${data}liteblock/litenet_${name}`;
    const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, 'utf8'));
    const { top1 } = manifest.int8_anchor_onnxruntime.results[form];
    const graph = await importFile(new Uint8Array(readFileSync(`${folder}/${form}.onnx`)), form);
    const run = int8Engine('simd')(graph);
    const input = single(graph.tensors[graph.inputs[0]]);
    const [pixels, labels] = ['images', 'labels'].map(
      (what) => new Uint8Array(readFileSync(`${folder}/test_${what}_u8.bin`)),
    );
    const size = pixels.length / labels.length;
    const step = name === 'digits' ? 8 : 127.5;
    let right = 0;
    for (const [i, label] of labels.entries()) {
      const x = Float32Array.from(pixels.subarray(i * size, (i + 1) * size), (value) => value / step - 1);
      const [y] = run([quantizedTo(x, input)]);
      if (greatest(y as Int8Array) === label) right++;
    }
    expect(Math.abs(right / labels.length - top1)).toBeLessThan(most(labels.length));
  });
});
