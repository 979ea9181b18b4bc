import { type NodeConversion, problem } from './conversion.ts';
import { axesOf } from './shapes.ts';

export type Axis = 'n' | 'h' | 'w' | 'c';

/** What axis `index`, which counts from the end where it is negative, means in a shape of the file. */
export function axisAt(node: NodeConversion, index: number, rank: number): Axis | undefined {
  const axis = (axesOf[rank] ?? [])[index < 0 ? index + rank : index];
  return axis ?? problem(node, `there is no axis ${index} in a shape of ${rank} axes`);
}
