import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importNetwork } from '../../src/compiler/import-network.ts';
import { readModel } from '../../src/format/read.ts';
import type { EngineModules } from '../../src/jobs/engines.ts';
import { evaluatorsOf } from '../../src/jobs/evaluators.ts';
import type { ImageSource } from '../../src/jobs/image-values.ts';
import { previewInt8 } from '../../src/jobs/preview-int8.ts';
import { quantizeModel } from '../../src/jobs/quantize-model.ts';
import { cli, digits, temporary } from '../cli/cli.ts';

const engines: EngineModules = async (name) =>
  WebAssembly.compile(new Uint8Array(readFileSync(`build/engine.${name}.wasm`)));
const evaluators = await evaluatorsOf(engines);

const network = 'examples/networks/litenet-digits.json';
const weights = digits('litenet_digits.safetensors');
const graph = importNetwork(readFileSync(network, 'utf8'), new Uint8Array(readFileSync(weights)), { source: network });

const data = digits('calib_images_u8.bin');
const pixels = new Uint8Array(readFileSync(data));
const imagesOf = (values: Uint8Array | Float32Array | Int8Array): ImageSource => ({
  count: values.length / 64,
  at: (i) => values.subarray(64 * i, 64 * (i + 1)),
  file: () => data,
});

it('gives the bytes of liteblock quantize, warns once if mean and std are missing, and stores those that it used', async () => {
  const lbm = temporary()('digits.lbm');
  const args = ['quantize', network, '--weights', weights, '--data', data, '--images', '20', '-o', lbm];
  expect((await cli(...args)).status).toBe(0);
  const steps = new Map<string | undefined, number>();
  let unsaid = 0;
  const { compiled, agreement, report } = quantizeModel(graph, imagesOf(pixels), evaluators, {
    images: 20,
    onProgress: (done, total, what) => steps.set(what, done / total),
    onUnsaidPixels: () => unsaid++,
  });
  expect(Buffer.from(compiled.bytes).equals(readFileSync(lbm))).toBe(true);
  expect(readModel(compiled.bytes, 'm').metadata.preprocessing).toEqual({ mean: [0], std: [1] });
  expect({ unsaid, images: agreement.images, calibrated: report.calibrationImages }).toEqual({
    unsaid: 1,
    images: 20,
    calibrated: 20,
  });
  expect([...steps]).toEqual([
    ['calibrating', 1],
    ['correcting biases', 1],
    ['comparing', 1],
  ]);
});

it('stores no mean and std for float values, and refuses quantised ones by their file', () => {
  const options = { images: 2, method: 'min-max' as const, onProgress: () => {} };
  const fail = (): never => expect.fail('there are no pixels');
  const real = Float32Array.from(pixels, (value) => value / 16);
  const { compiled } = quantizeModel(graph, imagesOf(real), evaluators, { ...options, onUnsaidPixels: fail });
  expect(readModel(compiled.bytes, 'm').metadata.preprocessing).toBeUndefined();
  const quantized = imagesOf(new Int8Array(128));
  expect(() => quantizeModel(graph, quantized, evaluators, { ...options, onUnsaidPixels: fail })).toThrow(
    `${data}: i8 values, but a float network takes u8 pixels or f32 values`,
  );
});

it('shows a float network as the int8 model of its size, with ranges that are measured', async () => {
  const { measured, model } = await previewInt8(graph, network, engines);
  expect(measured).toBe(true);
  expect(model.digest).toBeUndefined();
  const { compiled } = quantizeModel(graph, imagesOf(pixels), evaluators, {
    images: 4,
    onProgress: () => {},
    onUnsaidPixels: () => {},
  });
  expect(model.ramBytes).toBe(compiled.model.ramBytes);
});

it('also takes one array per image, and needs no callbacks', () => {
  const list = Array.from({ length: 20 }, (_, i) => pixels.subarray(64 * i, 64 * (i + 1)));
  const [ofList, ofSource] = [list, imagesOf(pixels)].map((given) =>
    Buffer.from(quantizeModel(graph, given, evaluators, { images: 20 }).compiled.bytes),
  ) as [Buffer, Buffer];
  expect(ofList.equals(ofSource)).toBe(true);
  expect(() => quantizeModel(graph, {} as never, evaluators)).toThrow('quantizeModel: images: expected an object with');
  expect(() => quantizeModel(graph, list, {} as never)).toThrow('quantizeModel: evaluators: expected an object with');
});
