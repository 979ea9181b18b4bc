import type { DetectedObject } from '../../detect/detections.ts';
import { count, real } from '../io.ts';
import { printableLine } from './printable.ts';

/** A share of the image, such as 0.25. */
const edge = (value: number): string => value.toFixed(3);

/** What was found in one image: how much, then a line for each object, the best first. */
export function detectionLines(objects: readonly DetectedObject[]): string[] {
  const [first] = objects;
  if (!first) return ['no objects'];
  const head = `${count(objects.length)} ${objects.length === 1 ? 'object' : 'objects'} (top, left, bottom and right in parts of the image)`;
  return [
    head,
    ...objects.map(({ index, label, score, box: { top, left, bottom, right } }) => {
      const name = `${index}${label === undefined ? '' : ` ${printableLine(label)}`}`;
      return `  ${name} (${real(score)}) at ${[top, left, bottom, right].map(edge).join(', ')}`;
    }),
  ];
}
