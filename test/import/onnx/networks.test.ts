import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importFile } from '../../../src/compiler/import-file.ts';
import { floatEngine } from '../../support/float.ts';
import { describeShared } from '../../support/shared-data.ts';
import { imagesOf, relativeError } from '../pytorch/nchw.ts';

/** Against the largest value of PyTorch's outputs. */
const tolerance = 1e-4;
const networks = [
  ['litenet', 48],
  ['mobilenet_v2_035', 96],
  ['shufflenet_v2_x0_5', 96],
  ['efficientnet_025', 96],
] as const;
const forms = networks.flatMap(([name, size]) =>
  ['opset13', 'dynamo'].map((form) => [name, `${name}.${form}.onnx`, size] as const),
);

describeShared('networks of PyTorch as .onnx', (data) => {
  const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${data}pytorch/${name}`));
  const reals = (name: string): Float32Array => new Float32Array(bytesOf(name).buffer);

  it.each(forms)('%s gives the outputs of PyTorch: %s', async (name, file, size) => {
    const graph = await importFile(bytesOf(file), file);
    const images = imagesOf(reals(`${name}.in.f32.bin`), [8, 3, size, size]);
    const theirs = reals(`${name}.out.f32.bin`);
    const run = (await floatEngine())(graph);
    const ours = images.flatMap((image) => [...run([image])[0]]);
    expect(ours.length).toBe(theirs.length);
    expect(relativeError(ours, theirs)).toBeLessThan(tolerance);
  });

  it.each(forms)('%s: a constant answer would not pass: %s', (name) => {
    const theirs = reals(`${name}.out.f32.bin`);
    const classes = theirs.length / 8;
    const mean = Array.from({ length: classes }, (_, k) =>
      Array.from({ length: 8 }, (_, i) => theirs[i * classes + k] / 8).reduce((sum, value) => sum + value, 0),
    );
    const constant = Array.from(theirs, (_, i) => mean[i % classes]);
    expect(relativeError(constant, theirs)).toBeGreaterThan(100 * tolerance);
  });

  it.each(forms)('%s has no transpose and no reshape of a map left: %s', async (_, file) => {
    const { nodes } = await importFile(bytesOf(file), file);
    expect(nodes.filter(({ op }) => op.type === 'Transpose' || op.type === 'Reshape')).toEqual([]);
  });
});

describeShared('trained LiteNets as .onnx', (data) => {
  /** Pixels as PyTorch was given them: a value is one step from −1. */
  const steps: Readonly<Record<string, number>> = { digits: 8, mnist: 127.5, cifar: 127.5 };
  const cases = ['digits', 'mnist', 'cifar'].flatMap((name) =>
    ['opset13_legacy', 'opset13_legacy_bn_kept', 'dynamo'].map((form) => [name, form] as const),
  );

  it.each(cases)('litenet_%s gives the logits of PyTorch: %s', async (name, form) => {
    const folder = `${data}liteblock/litenet_${name}`;
    const graph = await importFile(new Uint8Array(readFileSync(`${folder}/${form}.onnx`)), form);
    const pixels = new Uint8Array(readFileSync(`${folder}/test_images_u8.bin`));
    const theirs = new Float32Array(new Uint8Array(readFileSync(`${folder}/test_logits_f32.bin`)).buffer).subarray(
      0,
      400,
    );
    const size = graph.tensors[graph.inputs[0]].shape.reduce((product, each) => product * each, 1);
    const run = (await floatEngine())(graph);
    const ours = Array.from({ length: 40 }, (_, i) => {
      const image = pixels.subarray(i * size, (i + 1) * size);
      return [...run([Float32Array.from(image, (value) => value / steps[name] - 1)])[0]];
    });
    expect(relativeError(ours.flat(), theirs)).toBeLessThan(tolerance);
    expect(
      new Set(
        Array.from({ length: 40 }, (_, i) => theirs.indexOf(Math.max(...theirs.subarray(i * 10, i * 10 + 10))) % 10),
      ).size,
    ).toBeGreaterThan(3);
  });
});
