import { threshold } from '../../jobs/agreement.ts';
import { bestOf } from '../../jobs/best-of.ts';
import { heldUnit, outputMeaning, type ValueFacts, valueFacts } from '../../jobs/output-meaning.ts';
import { bestClasses, type Interface, type Values } from '../../runtime/node.ts';
import { count, real } from '../io.ts';
import { printableLine } from './printable.ts';

/** How many classes, pixels or parts are printed for an image. */
const shown = 5;
/** Values that are printed one by one where they have no other meaning. */
const listed = 16;
/** A larger map is told by shares, not by pixels. */
const smallMap = 1_024;

/** What stands around an output of a model. */
export interface OutputPlace {
  readonly entry: Interface;
  /** Height, width and channels. */
  readonly map: readonly [h: number, w: number, c: number];
  readonly outputs: number;
  readonly labels: readonly string[];
  readonly likeInput: boolean;
}

/** What an output says of one image, in one line: its best classes, the class that it names, a probability, what is where. */
export function outputLine(values: Values, place: OutputPlace): string {
  const { entry, map, outputs, labels, likeInput } = place;
  if (values instanceof Int32Array || values instanceof BigInt64Array) return namedClasses(values, labels).join(', ');
  const reals = realsOf(values, entry);
  const shape = map;
  const meaning = outputMeaning({ shape, outputs, labels: labels.length, likeInput }, factsOf(reals, place));
  if (meaning === 'classes') {
    const best = bestClasses({ outputs: [entry], labels }, values, shown);
    return best.map(({ index, score }) => `${classText(index, labels)} (${real(score as number)})`).join(', ');
  }
  if (meaning === 'probability') return `probability ${real(reals[0])}`;
  if (meaning === 'mask') return maskText(reals, place);
  if (meaning === 'class map') return classMapText(reals, place);
  if (reals.length <= listed) return Array.from(reals, real).join(', ');
  return `${sizeText(place)}; -o writes it`;
}

function realsOf(values: Exclude<Values, Int32Array | BigInt64Array>, { dtype, scale, zeroPoint }: Interface) {
  return dtype === 'f32' ? values : Float64Array.from(values, (q) => scale * (q - zeroPoint));
}

/** Quantised values are from 0 to 1 where their type holds no others, whatever those of this image are. */
function factsOf(reals: ArrayLike<number>, { entry, map }: OutputPlace): ValueFacts {
  const facts = valueFacts(reals, map[2]);
  if (entry.dtype === 'f32') return facts;
  const unit = heldUnit(entry);
  return { unit, distribution: unit && facts.distribution };
}

/** As the file has it, without the axis of images. */
const sizeText = ({ map: [h, w, c] }: OutputPlace): string =>
  h * w === 1 ? `${c} values` : `a ${h === 1 || w === 1 ? h * w : `${h}×${w}`}×${c} map`;

/** The one class of an image; of a map the classes that most of it is named, with their shares. */
function namedClasses(indices: Int32Array | BigInt64Array, labels: readonly string[]): string[] {
  return shares(Array.from<number | bigint, number>(indices, Number)).map(
    ([index, many]) => classText(index, labels) + (indices.length > 1 ? ` ${shareText(many, indices.length)}` : ''),
  );
}

/** The classes of most pixels, with how many each has. */
function shares(classes: readonly number[]): [index: number, many: number][] {
  const counts = new Map<number, number>();
  for (const index of classes) counts.set(index, (counts.get(index) ?? 0) + 1);
  return [...counts].sort(([a, many], [b, more]) => more - many || a - b).slice(0, shown);
}

const shareText = (many: number, of: number): string => `(${((100 * many) / of).toFixed(1)} %)`;

function maskText(reals: ArrayLike<number>, place: OutputPlace): string {
  const [, w] = place.map;
  const there = Array.from({ length: reals.length }, (_, i) => i).filter((i) => reals[i] >= threshold);
  const share = `${count(there.length)} of its pixels ${shareText(there.length, reals.length)} at ${threshold} or above`;
  const text = `${sizeText(place)}, ${share}`;
  if (reals.length > smallMap || there.length === 0) return text;
  const best = there.sort((a, b) => reals[b] - reals[a] || a - b).slice(0, shown);
  return `${text}: ${best.map((i) => `${pixelText(i, w)} ${real(reals[i])}`).join(', ')}`;
}

/** The pixels that are not of the class that most pixels are of, the best first; of a large map the share of each class. */
function classMapText(reals: ArrayLike<number>, place: OutputPlace): string {
  const [h, w, c] = place.map;
  const classes = Array.from({ length: h * w }, (_, i) => bestOf(reals, i * c, c));
  const text = sizeText(place);
  const most = shares(classes);
  if (h * w > smallMap) {
    return `${text}: ${most.map(([index, many]) => `${classText(index, place.labels)} ${shareText(many, h * w)}`).join(', ')}`;
  }
  const [background] = most[0];
  const value = (i: number): number => reals[i * c + classes[i]];
  const others = classes.flatMap((index, i) => (index === background ? [] : [i]));
  const rest = `${classText(background, place.labels)} ${others.length === 0 ? 'everywhere' : 'elsewhere'}`;
  const best = others.sort((a, b) => value(b) - value(a) || a - b).slice(0, shown);
  const cells = best.map((i) => `${pixelText(i, w)} ${classText(classes[i], place.labels)} (${real(value(i))})`);
  const more = others.length > shown ? [`${count(others.length - shown)} more pixels`] : [];
  return `${text}: ${[...cells, ...more, rest].join(', ')}`;
}

const pixelText = (i: number, w: number): string => `row ${Math.floor(i / w)} column ${i % w}`;

function classText(index: number, labels: readonly string[]): string {
  const label = labels[index];
  return `${index}${label === undefined ? '' : ` ${printableLine(label)}`}`;
}
