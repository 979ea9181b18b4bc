import type { Values } from '../../format/values.ts';
import type { HWC } from '../../graph/tensor.ts';
import { distanceAt } from './compare.ts';
import { hwc } from './layout.ts';
import type { Terms } from './terms.ts';

/** Whole channels that are listed by number. */
const mostListed = 8;
/** A border may be so many rows and columns thick: the reach of a 7×7 window. */
const thickest = 3;

/** Fewer have their places in common by chance. */
const fewest = 4;

const percent = (part: number, whole: number): string => `${Number(((100 * part) / whole).toPrecision(2))} %`;

interface Seen {
  readonly rows: ReadonlySet<number>;
  readonly columns: ReadonlySet<number>;
  readonly channels: ReadonlySet<number>;
  /** How far each is from the nearest edge of the map, 0 at the edge. */
  readonly deepest: number;
}

/** What the places of the values that differ have in common: border, channels, direction, ends of the range. */
export function placesOf({ a, b, unit }: Terms, shape: readonly number[], limit: number): string[] {
  const map = hwc(shape);
  const at: number[] = [];
  for (let i = 0; i < a.length; i++) if (distanceAt(a, b, i) > limit) at.push(i);
  if (at.length < fewest) return [];
  const lines = mapLines(at, map);
  if (unit !== 'index') lines.push(...directionLines(a, b, at));
  if (unit !== 'real') lines.push(...endLines(a, b, at));
  return lines;
}

function seenOf(at: readonly number[], [h, w, c]: HWC): Seen {
  const [rows, columns, channels] = [new Set<number>(), new Set<number>(), new Set<number>()];
  let deepest = 0;
  for (const i of at) {
    const [row, column] = [Math.floor(i / (w * c)), Math.floor(i / c) % w];
    rows.add(row);
    columns.add(column);
    channels.add(i % c);
    deepest = Math.max(deepest, Math.min(row, column, h - 1 - row, w - 1 - column));
  }
  return { rows, columns, channels, deepest };
}

function mapLines(at: readonly number[], map: HWC): string[] {
  const [h, w, c] = map;
  const seen = seenOf(at, map);
  const lines: string[] = [];
  const thick = seen.deepest + 1;
  if (h > 1 && w > 1 && thick <= thickest && h > 2 * thick && w > 2 * thick) {
    lines.push(`only at the border of the map: ${borderText(at, map, thick)}`);
  } else if (seen.rows.size === 1 && h > 2) lines.push(`only in row ${[...seen.rows][0]} of ${h}`);
  else if (seen.columns.size === 1 && w > 2) lines.push(`only in column ${[...seen.columns][0]} of ${w}`);
  if (seen.channels.size < c && (h * w > 1 || seen.channels.size <= mostListed)) {
    const listed = [...seen.channels].sort((x, y) => x - y);
    const list = listed.slice(0, mostListed).join(', ');
    const more = listed.length > mostListed ? ', …' : '';
    lines.push(`only in ${listed.length} of ${c} channels: ${list}${more}`);
  } else if (c > 1 && h * w > 1) lines.push(`in all ${c} channels`);
  return lines;
}

/** Sides by what lies between their corners, which belong to two sides each. */
function borderText(at: readonly number[], [h, w, c]: HWC, thick: number): string {
  const few = (edge: string, line: string): string =>
    thick === 1 ? `the ${edge} ${line}` : `the ${edge} ${thick} ${line}s`;
  const found = new Set<string>();
  for (const i of at) {
    const [row, column] = [Math.floor(i / (w * c)), Math.floor(i / c) % w];
    const [rowInside, columnInside] = [row >= thick && row < h - thick, column >= thick && column < w - thick];
    if (columnInside) found.add(row < thick ? few('first', 'row') : few('last', 'row'));
    if (rowInside) found.add(column < thick ? few('first', 'column') : few('last', 'column'));
  }
  const sides = ['row', 'column'].flatMap((line) => [few('first', line), few('last', line)]);
  return found.size === 0 ? 'its corners' : sides.filter((side) => found.has(side)).join(', ');
}

function directionLines(a: Values, b: Values, at: readonly number[]): string[] {
  const apart = new Set(at.map((i) => Number(b[i]) - Number(a[i])));
  if (apart.size === 1) {
    const [step = 0] = apart;
    return [`B is always ${Number(Math.abs(step).toPrecision(6))} ${step > 0 ? 'greater' : 'less'}`];
  }
  if ([...apart].every((each) => each > 0)) return ['B is always greater'];
  return [...apart].every((each) => each < 0) ? ['B is always less'] : [];
}

function endLines(a: Values, b: Values, at: readonly number[]): string[] {
  const lines: string[] = [];
  for (const [name, values] of [
    ['A', a],
    ['B', b],
  ] as const) {
    const counts = new Map<number, number>();
    for (const i of at) counts.set(Number(values[i]), (counts.get(Number(values[i])) ?? 0) + 1);
    const [value, count] = [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0]);
    if (at.length >= 8 && count > 0.8 * at.length)
      lines.push(`${percent(count, at.length)} of them are ${value} in ${name}`);
  }
  return lines;
}
