import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importModel } from '../../src/compiler/import-model.ts';
import { importNetwork, importSeeded } from '../../src/compiler/import-network.ts';
import type { Preprocessing } from '../../src/format/model-file.ts';
import { type Graph, nhwc } from '../../src/graph/graph.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { isNpy, readNpy } from '../../src/import/npy/read-npy.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { type QuantizeOptions, quantize } from '../../src/quantize/quantize.ts';
import { floatEngine } from '../support/float.ts';
import { describeShared } from '../support/shared-data.ts';

const folder = 'test/data/litenet_digits/';
const json = readFileSync('examples/networks/litenet-digits.json', 'utf8');
const digits = importNetwork(json, readFileSync(`${folder}litenet_digits.safetensors`));
const pixels = readFileSync(`${folder}calib_images_u8.bin`);
/** What the network was trained with: −1 to 1 of pixels from 0 to 16. */
const trained: Preprocessing = { mean: [8], std: [8] };

type Meaning = (pixel: number, channel: number) => number;

const by =
  ({ mean, std }: Preprocessing): Meaning =>
  (pixel, c) =>
    (pixel - (mean[c % mean.length] as number)) / (std[c % std.length] as number);

/** The first images of `bytes`, by a meaning of pixels. */
function imagesOf(bytes: Uint8Array, graph: Graph, meaning: Meaning, count: number): Float32Array[][] {
  const [, h, w, c] = nhwc(graph.tensors[graph.inputs[0] as number] as Tensor);
  const size = h * w * c;
  return Array.from({ length: Math.min(count, bytes.length / size) }, (_, i) => [
    Float32Array.from(bytes.subarray(i * size, (i + 1) * size), (pixel, k) => meaning(pixel, k % c)),
  ]);
}

function found(graph: Graph, images: Float32Array[][], options: Partial<QuantizeOptions> = {}) {
  return quantize(graph, images, { method: 'min-max', evaluate: evaluateFloat, ...options }).inputFindings;
}

const digitImages = (meaning: Meaning, count = 32) => imagesOf(pixels, digits, meaning, count);
const kindsOf = (...args: Parameters<typeof found>) => found(...args).map(({ kind }) => kind);

describe('images of a trained network', () => {
  it('raise nothing where mean and std are those of the training, for pixels and for float values', () => {
    for (const count of [10, 32, 200]) {
      const images = digitImages(by(trained), count);
      expect(found(digits, images, { preprocessing: trained, realImages: false })).toEqual([]);
      expect(found(digits, images, { preprocessing: trained, realImages: true })).toEqual([]);
      expect(found(digits, images)).toEqual([]);
    }
  });

  it('raise their spread where pixels from 0 to 16 go to a network of −1 to 1 unchanged', () => {
    const [finding, ...others] = found(
      digits,
      digitImages((pixel) => pixel),
    );
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ kind: 'input-spread', layer: 'stem.0' });
    expect(finding?.kind === 'input-spread' && finding.ratio).toBeGreaterThan(7);
  });

  it.each<[string, Meaning]>([
    ['no mean', (pixel) => pixel / 8],
    ['no std', (pixel) => pixel - 8],
    ['values from 0 to 1 of pixels to 255', (pixel) => pixel / 255],
    ['−1 to 1 of pixels to 255', (pixel) => pixel / 127.5 - 1],
    ['mean and std applied twice', (pixel) => ((pixel - 8) / 8 - 8) / 8],
    ['black for white', (pixel) => 1 - pixel / 8],
    ['a std that is too large by 1.7', (pixel) => (pixel - 8) / (1.7 * 8)],
  ])('raise their spread with %s', (_, meaning) => {
    expect(kindsOf(digits, digitImages(meaning))).toEqual(['input-spread']);
  });

  it('are compared where there are only two of them, with wider limits', () => {
    expect(kindsOf(digits, digitImages(by(trained), 2))).toEqual(['few-images']);
    expect(
      kindsOf(
        digits,
        digitImages((pixel) => pixel, 2),
      ),
    ).toEqual(['input-spread', 'few-images']);
  });

  it('have nothing to be compared with where the weights were never trained', () => {
    expect(
      kindsOf(
        importSeeded(json, 1),
        digitImages((pixel) => pixel),
      ),
    ).toEqual([]);
  });
});

