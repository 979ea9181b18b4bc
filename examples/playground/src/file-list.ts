import { byId, count, cut, make } from './dom.ts';

/** What a list shows of something that was dropped. */
interface Listed {
  readonly name: string;
}

/** Rows that are shown; the others are counted. */
const most = 500;

/** Things that were dropped or picked, each with a button that removes it, and one that removes all. */
export class FileList<Item extends Listed> {
  readonly #list: HTMLElement;
  readonly #summary: HTMLElement;
  readonly #all: HTMLElement;
  readonly #describe: (items: readonly Item[]) => string;
  readonly #changed: () => void;
  #items: readonly Item[] = [];

  /** `id` is the list's, `id`-count that of the line that sums it up, and `id`-clear that of the button for all. */
  constructor(id: string, describe: (items: readonly Item[]) => string, changed: () => void = () => undefined) {
    this.#list = byId(`${id}-list`);
    this.#summary = byId(`${id}-count`);
    this.#all = byId(`${id}-clear`);
    this.#describe = describe;
    this.#changed = changed;
    this.#all.addEventListener('click', () => this.#removed([], document.getElementById(id)));
  }

  get items(): readonly Item[] {
    return this.#items;
  }

  set(items: readonly Item[]): void {
    this.#items = items;
    this.#summary.textContent = this.#describe(items);
    this.#all.hidden = items.length < 2;
    this.#list.hidden = items.length === 0;
    const rows = items.slice(0, most).map((item) => this.#row(item));
    const others = items.length - rows.length;
    if (others > 0) rows.push(make('li', {}, `and ${count(others)} more`));
    this.#list.replaceChildren(...rows);
  }

  #row(item: Item): HTMLLIElement {
    const button = make('button', { type: 'button', class: 'remove', 'aria-label': `Remove ${item.name}` }, '×');
    const row = make('li', {}, cut(item.name), button);
    button.addEventListener('click', () => {
      const next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector('button');
      const at = next ? [...this.#list.children].indexOf(row) : -1;
      this.#removed(
        this.#items.filter((each) => each !== item),
        null,
      );
      // The keyboard stays where it was: on the row that moved up, or the last one.
      const rows = this.#list.querySelectorAll('button');
      (rows[Math.min(at, rows.length - 1)] ?? this.#field()).focus();
    });
    return row;
  }

  #field(): HTMLElement {
    return byId(this.#list.id.replace(/-list$/, ''));
  }

  #removed(items: readonly Item[], focus: HTMLElement | null): void {
    this.set(items);
    focus?.focus();
    this.#changed();
  }
}
