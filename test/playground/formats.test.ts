import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readSafetensors } from '../../src/import/safetensors/read-safetensors.ts';
import { cli } from '../cli/cli.ts';
import { headModel } from '../detect/random-head.ts';
import { writeOnnx } from '../import/onnx/write-onnx.ts';
import { PickleWriter } from '../import/pytorch/pickle.ts';
import { archive } from '../import/pytorch/zip.ts';
import { type WriteModel, writeTflite } from '../import/write-tflite.ts';
import { describePlayground } from './page.ts';
import { at, calibration, network, quantise, setValue, weights } from './steps.ts';

/** What a page asked for by `import()`: names of chunks without their hashes. */
const chunks = (requests: readonly string[]): string[] =>
  requests.flatMap((url) => /\/((?:import|detections|compiler)[\w-]*)-[A-Z0-9]{8}\.js$/.exec(url)?.[1] ?? []);

/** Four scores of an 8×8 image: a convolution, a ReLU and a mean. */
const smallOnnx = (): Uint8Array =>
  writeOnnx({
    inputs: { x: [1, 1, 8, 8] },
    outputs: ['y'],
    tensors: [
      { name: 'w', dims: [4, 1, 3, 3], values: Array.from({ length: 36 }, (_, i) => ((i * 7) % 11) / 11 - 0.4) },
    ],
    nodes: [
      { op: 'Conv', inputs: ['x', 'w'], outputs: ['c'] },
      { op: 'Relu', inputs: ['c'], outputs: ['r'] },
      { op: 'GlobalAveragePool', inputs: ['r'], outputs: ['g'] },
      { op: 'Flatten', inputs: ['g'], outputs: ['y'] },
    ],
  });

/** The same tensors as `torch.save` writes a state_dict. */
function stateDict(): Uint8Array {
  const tensors = [...readSafetensors(readFileSync(weights), weights)].flatMap(([name, { shape, data }]) =>
    data ? [{ name, shape, data }] : [],
  );
  const pickle = new PickleWriter().raw(0x7d).ascii('(');
  for (const [i, { name, shape }] of tensors.entries()) {
    const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
    pickle.text(name).tensor('FloatStorage', `${i}`, 0, shape, strides);
  }
  const storages = tensors.map(({ data }, i) => [`net/data/${i}`, new Uint8Array(data.slice().buffer)] as const);
  return archive({
    'net/data.pkl': pickle.ascii('u').bytes,
    'net/byteorder': 'little',
    ...Object.fromEntries(storages),
  });
}

/** An image of 14 values: two boxes of four and two rows of three scores, which go to a detection head. */
function detector(): WriteModel {
  const options = {
    ...{ max_detections: 2, max_classes_per_detection: 1, nms_score_threshold: 0.5, nms_iou_threshold: 0.5 },
    ...{ num_classes: 2, y_scale: 10, x_scale: 10, h_scale: 5, w_scale: 5 },
  };
  const anchors = Float32Array.of(0.5, 0.25, 0.25, 0.5, 0.5, 0.75, 0.25, 0.5);
  const head = headModel({ options, anchors, scores: 3, box: 4, type: 'int8' });
  const [, , ...others] = head.tensors;
  const map = (...shape: readonly number[]) => ({ shape, type: 'int8' as const, scale: [1 / 256], zeroPoint: [-128] });
  const ints = (...values: readonly number[]) => ({
    ...{ shape: [values.length], type: 'int32' as const },
    bytes: new Uint8Array(Int32Array.from(values).buffer),
  });
  const first = head.tensors.length;
  return {
    ...head,
    tensors: [
      ...[map(1, 2, 4), map(1, 2, 3), ...others, map(1, 1, 14, 1)],
      ...[ints(0, 0, 0, 0), ints(1, 1, 8, 1), ints(0, 0, 8, 0), ints(1, 1, 6, 1), map(1, 1, 8, 1), map(1, 1, 6, 1)],
    ],
    operators: [
      { name: 'SLICE', inputs: [first, first + 1, first + 2], outputs: [first + 5] },
      { name: 'SLICE', inputs: [first, first + 3, first + 4], outputs: [first + 6] },
      { name: 'RESHAPE', inputs: [first + 5], outputs: [0] },
      { name: 'RESHAPE', inputs: [first + 6], outputs: [1] },
      ...head.operators,
    ],
    inputs: [first],
  };
}

