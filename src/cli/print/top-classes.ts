import { bestClasses, type Interface, type Values } from '../../runtime/node.ts';
import { real } from '../io.ts';
import { printableLine } from './printable.ts';

/** How many classes are printed for an image. */
const shown = 5;

/** What an output says of one image: its best classes with their real scores, or the classes that it names. */
export function topClasses(values: Values, entry: Interface, labels: readonly string[]): string[] {
  if (values instanceof Int32Array || values instanceof BigInt64Array) return namedClasses(values, labels);
  const best = bestClasses({ outputs: [entry], labels }, values, shown);
  return best.map(({ index, score }) => `${classText(index, labels)} (${real(score)})`);
}

/** The one class of an image; of a map the classes that most of it is named, with their shares. */
function namedClasses(indices: Int32Array | BigInt64Array, labels: readonly string[]): string[] {
  const counts = new Map<number, number>();
  for (const index of indices) counts.set(Number(index), (counts.get(Number(index)) ?? 0) + 1);
  const order = [...counts].sort(([a, many], [b, more]) => more - many || a - b);
  return order.slice(0, shown).map(([index, many]) => {
    const share = indices.length > 1 ? ` (${((100 * many) / indices.length).toFixed(1)} %)` : '';
    return classText(index, labels) + share;
  });
}

function classText(index: number, labels: readonly string[]): string {
  const label = labels[index];
  return `${index}${label === undefined ? '' : ` ${printableLine(label)}`}`;
}
