import { distance } from '../compare.ts';
import { hwc, permuted } from '../layout.ts';
import type { Terms } from '../terms.ts';

/** y = factor · x + offset of one channel, and how far the worst value is from it. */
interface Line {
  readonly factor: number;
  readonly offset: number;
  readonly worst: number;
}

/** How B's input comes from A's, where it is the same picture prepared otherwise. Undefined where that is not so. */
export function preparationOf({ a, b, unit }: Terms, shape: readonly number[], limit: number): string | undefined {
  if (a instanceof BigInt64Array || b instanceof BigInt64Array) return undefined; // indices, not a picture
  const map = hwc(shape);
  const [h, w, c] = map;
  const equal = (values: ArrayLike<number>): boolean => {
    for (let i = 0; i < b.length; i++) if (distance(values[i], b[i]) > limit) return false;
    return true;
  };
  if (c > 1 && equal(a.map((_, i) => a[i - (i % c) + (c - 1 - (i % c))]))) {
    return 'its channels come in reverse order (BGR for RGB, or the other way round)';
  }
  const flipped = (rows: boolean) =>
    a.map((_, i) => {
      const [row, column] = [Math.floor(i / (w * c)), Math.floor(i / c) % w];
      return a[((rows ? h - 1 - row : row) * w + (rows ? column : w - 1 - column)) * c + (i % c)];
    });
  if (h > 1 && equal(flipped(true))) return 'it is upside down';
  if (w > 1 && equal(flipped(false))) return 'it is mirrored, left for right';
  if (h === w && h > 1 && equal(permuted(a, map, [1, 0, 2]))) return 'its rows and columns are swapped';
  if (c > 1 && h * w > 1 && equal(permuted(a, map, [2, 0, 1]))) return 'its values come channels first (NCHW)';
  return scaled(a, b, c, unit === 'step' ? 0.51 + limit : 10 * limit);
}

const text = (value: number): string => `${Number(value.toPrecision(4))}`;

/** One factor and offset a channel: another mean and standard deviation. */
function scaled(a: ArrayLike<number>, b: ArrayLike<number>, c: number, limit: number): string | undefined {
  const lines = Array.from({ length: c }, (_, channel) => lineOf(a, b, c, channel));
  if (!lines.every(({ factor, worst }) => worst <= limit && factor > 0)) return undefined;
  const formulas = lines.map(
    ({ factor, offset }) => `${text(factor)} · A ${offset < 0 ? '−' : '+'} ${text(Math.abs(offset))}`,
  );
  const all = new Set(formulas).size === 1 ? formulas.slice(0, 1) : formulas.map((each, i) => `channel ${i} ${each}`);
  return `its values are those of A by another mean and standard deviation: B = ${all.slice(0, 4).join(', ')}`;
}

/** Least squares. */
function lineOf(a: ArrayLike<number>, b: ArrayLike<number>, c: number, channel: number): Line {
  let [n, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (let i = channel; i < a.length; i += c) {
    const [p, q] = [a[i], b[i]];
    n++;
    x += p;
    y += q;
    xx += p * p;
    xy += p * q;
  }
  const spread = n * xx - x * x;
  const factor = spread === 0 ? 1 : (n * xy - x * y) / spread;
  const offset = (y - factor * x) / n;
  let worst = 0;
  for (let i = channel; i < a.length; i += c) {
    worst = Math.max(worst, distance(factor * a[i] + offset, b[i]));
  }
  return { factor, offset, worst };
}
