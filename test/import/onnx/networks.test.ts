import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importFile } from '../../../src/compiler/import-file.ts';
import { floatEngine } from '../../support/float.ts';
import { describeShared } from '../../support/shared-data.ts';
import { expectParity, networks } from '../network-parity.ts';
import { relativeError } from '../pytorch/nchw.ts';

/** Against the largest value of PyTorch's outputs. */
const tolerance = 1e-4;
const forms = networks.flatMap(([name, size]) =>
  ['opset13', 'dynamo'].map((form) => [name, `${name}.${form}.onnx`, size] as const),
);

describeShared('networks of PyTorch as .onnx', (data) => expectParity(`${data}pytorch/`, forms));

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