describePlayground('formats that the playground opens', 'Chromium', (open) => {
  it('quantises an .onnx as the command does, and loads its importer for it alone', async () => {
    const playground = await open();
    writeFileSync(at('small.onnx'), smallOnnx());
    expect(await playground.openModel(at('small.onnx'))).toMatch(/^small: to be quantised, \d layers\.$/);
    expect(chunks(playground.requests)).toEqual(expect.arrayContaining(['compiler', 'import-onnx']));
    expect(chunks(playground.requests)).not.toEqual(expect.arrayContaining(['import-pt2']));
    await quantise(playground, calibration);
    const command = ['quantize', at('small.onnx'), '--data', calibration, '--mean', '8', '--std', '8'];
    expect((await cli(...command, '-o', at('onnx.lbm'))).status).toBe(0);
    expect(Buffer.compare(await playground.download(), readFileSync(at('onnx.lbm')))).toBe(0);
    expect(playground.errors).toEqual([]);
  });

  it('takes a state_dict of PyTorch with a network.json, before it or after it', async () => {
    const playground = await open();
    writeFileSync(at('digits.pt'), stateDict());
    await playground.pick('#files', at('digits.pt'));
    await playground.said('#status', /^digits\.pt are weights: now add the network\.json/);
    expect(await playground.openModel(network)).toBe('litenet-digits: to be quantised, 10 layers.');
    await quantise(playground, calibration);
    const command = ['quantize', network, '--weights', weights, '--data', calibration, '--mean', '8', '--std', '8'];
    expect((await cli(...command, '-o', at('safetensors.lbm'))).status).toBe(0);
    expect(Buffer.compare(await playground.download(), readFileSync(at('safetensors.lbm')))).toBe(0);

    const other = await open();
    await other.pick('#files', network);
    await other.said('#status', /now add its weights, a \.safetensors or a \.pt/);
    expect(await other.openModel(at('digits.pt'))).toBe('litenet-digits: to be quantised, 10 layers.');
    expect([...playground.errors, ...other.errors]).toEqual([]);
  });

  it('refuses a pickled module at once, and says what to export', async () => {
    const playground = await open();
    writeFileSync(at('module.pt'), archive({ 'net/data.pkl': new PickleWriter().global('models', 'Net').bytes }));
    await playground.pick('#files', at('module.pt'));
    expect(await playground.said('#failure-text', /module\.pt/)).toMatch(/models\.Net/);
  });

  it('finds the boxes of a detection model, whose arithmetic is loaded for such models alone', async () => {
    const plain = await open();
    await plain.page.click('#example-int8');
    await plain.said('#status', /10 layers/);
    expect(chunks(plain.requests)).not.toContain('detections');

    const playground = await open();
    writeFileSync(at('detector.tflite'), writeTflite(detector()));
    await playground.openModel(at('detector.tflite'));
    expect(chunks(playground.requests)).toContain('detections');
    // Boxes of zeros are their anchors; scores of background and of two classes: the first box is of class 0, the other of none.
    writeFileSync(at('scores.bin'), Uint8Array.of(...new Array<number>(8).fill(0), 0, 191, 0, 0, 0, 64));
    await setValue(playground, '#run-mean', '0');
    await setValue(playground, '#run-std', '255');
    await playground.pick('#picture', at('scores.bin'));
    await playground.said('#answer', /^class 0, 1 object/);
    expect(playground.errors).toEqual([]);
  });
});
