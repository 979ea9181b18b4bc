import { misfit } from '../nchw/frame.ts';
import type { Value } from '../nchw/value.ts';
import { once } from './once.ts';
import { mergedView, type View } from './writes.ts';

/** Of one memory: what was there before each is known still. */
const mostWrites = 1000;

/**
 * Which tensors of a program share memory. An operator in place writes to what it reads: its output stands for the tensor from
 * there on, and so do the tensor's own name and what it is a view of. Other views that were made before would change, too, which
 * values here do not do: they are stale.
 */
export class MemoryOfValues {
  /** The tensor whose memory a view has. */
  readonly #root = new Map<string, string>();
  /** Tensors of a memory so far. */
  readonly #members = new Map<string, Set<string>>();
  readonly #views = new Map<string, View>();
  readonly #stale = new Set<string>();
  /** How often each memory was written to. */
  readonly #writes = new Map<string, number>();
  /** What names stand for that were written to: made when one of them is read. */
  readonly #written = new Map<string, () => Value>();

  /** `names` are views of `view.base`. */
  view(view: View, names: readonly string[]): void {
    for (const name of names) {
      this.#join(view.base, name);
      this.#views.set(name, view);
    }
  }

  /** An operator in place has written `value` to `view.base`: `names` are what there is now. `unwritten` gives what nobody wrote to. */
  write(view: View, names: readonly string[], value: Value, unwritten: (name: string) => Value): void {
    const root = this.#rootOf(view.base);
    for (const member of this.#members.get(root) ?? [root]) this.#stale.add(member);
    const count = (this.#writes.get(root) ?? 0) + 1;
    this.#writes.set(root, count);
    let make = (): Value => (count <= mostWrites ? value : misfit(`more than ${mostWrites} operators write to it`));
    for (let name = view.base; ; ) {
      const outer = this.#views.get(name);
      this.#written.set(name, make);
      this.#stale.delete(name);
      if (!outer) break;
      const { base } = outer;
      const [before, written] = [this.#written.get(base), make];
      make = once(() => mergedView(outer, before ? before() : unwritten(base), written()));
      name = base;
    }
    this.view(view, names);
    for (const name of names) this.#stale.delete(name);
  }

  /** What a name stands for that was written to; undefined where nobody did. Throws Misfit where that cannot be said. */
  now(name: string): Value | undefined {
    return this.#written.get(name)?.();
  }

  /** The first of the names whose values are not what they were. */
  staleAmong(names: readonly string[]): string | undefined {
    return names.find((name) => this.#stale.has(name));
  }

  #rootOf(name: string): string {
    return this.#root.get(name) ?? name;
  }

  #join(of: string, name: string): void {
    const root = this.#rootOf(of);
    this.#root.set(name, root);
    const members = this.#members.get(root) ?? new Set([root]);
    this.#members.set(root, members.add(name));
  }
}
