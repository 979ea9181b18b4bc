import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importCompleted, importFile } from '../../src/compiler/import-file.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { completeQuantized } from '../../src/jobs/complete-quantized.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { quantize } from '../../src/quantize/quantize.ts';
import { imagesOf } from '../import/pytorch/nchw.ts';
import { int8Engine } from '../support/int8-engine.ts';
import { greatest, quantizedTo, single } from '../support/quantize-dequantize.ts';

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const bytesOf = (path: string): Uint8Array => new Uint8Array(readFileSync(`test/data/${path}`));
const jsonOf = (path: string) => JSON.parse(new TextDecoder().decode(bytesOf(path)));
const valuesOf = ({ shape, data }: Values): Float32Array[] => imagesOf(Float32Array.from(data), shape);

const { input, calibration, outputs } = jsonOf('pytorch/quantized/cases.json') as {
  readonly input: Values;
  readonly calibration: Values;
  readonly outputs: Readonly<Record<string, Values>>;
};
const { between } = jsonOf('onnx/quantized/cases.json') as {
  readonly between: { readonly inputs: readonly Values[]; readonly outputs: readonly Values[] };
};
const evaluators = { evaluate: evaluateFloat, evaluateQuantized };
const calibrated = (images: readonly Float32Array[]) => (real: Graph) =>
  quantize(
    real,
    images.map((image) => [image]),
    evaluators,
  ).graph;

const run = (graph: Graph, image: Float32Array): Int8Array => {
  const x = quantizedTo(image, single(graph.tensors[graph.inputs[0]]));
  const [[y], [simd], [scalar]] = [evaluateQuantized, int8Engine('simd'), int8Engine('scalar')].map((start) =>
    start(graph)([x]),
  );
  expect(simd).toEqual(y);
  expect(scalar).toEqual(y);
  return y as Int8Array;
};

it('names all that a .pt2 leaves in real values, and calibrates it on images', async () => {
  const bytes = bytesOf('pytorch/quantized/real-between.pt2');
  const error = await importFile(bytes, 'net.pt2').catch((cause) => cause);
  expect(error.code).toBe('unsupported');
  const named = error.problems.map(({ name }: { readonly name: string }) => name);
  // A layer of real weights whose output is quantised, a function, and a layer of which neither is.
  expect(named).toEqual(['point', 'sigmoid', 'fc', 'fc']);

  const images = valuesOf(calibration);
  const { graph, calibrated: tensors } = await importCompleted(bytes, 'net.pt2', {}, calibrated(images));
  expect(tensors.length).toBeGreaterThan(1);
  const scales = (each: Graph) => each.nodes.map(({ outputs: [id] }) => each.tensors[id].quantization);
  // What the file quantises has its scales: the first layers, as in the program that is quantised throughout.
  const whole = await importFile(bytesOf('pytorch/quantized/int8-channel.pt2'), 'whole.pt2');
  expect(scales(graph).slice(0, 2)).toEqual(scales(whole).slice(0, 2));
  const theirs = outputs['real-between'].data;
  for (const [i, image] of valuesOf(input).entries()) {
    expect(greatest(run(graph, image))).toBe(greatest(theirs.slice(i * 5, i * 5 + 5)));
  }
});

it('names all that an .onnx leaves in real values, and calibrates it on images', async () => {
  const bytes = bytesOf('onnx/real-between.onnx');
  const error = await importFile(bytes, 'net.onnx').catch((cause) => cause);
  expect(error.code).toBe('unsupported');
  const named = error.problems.map(({ op }: { readonly op: string }) => op);
  // x · sigmoid(x), which is one operator here, and the convolution behind it.
  expect(named).toEqual([expect.any(String), 'Conv']);
  expect(error.message).toMatch(/give images to quantize/);

  const images = between.inputs.flatMap(valuesOf);
  const { graph } = await importCompleted(bytes, 'net.onnx', {}, calibrated(images));
  const output = single(graph.tensors[graph.outputs[0]]);
  expect(output.scale).toBeCloseTo(8 / 255, 6);
  let [signal, noise] = [0, 0];
  for (const [i, image] of images.entries()) {
    const [theirs] = valuesOf(between.outputs[i]);
    for (const [k, q] of run(graph, image).entries()) {
      signal += theirs[k] ** 2;
      noise += (theirs[k] - output.scale * (q - output.zeroPoint)) ** 2;
    }
  }
  expect(10 * Math.log10(signal / noise)).toBeGreaterThan(25);
});

it('makes the same .lbm of the same images, and counts how often its class is that of real values', async () => {
  const bytes = bytesOf('pytorch/quantized/real-between.pt2');
  const images = valuesOf(calibration);
  const make = () => completeQuantized(bytes, 'net.pt2', {}, async () => images, evaluators);
  const [first, second] = [await make(), await make()];
  expect(second.compiled.bytes).toEqual(first.compiled.bytes);
  expect(first.agreement.images).toBe(images.length);
});

it('plans the model within the RAM that it is given, as a float one', async () => {
  const bytes = bytesOf('pytorch/quantized/real-between.pt2');
  const make = completeQuantized(bytes, 'net.pt2', {}, async () => valuesOf(calibration), evaluators, { ramBytes: 1 });
  await expect(make).rejects.toMatchObject({ code: 'ram-exceeded' });
});
