import { expect, it } from 'vitest';
import { importModel } from '../../src/compiler/import-model.ts';
import { flexbufferMap } from '../../src/import/tflite/flexbuffer.ts';
import { type HeadOptions, headModel, optionBytes } from '../detect/random-head.ts';
import { type WriteModel, type WriteOperator, writeTflite } from './write-tflite.ts';

const options: HeadOptions = {
  ...{ max_detections: 4, max_classes_per_detection: 1, nms_score_threshold: 0.5, nms_iou_threshold: 0.5 },
  ...{ num_classes: 2, y_scale: 10, x_scale: 10, h_scale: 5, w_scale: 5 },
};
const anchors = Float32Array.of(0.5, 0.5, 1, 1, 0.25, 0.25, 0.5, 0.5);
const head = (more: Partial<HeadOptions> = {}) =>
  headModel({ options: { ...options, ...more }, anchors, scores: 3, box: 4, type: 'int8' });

const imported = (model: WriteModel) => importModel(writeTflite(model), 'm.tflite');
const withHead = (model: WriteModel, change: Partial<WriteOperator>): WriteModel => ({
  ...model,
  operators: model.operators.map((each) => (each.customOptions ? { ...each, ...change } : each)),
});

it('is taken off the model, whose outputs are what it reads', () => {
  const graph = imported(head());
  expect(graph.outputs.map((id) => graph.tensors[id]?.shape)).toEqual([
    [1, 1, 2, 4],
    [1, 1, 2, 3],
  ]);
  expect(graph.nodes.map(({ op }) => op.type)).toEqual(['Dequantize', 'Dequantize']);
  expect(graph.postprocess).toEqual({
    ...{ kind: 'detection', boxes: 0, scores: 1, maxDetections: 4, maxClassesPerDetection: 1, detectionsPerClass: 100 },
    ...{ regular: false, classes: 2, scoreThreshold: 0.5, iouThreshold: 0.5, scales: [10, 10, 5, 5], anchors },
  });
  expect(imported(head({ use_regular_nms: true, detections_per_class: 7 })).postprocess).toMatchObject({
    ...{ regular: true, detectionsPerClass: 7 },
  });
});

it('other outputs stay before its own', () => {
  const model = head();
  const graph = imported({ ...model, outputs: [2, ...model.outputs] });
  expect(graph.outputs).toHaveLength(3);
  expect(graph.postprocess).toMatchObject({ boxes: 1, scores: 2 });
});

it.each<[string, WriteModel, string]>([
  [
    'two heads',
    { ...head(), operators: [...head().operators, ...head().operators.slice(-1)] },
    'there are 2 of it (one)',
  ],
  [
    'a reader',
    { ...head(), operators: [...head().operators, { name: 'ABS', inputs: [5], outputs: [6] }] },
    'an operator reads what it gives',
  ],
  ['two inputs', withHead(head(), { inputs: [2, 3] }), 'it has 2 inputs (boxes, scores and anchors)'],
  ['computed anchors', withHead(head(), { inputs: [2, 3, 2] }), 'its anchors are computed (a constant [N, 4])'],
  [
    'no options',
    withHead(head(), { customOptions: new Uint8Array() }),
    'its options are not a map of FlexBuffers: 0 bytes',
  ],
  [
    'options that are none',
    withHead(head(), { customOptions: Uint8Array.of(1, 2, 36, 1) }),
    'its options are not a map of FlexBuffers',
  ],
  ['no boxes', head({ max_detections: 0 }), 'maxDetections is 0 (1 to 65535)'],
  ['other classes', head({ num_classes: 7 }), 'output 1 has 3 scores an anchor (7, or 8 with the background)'],
])('%s: refused by name', (_, model, text) => {
  expect(() => imported(model)).toThrow(`TFLite_Detection_PostProcess "t5": ${text}`);
});

it('reads options that another library wrote, and integers and reals of every width', () => {
  const read = (value: object) => Object.fromEntries(flexbufferMap(optionBytes(value)));
  expect(read({ a: 1, b: -2, c: true, d: false, e: 'text', f: null })).toEqual({ a: 1, b: -2, c: true, d: false });
  expect(read({ a: 300, b: -300, c: 70_000 })).toEqual({ a: 300, b: -300, c: 70_000 });
  expect(read({ a: 0.5, b: -3 })).toEqual({ a: 0.5, b: -3 });
  expect(read({ a: 0.1, b: -3 })).toEqual({ a: 0.1, b: -3 });
});

it('ends on every change of a byte, with a map or a RangeError', () => {
  const bytes = optionBytes(options);
  for (let at = 0; at < bytes.length; at++) {
    for (const value of [0, 1, 0x24, 0x7f, 0x80, 0xff]) {
      const changed = Uint8Array.from(bytes);
      changed[at] = value;
      try {
        expect(flexbufferMap(changed).size).toBeLessThan(257);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }
  }
});
