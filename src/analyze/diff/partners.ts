import type { Traced } from './trace.ts';

export interface Pair {
  readonly a: Traced;
  readonly b: Traced;
  readonly by: 'name' | 'order';
}

/** Pairs as they are found. */
export class Partners {
  readonly #partner = new Map<Traced, { readonly b: Traced; readonly by: Pair['by'] }>();
  readonly #taken = new Set<Traced>();

  take(a: Traced, b: Traced, by: Pair['by']): void {
    this.#partner.set(a, { b, by });
    this.#taken.add(b);
  }

  of(a: Traced): { readonly b: Traced; readonly by: Pair['by'] } | undefined {
    return this.#partner.get(a);
  }

  hasA = (a: Traced): boolean => this.#partner.has(a);
  hasB = (b: Traced): boolean => this.#taken.has(b);
}
