import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importNetwork } from '../../src/compiler/import-network.ts';
import { realOfPixels } from '../../src/format/preprocessing.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { perTensor, type Tensor } from '../../src/graph/tensor.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { quantize } from '../../src/quantize/quantize.ts';
import { quantizeValues } from '../../src/quantize/range.ts';
import { report } from '../../src/quantize/report.ts';
import { floatEngine } from '../support/float.ts';
import { int8Engine } from '../support/int8-engine.ts';
import { describeShared } from '../support/shared-data.ts';

const digits = new URL('../data/litenet_digits/', import.meta.url).pathname;

interface Manifest {
  readonly test_set: { readonly images: { readonly shape: readonly number[] }; readonly float_top1: number };
  readonly int8_anchor_onnxruntime: { readonly results: Readonly<Record<string, { readonly top1: number }>> };
  readonly int8_anchor_tflite: { readonly top1: Readonly<Record<string, number>> };
}

/** A LiteNet with its images as real inputs. */
function litenet(name: string, folder: string, preprocessing: { readonly mean: number[]; readonly std: number[] }) {
  const network = readFileSync(new URL(`../../examples/networks/litenet-${name}.json`, import.meta.url), 'utf8');
  const manifest = JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8')) as Manifest;
  const size = manifest.test_set.images.shape.slice(1).reduce((product, n) => product * n);
  const images = (file: string): Float32Array[][] => {
    const real = realOfPixels(readFileSync(folder + file), preprocessing);
    return Array.from({ length: real.length / size }, (_, i) => [real.subarray(i * size, (i + 1) * size)]);
  };
  return {
    graph: importNetwork(network, readFileSync(`${folder}litenet_${name}.safetensors`)),
    manifest,
    calibration: images('calib_images_u8.bin'),
    images: images('test_images_u8.bin'),
    labels: readFileSync(`${folder}test_labels_u8.bin`),
  };
}

const argmax = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((best, value, i) => (value > (values[best] as number) ? i : best), 0);

const int8Inputs = (graph: Graph, image: readonly Float32Array[]): Int8Array[] =>
  graph.inputs.map((id, i) => {
    const { scale, zeroPoint } = perTensor(graph.tensors[id] as Tensor);
    return quantizeValues(image[i] as Float32Array, scale, zeroPoint);
  });

const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / flags.length;

/** Top-1 of float and int8, and how often they agree, on the test images. */
async function accuracy({ graph, calibration, images, labels }: ReturnType<typeof litenet>, options = {}) {
  const evaluate = await floatEngine();
  const quantized = quantize(graph, calibration, { evaluate, ...options });
  const runFloat = evaluate(graph);
  const runInt8 = int8Engine()(quantized.graph);
  const float = images.map((image) => argmax(runFloat(image)[0] as Float32Array));
  const int8 = images.map((image) => argmax(runInt8(int8Inputs(quantized.graph, image))[0] as Int8Array));
  return {
    quantized,
    float: share(float.map((label, i) => label === labels[i])),
    int8: share(int8.map((label, i) => label === labels[i])),
    agreement: share(int8.map((label, i) => label === float[i])),
  };
}

const corrected = { evaluateQuantized: int8Engine() };

describe('digits', () => {
  const net = litenet('digits', digits, { mean: [8], std: [8] });

  it.each([
    ['by default', {}],
    ['with biases corrected', corrected],
    ['by min-max', { method: 'min-max' }],
    ['by percentile', { method: 'percentile' }],
  ])('lose at most one image of 180, %s', async (_, options) => {
    const { float, int8, agreement } = await accuracy(net, options);
    expect(float).toBeCloseTo(178 / 180, 9);
    expect(int8).toBeGreaterThanOrEqual(177 / 180 - 1e-9);
    expect(agreement).toBeGreaterThanOrEqual(0.97);
  });

  it('have the bytes of the references in int8', async () => {
    const { graph } = quantize(net.graph, net.calibration, { evaluate: await floatEngine() });
    const [engine, reference] = [int8Engine()(graph), evaluateQuantized(graph)];
    for (const image of net.images.slice(0, 3)) {
      const inputs = int8Inputs(graph, image);
      expect(engine(inputs)).toEqual(reference(inputs));
    }
  });

  it('are quantised to the same bytes whoever executes them', async () => {
    const images = net.calibration.slice(0, 20);
    const evaluate = await floatEngine();
    const scalar = quantize(net.graph, images, { evaluate, evaluateQuantized: int8Engine('scalar') });
    const simd = quantize(net.graph, images, { evaluate, evaluateQuantized: int8Engine('simd') });
    expect(scalar.graph.tensors).toEqual(simd.graph.tensors);
  });

  it('have a report without warnings about their output, in which noise grows with depth', async () => {
    const evaluateFloat = await floatEngine();
    const quantized = quantize(net.graph, net.calibration, { evaluate: evaluateFloat, ...corrected });
    const { layers, warnings } = report(net.graph, quantized, net.images, { evaluateFloat, ...corrected });
    expect(layers.length).toBe(net.graph.nodes.length);
    expect(layers[0]?.output.snrDb).toBeGreaterThan(layers.at(-1)?.output.snrDb ?? Infinity);
    expect(layers.every(({ output }) => output.snrDb > 20)).toBe(true);
    expect(warnings.filter(({ kind }) => kind === 'noisy-output')).toEqual([]);
  });
});

describeShared('LiteNet on 1,000 images', (data) => {
  const folder = (name: string) => `${data}liteblock/litenet_${name}/`;

  /** The better top-1 of ONNX Runtime and TFLite, less one standard error of it. */
  const floorOf = ({ int8_anchor_onnxruntime: onnx, int8_anchor_tflite: tflite }: Manifest, count: number): number => {
    const best = Math.max(...Object.values(onnx.results).map(({ top1 }) => top1), ...Object.values(tflite.top1));
    return best - Math.sqrt((best * (1 - best)) / count);
  };

  it.each([
    ['mnist', 0.969, 0.97, {}],
    ['mnist', 0.969, 0.97, corrected],
    ['cifar', 0.705, 0.965, {}],
    ['cifar', 0.705, 0.965, corrected],
  ])('%s loses at most 0.3 points and stays near other quantisers', async (name, top1, agreed, options) => {
    const net = litenet(name, folder(name), { mean: [127.5], std: [127.5] });
    const { float, int8, agreement } = await accuracy(net, options);
    expect(float).toBeCloseTo(top1, 9);
    expect(int8).toBeGreaterThanOrEqual(float - 0.003 - 1e-9);
    expect(int8).toBeGreaterThanOrEqual(floorOf(net.manifest, 1000));
    expect(agreement).toBeGreaterThanOrEqual(agreed);
  });
});
