import type { Detection } from '../format/postprocess.ts';
import { partialSort } from './partial-sort.ts';

/** What is chosen of the boxes: for each its anchor, and the class and score that it is given with. */
export interface Found {
  readonly anchor: number;
  readonly class: number;
  readonly score: number;
}

/** ymin, xmin, ymax, xmax of each anchor's box. */
export type Boxes = Float32Array;

/** Scores of all classes of each anchor; the background, where there is one, is first. */
export interface Scores {
  readonly values: Float32Array;
  /** Scores of an anchor. */
  readonly size: number;
}

const f32 = Math.fround;

/**
 * Boxes as TFLite's detection_postprocess.cc chooses them (fast or regular suppression), in the same order: boxes of
 * equal scores by their anchors, those of a later class first, and the classes of one box as `partialSort` has them.
 */
export const suppress = (detection: Detection, boxes: Boxes, scores: Scores): Found[] =>
  detection.regular ? regular(detection, boxes, scores) : fast(detection, boxes, scores);

/** The best class of each anchor decides; what is chosen is given with its `maxClassesPerDetection` best classes. */
function fast(detection: Detection, boxes: Boxes, { values, size }: Scores): Found[] {
  const { classes, maxDetections, maxClassesPerDetection } = detection;
  const [anchors, background] = [boxes.length / 4, size - classes];
  const most = Math.min(maxClassesPerDetection, classes);
  const ofAnchor = (anchor: number): Float32Array => values.subarray(anchor * size + background, (anchor + 1) * size);
  const best = Float32Array.from({ length: anchors }, (_, anchor) => greatest(ofAnchor(anchor)));
  return apart(detection, boxes, best, maxDetections).flatMap((anchor) => {
    const own = ofAnchor(anchor);
    return partialSort(own, most).map((index) => ({ anchor, class: index, score: own[index] }));
  });
}

/** Each class chooses of its own scores; the best of all are kept. */
function regular(detection: Detection, boxes: Boxes, { values, size }: Scores): Found[] {
  const { classes, maxDetections, detectionsPerClass } = detection;
  const [anchors, background] = [boxes.length / 4, size - classes];
  let kept: Found[] = [];
  for (let index = 0; index < classes; index++) {
    const own = Float32Array.from({ length: anchors }, (_, anchor) => values[anchor * size + background + index]);
    const chosen = apart(detection, boxes, own, detectionsPerClass).map(
      (anchor): Found => ({ anchor, class: index, score: own[anchor] }),
    );
    kept = merged(kept, chosen).slice(0, maxDetections);
  }
  return kept;
}

/** Two lists that have the best first as one; of equal scores those of the second come first. */
function merged(first: readonly Found[], second: readonly Found[]): Found[] {
  const all: Found[] = [];
  let at = 0;
  for (const one of second) {
    while (at < first.length && first[at].score > one.score) all.push(first[at++]);
    all.push(one);
  }
  return [...all, ...first.slice(at)];
}

/** Anchors, the best first, that no better one overlaps by more than the threshold; at most `most`. */
function apart(
  { scoreThreshold, iouThreshold }: Detection,
  boxes: Boxes,
  scores: Float32Array,
  most: number,
): number[] {
  const candidates = [...scores.keys()].filter((anchor) => scores[anchor] >= scoreThreshold);
  const chosen: number[] = [];
  for (const anchor of descending(scores, candidates)) {
    if (chosen.length >= most) break;
    if (!chosen.some((better) => overlap(boxes, better, anchor) > iouThreshold)) chosen.push(anchor);
  }
  return chosen;
}

/** Indices by their values, the greatest first; equal ones as they stand. */
const descending = (values: ArrayLike<number>, indices: number[]): number[] =>
  indices.sort((i, j) => (values[i] > values[j] ? -1 : values[i] < values[j] ? 1 : 0));

const greatest = (values: Float32Array): number => values.reduce((most, value) => Math.max(value, most));

/** Intersection over union, every operation in float32; 0 where a box has no area. */
function overlap(boxes: Boxes, i: number, j: number): number {
  const [top, left, bottom, right] = boxes.subarray(4 * i, 4 * i + 4);
  const [y0, x0, y1, x1] = boxes.subarray(4 * j, 4 * j + 4);
  const one = f32(f32(bottom - top) * f32(right - left));
  const other = f32(f32(y1 - y0) * f32(x1 - x0));
  if (one <= 0 || other <= 0) return 0;
  const height = Math.max(f32(Math.min(bottom, y1) - Math.max(top, y0)), 0);
  const width = Math.max(f32(Math.min(right, x1) - Math.max(left, x0)), 0);
  const both = f32(height * width);
  return f32(both / f32(f32(one + other) - both));
}
