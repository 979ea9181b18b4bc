import { elements } from '../../graph/tensor.ts';
import type { Partners } from './partners.ts';
import type { Trace, Traced } from './trace.ts';

/** Runs of tensors without a partner between tensors that have one. */
export function* gaps(a: Trace, b: Trace, partners: Partners): Generator<readonly [Traced[], Traced[]]> {
  const place = new Map(b.tensors.map((tensor, i) => [tensor, i]));
  const free = (from: number, to: number) => b.tensors.slice(from, to).filter((tensor) => !partners.hasB(tensor));
  let run: Traced[] = [];
  let from = 0;
  for (const tensor of a.tensors) {
    const found = partners.of(tensor);
    if (!found) {
      run.push(tensor);
      continue;
    }
    const to = place.get(found.b) as number;
    if (to >= from) {
      yield [run, free(from, to)];
      from = to + 1;
    }
    run = [];
  }
  yield [run, free(from, b.tensors.length)];
}

/** "CONV_2D" and "Conv2d" are one operator. */
const opOf = ({ maker }: Traced): string | undefined => maker?.op.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Whether two tensors may be the same by what made them and by their size. `loose`: also where it is not known what made them. */
export function alike(x: Traced, y: Traced, loose = false): boolean {
  if (elements(x.shape) !== elements(y.shape)) return false;
  if (x.input || y.input) return x.input === y.input;
  const [one, other] = [opOf(x), opOf(y)];
  return one === undefined || other === undefined ? loose : one === other;
}

/** More are left apart: the table below grows with the square. */
const mostInOrder = 2000;

/** The longest common subsequence of two runs of tensors that are alike. */
export function inOrder(a: readonly Traced[], b: readonly Traced[], loose: boolean): [Traced, Traced][] {
  if (a.length === 0 || b.length === 0 || a.length > mostInOrder || b.length > mostInOrder) return [];
  const width = b.length + 1;
  const best = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => best[i * width + j];
  const same = (i: number, j: number): boolean => alike(a[i], b[j], loose);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      best[i * width + j] = Math.max(same(i, j) ? at(i + 1, j + 1) + 1 : 0, at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [Traced, Traced][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (same(i, j) && at(i, j) === at(i + 1, j + 1) + 1) {
      pairs.push([a[i++], b[j++]]);
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
