import { expect, it } from 'vitest';
import type { LiteBlockError } from '../../src/format/errors.ts';
import { type Detection, postprocessBytes, postprocessFields, readPostprocess } from '../../src/format/postprocess.ts';

const detection: Detection = {
  kind: 'detection',
  ...{ boxes: 0, scores: 1, maxDetections: 10, maxClassesPerDetection: 2, detectionsPerClass: 100 },
  ...{ regular: true, classes: 3, scoreThreshold: 0.25, iouThreshold: 0.5 },
  scales: [10, 10, 5, 5],
  anchors: Float32Array.of(0.5, 0.5, 1, 1, 0.25, 0.25, 0.5, 0.5),
};
const outputs = [
  { dtype: 'i8', imageBytes: 8 },
  { dtype: 'f32', imageBytes: 4 * 8 },
] as const;

it('is read back as it was written', () => {
  expect(readPostprocess(postprocessBytes(detection), outputs, 'm')).toEqual(detection);
  const other = { ...detection, regular: false, classes: 4 };
  expect(readPostprocess(postprocessBytes(other), outputs, 'm')).toEqual(other);
});

/** The section with other words. */
function refusal(change: Partial<Record<(typeof postprocessFields)[number], number>>, given = outputs): LiteBlockError {
  const bytes = postprocessBytes(detection);
  const view = new DataView(bytes.buffer);
  for (const [i, field] of postprocessFields.entries()) {
    const value = change[field];
    if (value === undefined) continue;
    if (i < postprocessFields.indexOf('scoreThreshold')) view.setUint32(4 * i, value, true);
    else view.setFloat32(4 * i, value, true);
  }
  return thrown(() => readPostprocess(bytes, given, 'm'));
}

function thrown(work: () => unknown): LiteBlockError {
  try {
    work();
  } catch (error) {
    return error as LiteBlockError;
  }
  throw new Error('nothing was thrown');
}

it.each([
  [{ maxDetections: 0 }, 'maxDetections is 0 (1 to 65535)'],
  [{ maxDetections: 0xffffffff }, 'maxDetections is 4294967295 (1 to 65535)'],
  [{ maxDetections: 40_000 }, '40000 detections of 2 classes (together 65535)'],
  [{ maxClassesPerDetection: 0 }, 'maxClassesPerDetection is 0'],
  [{ detectionsPerClass: 65_536 }, 'detectionsPerClass is 65536'],
  [{ classes: 0 }, 'classes is 0'],
  [{ regular: 2 }, 'regular is 2 (0 or 1)'],
  [{ boxes: 2 }, 'output 2 has NaN numbers an anchor (4 or more)'],
  [{ boxes: 0xffffffff }, 'output 4294967295 has NaN numbers an anchor'],
  [{ scores: 7 }, 'output 7 has NaN scores an anchor (3, or 4 with the background)'],
  [{ classes: 5 }, 'output 1 has 4 scores an anchor (5, or 6 with the background)'],
  [{ scoreThreshold: Number.NaN }, 'the threshold of scores is NaN'],
  [{ iouThreshold: 0 }, 'the threshold of overlaps is 0'],
  [{ iouThreshold: 1.5 }, 'the threshold of overlaps is 1.5'],
  [{ yScale: 0 }, 'a scale is 0'],
  [{ wScale: Number.POSITIVE_INFINITY }, 'a scale is Infinity'],
])('%j is refused', (change, text) => {
  const { code, message } = refusal(change);
  expect(code).toBe('file-invalid');
  expect(message).toContain(`m: its postprocess section: ${text}`);
});

it('refuses lengths, anchors and kinds that are none, and what takes too long', () => {
  const read = (bytes: Uint8Array): LiteBlockError => thrown(() => readPostprocess(bytes, outputs, 'm'));
  const bytes = postprocessBytes(detection);
  for (const length of [0, 12, 63, 65]) expect(read(bytes.subarray(0, length)).message).toContain(`${length} bytes`);
  expect(read(bytes.subarray(0, 64)).message).toContain('0 anchors (1 to 65535)');
  const anchors = (...values: readonly number[]) =>
    postprocessBytes({ ...detection, anchors: Float32Array.from(values) });
  expect(read(anchors(0, 0, -1, 1)).message).toContain('anchor 0 has -1 (finite numbers, sizes from 0)');
  expect(read(anchors(0, 0, 1, 1, 0, Number.NaN, 1, 1)).message).toContain('anchor 1 has NaN');
  const other = Uint8Array.from(bytes);
  other[0] = 9;
  expect(read(other)).toMatchObject({ code: 'unsupported' });
  const many = 65_535;
  const large = { ...detection, anchors: new Float32Array(4 * many), classes: 500, detectionsPerClass: many };
  const sizes = [4, 500].map((size) => ({ dtype: 'i8', imageBytes: many * size }) as const);
  const slow = thrown(() => readPostprocess(postprocessBytes(large), sizes, 'm'));
  expect(slow.message).toContain('65535 anchors and 500 classes take too long to choose from');
});
