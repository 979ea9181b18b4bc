import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { detections, detectionTensors } from '../../src/detect/detections.ts';
import { readModel } from '../../src/format/read.ts';
import { load, type Model } from '../../src/runtime/node.ts';
import { writeTflite } from '../import/write-tflite.ts';
import { type Head, type HeadOptions, headModel } from './random-head.ts';

const options: HeadOptions = {
  max_detections: 4,
  max_classes_per_detection: 1,
  nms_score_threshold: 0.5,
  nms_iou_threshold: 0.5,
  num_classes: 2,
  y_scale: 1,
  x_scale: 1,
  h_scale: 1,
  w_scale: 1,
};

/** Two anchors in one place and one beside them, each a quarter of the image high and half of it wide. */
const anchors = Float32Array.of(0.5, 0.25, 0.25, 0.5, 0.5, 0.25, 0.25, 0.5, 0.5, 0.75, 0.25, 0.5);
const head = (more: Partial<HeadOptions> = {}, rest: Partial<Head> = {}): Head => ({
  ...{ options: { ...options, ...more }, anchors, scores: 3, box: 4, type: 'int8' },
  ...rest,
});

const modelOf = async (given: Head, labels: readonly string[] = []): Promise<Model> =>
  load(compile(importModel(writeTflite(headModel(given)), 'head.tflite'), { labels }).bytes);

/** A box that is its anchor: encodings of 0, whose zero point is 3. */
const asAnchors = new Int8Array(12).fill(3);
/** Scores in steps of 1/256 from 0: background and two classes of each anchor. */
const scores = (...values: readonly number[]): Int8Array => Int8Array.from(values, (value) => value * 256 - 128);

describe('objects', () => {
  it('are the best of those that overlap, by hand', async () => {
    const model = await modelOf(head(), ['sky', 'cat', 'dog']);
    const found = detections(model, model.run(asAnchors, scores(0.9, 0.6, 0.1, 0, 0.2, 0.75, 0.9, 0.5, 0)));
    // Anchors 0 and 1 are the same box, of which 1 has the better score; the background does not count.
    expect(found).toEqual([
      { index: 1, label: 'dog', score: 0.75, box: { top: 0.375, left: 0, bottom: 0.625, right: 0.5 } },
      { index: 0, label: 'cat', score: 0.5, box: { top: 0.375, left: 0.5, bottom: 0.625, right: 1 } },
    ]);
  });

  it('of each class are suppressed apart by regular suppression', async () => {
    const model = await modelOf(head({ use_regular_nms: true }), ['cat', 'dog']);
    const found = detections(model, model.run(asAnchors, scores(0, 0.625, 0, 0, 0, 0.75, 0, 0.5, 0.5)));
    expect(found.map(({ label, score, box }) => [label, score, box.left])).toEqual([
      ['dog', 0.75, 0],
      ['cat', 0.625, 0],
      ['dog', 0.5, 0.5], // of equal scores that of the later class
      ['cat', 0.5, 0.5],
    ]);
  });

  it('move and grow as the encoding says: y + 1 anchor, h · e', async () => {
    const model = await modelOf(head({ y_scale: 0.5, h_scale: 1 }));
    const encoded = Int8Array.from(asAnchors);
    encoded[0] = 3 + 8; // 8/16 = 0.5, over the scale 0.5: one height of the anchor
    encoded[2] = 3 + 16; // e^1
    const [first] = detections(model, model.run(encoded, scores(0, 0.75, 0, 0, 0, 0, 0, 0, 0)));
    const half = (0.25 * Math.E) / 2;
    expect(first?.box.top).toBeCloseTo(0.75 - half, 6);
    expect(first?.box.bottom).toBeCloseTo(0.75 + half, 6);
    expect([first?.box.left, first?.box.right]).toEqual([0, 0.5]);
    expect(first?.label).toBeUndefined();
  });

  it('are none where no score is high enough', async () => {
    const model = await modelOf(head());
    const outputs = model.run(asAnchors, new Int8Array(9).fill(-128));
    expect(detections(model, outputs)).toEqual([]);
    expect(detectionTensors(model, outputs)).toEqual({
      ...{ boxes: new Float32Array(16), classes: new Float32Array(4), scores: new Float32Array(4), count: 0 },
    });
  });
});

it('says what does not fit: no head, outputs of several images, labels', async () => {
  const model = await modelOf(head());
  const outputs = model.run(asAnchors, new Int8Array(9));
  const none = { ...model, outputs: model.outputs, labels: [], name: 'm', postprocess: undefined };
  expect(() => detections(none, outputs)).toThrow('detections: m has no detection head, so it finds no boxes');
  const two = outputs.map((values) => Float32Array.of(...(values as Float32Array), ...(values as Float32Array)));
  const message = 'detections: output 0: expected 12 values, those of one image, got 24';
  expect(() => detections(model, two)).toThrow(message);
  await expect(modelOf(head(), ['one'])).rejects.toThrow(
    'head: 1 labels, but its detection head has 2 classes (or 3 labels, the background first)',
  );
});

it('a graph whose head does not fit its outputs is graph-invalid', () => {
  const graph = importModel(writeTflite(headModel(head())), 'head.tflite');
  const { postprocess } = graph;
  if (!postprocess) throw new Error('no head');
  const broken = (change: object): (() => unknown) => {
    const changed = { ...graph, postprocess: { ...postprocess, ...change } };
    return () => compile(changed);
  };
  const code = (change: object): unknown => {
    try {
      return broken(change)();
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  for (const change of [{ boxes: 2 }, { scores: 0.5 }, { kind: 'poses' }, { anchors: [1, 2, 3, 4] }, { scales: [1] }]) {
    expect(code(change), JSON.stringify(change)).toBe('graph-invalid');
  }
  expect(broken({ classes: 5 })).toThrow('output 1 has 3 scores an anchor (5, or 6 with the background)');
});

it('goes through the file as it is, for whoever reads it, and a model without one has no such section', () => {
  const graph = importModel(writeTflite(headModel(head())), 'head.tflite');
  const { bytes, model } = compile(graph);
  expect(readModel(bytes).postprocess).toEqual(model.postprocess);
  const { postprocess: _, ...plain } = graph;
  expect(readModel(compile(plain).bytes).postprocess).toBeUndefined();
});
