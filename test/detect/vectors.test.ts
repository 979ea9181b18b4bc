import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { detectionTensors } from '../../src/detect/detections.ts';
import { load } from '../../src/runtime/node.ts';
import type { Case } from '../reference/generator.ts';
import { base64, referenceOutputs } from '../support/tflite-outputs.ts';
import { type HeadOptions, headCase } from './random-head.ts';

/**
 * Detection heads against tflite-runtime 2.14.0. `node scripts/compare-detection.mjs COUNT` asks the runtime itself, and with
 * SAMPLE=1 stores the first of its outputs, which this test holds where the runtime is not.
 */

const sample = 'test/data/detect/heads.json';
const samples = 60;
const count = Number(process.env.COMPARE_DETECTION ?? 0);
const seed = Number(process.env.SEED ?? 14);

/** Boxes, classes, scores and their number, as the runtime gives them. */
async function ownOutputs({ model, inputs }: Case): Promise<string[]> {
  const graph = importModel(model, 'head.tflite');
  const loaded = await load(compile(graph).bytes);
  const given = inputs.map((bytes, i) => (loaded.inputs[i]?.dtype === 'u8' ? bytes : new Int8Array(bytes.buffer)));
  const { boxes, classes, scores, count: found } = detectionTensors(loaded, loaded.run(...given));
  loaded.dispose();
  return [boxes, classes, scores, Float32Array.of(found)].map((values) => base64(new Uint8Array(values.buffer)));
}

/** What is stored of a sample: models and inputs come from the seed again. */
interface Stored {
  readonly seed: number;
  /** What the runtime wrote for each case: how many boxes, boxes, classes, scores. */
  readonly outputs: readonly (readonly (readonly number[])[])[];
}

const floats = (text: string): number[] => {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return [...new Float32Array(bytes.buffer)];
};

/** What the runtime leaves unwritten beside the boxes that it found is not compared: it is what the memory held. */
function written(outputs: readonly string[], options: HeadOptions): number[][] {
  const [boxes, classes, scores, [found]] = outputs.map(floats) as [number[], number[], number[], [number]];
  const { max_classes_per_detection: most, num_classes: all, use_regular_nms: regular = false } = options;
  const isWritten = (place: number): boolean =>
    regular ? place < options.max_detections : place < found * most && place % most < all;
  return [
    [found],
    boxes.filter((_, i) => isWritten(Math.floor(i / 4))),
    classes.filter((_, i) => isWritten(i)),
    scores.filter((_, i) => isWritten(i)),
  ];
}

it('random heads give the numbers of tflite-runtime', async () => {
  const stored: Stored | undefined = count > 0 ? undefined : JSON.parse(readFileSync(sample, 'utf8'));
  const from = stored?.seed ?? seed;
  const cases = Array.from({ length: stored ? samples : count }, (_, i) => headCase(from, i));
  const asked = (): number[][][] =>
    referenceOutputs(cases).map((outputs, i) => written(outputs, (cases[i] as (typeof cases)[number]).options));
  const expected = stored?.outputs ?? asked();
  expect(expected.length).toBe(cases.length);
  if (process.env.SAMPLE) {
    mkdirSync('test/data/detect', { recursive: true });
    writeFileSync(sample, `${JSON.stringify({ seed: from, outputs: expected.slice(0, samples) } satisfies Stored)}\n`);
  }
  for (const [i, one] of cases.entries()) {
    expect(written(await ownOutputs(one), one.options), `case ${i}`).toEqual(expected[i]);
  }
});
