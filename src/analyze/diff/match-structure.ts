import { alike } from './match-order.ts';
import type { Partners } from './partners.ts';
import type { Trace, Traced } from './trace.ts';

/**
 * Pairs inputs in their order, and then, from them on, what the same operator makes of tensors that are paired: branches are found
 * in whatever order they run.
 */
export function byStructure(a: Trace, b: Trace, partners: Partners): void {
  const inputs = b.tensors.filter((tensor) => tensor.input && !partners.hasB(tensor));
  for (const x of a.tensors) {
    const y = inputs[0];
    if (x.input && !partners.hasA(x) && y && alike(x, y)) partners.take(x, inputs.shift() as Traced, 'order');
  }
  for (const x of a.tensors) {
    if (partners.hasA(x) || !x.reads) continue;
    const wanted = x.reads.map((i) => partners.of(a.tensors[i])?.b);
    if (wanted.length === 0 || wanted.includes(undefined)) continue;
    const y = b.tensors.find((tensor) => !partners.hasB(tensor) && alike(x, tensor) && reads(b, tensor, wanted));
    if (y) partners.take(x, y, 'order');
  }
}

/** In any order: sums are written either way round. */
function reads({ tensors }: Trace, { reads: places }: Traced, wanted: readonly (Traced | undefined)[]): boolean {
  return places?.length === wanted.length && places.every((i) => wanted.includes(tensors[i]));
}
