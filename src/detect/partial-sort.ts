/**
 * The `count` greatest of some values, by their indices, in the order in which TFLite has them. Its kernel calls std::partial_sort,
 * and the C++ standard leaves the order of equal values open; scores of 8 bits are often equal, so the order of the reference is
 * taken: that of libstdc++'s heap. One value alone is the first of the greatest.
 */
export function partialSort(values: ArrayLike<number>, count: number): number[] {
  const indices = Array.from({ length: values.length }, (_, i) => i);
  if (count === 1) return indices.slice(0, 1).map(() => indexOfGreatest(values));
  const heap = new LeastFirst(values, indices.slice(0, count));
  for (const index of indices.slice(count)) heap.offer(index);
  return heap.descending();
}

function indexOfGreatest(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** A heap whose first value is the least of those that it holds. Its steps are those of libstdc++'s bits/stl_heap.h. */
class LeastFirst {
  readonly #values: ArrayLike<number>;
  readonly #heap: number[];

  constructor(values: ArrayLike<number>, indices: number[]) {
    this.#values = values;
    this.#heap = indices;
    for (let at = Math.floor(indices.length / 2) - 1; at >= 0; at--) this.#settle(at, indices.length, indices[at]);
  }

  /** Takes an index in place of the least one, where its value is greater. */
  offer(index: number): void {
    if (this.#isGreater(index, this.#heap[0])) this.#settle(0, this.#heap.length, index);
  }

  /** All of them, the greatest first. */
  descending(): number[] {
    const heap = this.#heap;
    for (let length = heap.length - 1; length > 0; length--) {
      const last = heap[length];
      heap[length] = heap[0];
      this.#settle(0, length, last);
    }
    return heap;
  }

  #isGreater(i: number, j: number): boolean {
    return this.#values[i] > this.#values[j];
  }

  /** Puts an index into the heap of so many entries whose entry `top` is free: down to a leaf first, then up. */
  #settle(top: number, length: number, index: number): void {
    const heap = this.#heap;
    let hole = top;
    for (let child = 2 * hole + 1; child < length; child = 2 * hole + 1) {
      const other = child + 1;
      const next = other < length && !this.#isGreater(heap[other], heap[child]) ? other : child;
      heap[hole] = heap[next];
      hole = next;
    }
    while (hole > top) {
      const parent = Math.floor((hole - 1) / 2);
      if (!this.#isGreater(heap[parent], index)) break;
      heap[hole] = heap[parent];
      hole = parent;
    }
    heap[hole] = index;
  }
}
