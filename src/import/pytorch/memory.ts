/**
 * Which tensors of a program share memory. An operator in place writes to what it reads: its output stands for the tensor from
 * there on, but a view that was made before would change, too, which values here do not do.
 */
export class MemoryOfValues {
  /** The tensor whose memory a view has. */
  readonly #root = new Map<string, string>();
  /** Tensors of a memory so far. */
  readonly #members = new Map<string, Set<string>>();
  readonly #stale = new Set<string>();

  /** `names` are views of `of`. */
  view(of: string | undefined, names: readonly string[]): void {
    if (of === undefined) return;
    for (const name of names) this.#join(of, name);
  }

  /** An operator in place has written to `of`; its outputs are what there is now. */
  change(of: string | undefined, names: readonly string[]): void {
    if (of === undefined) return;
    const root = this.#rootOf(of);
    for (const member of this.#members.get(root) ?? [root]) this.#stale.add(member);
    for (const name of names) {
      this.#join(of, name);
      this.#stale.delete(name);
    }
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