describe('float values beside a mean and a std', () => {
  const real = { preprocessing: trained, realImages: true };

  it('are reported if none lies below that of the mean pixel, as values from 0 to 1', () => {
    const float = importModel(readFileSync(`${folder}litenet_digits_float.tflite`), 'digits.tflite');
    const [finding, ...others] = found(
      float,
      digitImages((pixel) => pixel / 16),
      real,
    );
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ kind: 'unlike-pixels', range: { min: 0, max: 1 }, expected: { min: -1 } });
  });

  it('are reported if they lie beyond those of the pixels 0 and 255', () => {
    const halves = { preprocessing: { mean: [127.5], std: [127.5] }, realImages: true };
    expect(
      kindsOf(
        digits,
        digitImages((pixel) => 16 * pixel - 128),
        halves,
      ),
    ).toContain('unlike-pixels');
  });

  it('are not expected below 0 where the mean is 0', () => {
    const unit = { preprocessing: { mean: [0], std: [255] }, realImages: true };
    const float = importModel(readFileSync(`${folder}litenet_digits_float.tflite`), 'digits.tflite');
    expect(
      kindsOf(
        float,
        digitImages((pixel) => pixel / 16),
        unit,
      ),
    ).toEqual([]);
  });

  it('or pixels are reported for a mean and a std in units of 0 to 1', () => {
    const preprocessing = { mean: [0.5], std: [0.5] };
    const images = digitImages(by(preprocessing));
    expect(kindsOf(digits, images, { preprocessing, realImages: false })).toContain('small-units');
    expect(kindsOf(digits, digitImages(by(trained)), { preprocessing, realImages: true })).toContain('small-units');
    const asTheyAre = { preprocessing: { mean: [0], std: [1] }, realImages: false };
    expect(
      kindsOf(
        digits,
        digitImages((pixel) => pixel),
        asTheyAre,
      ),
    ).not.toContain('small-units');
  });
});

describe('images with little information', () => {
  it('are reported if they are few', () => {
    expect(found(digits, digitImages(by(trained), 9))).toEqual([
      { kind: 'few-images', tensor: digits.inputs[0], images: 9, distinct: 9 },
    ]);
  });

  it('are reported if they are many, but all equal', () => {
    const [one] = digitImages(by(trained), 1) as [Float32Array[]];
    expect(found(digits, new Array<Float32Array[]>(50).fill(one))).toContainEqual({
      kind: 'few-images',
      tensor: digits.inputs[0],
      images: 50,
      distinct: 1,
    });
  });

  it('are reported if they are blank, or nearly so by a mean and a std applied twice', () => {
    const blank = Array.from({ length: 12 }, () => [new Float32Array(64).fill(0.5)]);
    expect(kindsOf(digits, blank)).toEqual(['constant-input', 'few-images']);
    expect(
      kindsOf(
        digits,
        digitImages((pixel) => (pixel / 16 - 123.7) / 58.4),
      ),
    ).toEqual(['constant-input']);
  });
});

describeShared('images of networks that lie beside the repository', (data) => {
  const halves = { mean: [127.5], std: [127.5] };
  const asTheyAre = { mean: [0], std: [1] };
  const cifar = `${data}liteblock/litenet_cifar/calib_images_u8.bin`;
  const lite = (name: string) => `${data}liteblock/litenet_${name}/litenet_${name}`;

  it.each<[string, string, Preprocessing, Preprocessing[]]>([
    ['mnist', `${data}liteblock/litenet_mnist/calib_images_u8.bin`, halves, [asTheyAre, { mean: [0], std: [255] }]],
    ['cifar', cifar, halves, [asTheyAre, { mean: [0], std: [127.5] }, { mean: [63.75], std: [63.75] }]],
  ])('raise nothing with the mean and std of %s, and their spread with others', async (name, path, right, wrong) => {
    const evaluate = await floatEngine();
    const network = readFileSync(`examples/networks/litenet-${name}.json`, 'utf8');
    const graph = importNetwork(network, readFileSync(`${lite(name)}.safetensors`));
    const check = (preprocessing: Preprocessing) =>
      kindsOf(graph, imagesOf(readFileSync(path), graph, by(preprocessing), 32), {
        evaluate,
        preprocessing,
        realImages: false,
      });
    expect(check(right)).toEqual([]);
    for (const preprocessing of wrong) expect(check(preprocessing)).toEqual(['input-spread']);
  });

  it.each<[string, string, Preprocessing]>([
    ['litenet_mnist', `${data}liteblock/litenet_mnist/calib_images_u8.bin`, halves],
    ['litenet_cifar', cifar, halves],
    ['resnet8', cifar, asTheyAre],
    ['face_detection', `${data}float/face_detection_short_range.calib.npy`, halves],
  ])('raise nothing with the float .tflite of %s, as pixels and as float values', async (name, path, preprocessing) => {
    const model = name.startsWith('litenet')
      ? `${lite(name.slice(8))}_float.tflite`
      : `${data}float/${name === 'resnet8' ? 'resnet8_float' : 'face_detection_short_range'}.tflite`;
    const graph = importModel(readFileSync(model), name);
    const file = readFileSync(path);
    const bytes = isNpy(file) ? (readNpy(file, path).data as Uint8Array) : file;
    const images = imagesOf(bytes, graph, by(preprocessing), 20);
    const evaluate = await floatEngine();
    for (const realImages of [true, false]) {
      expect(found(graph, images, { evaluate, preprocessing, realImages })).toEqual([]);
    }
  });
});
