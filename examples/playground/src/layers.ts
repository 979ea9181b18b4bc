import { count, make, shapeText, timeText } from './dom.ts';
import type { LayerRow, Profile } from './protocol.ts';

/** A block, with rows and blocks inside in the order of the network. */
interface Group {
  readonly path: string;
  readonly type: string;
  readonly children: (Group | LayerRow)[];
}

const isGroup = (item: Group | LayerRow): item is Group => 'children' in item;

function grouped(rows: readonly LayerRow[]): Group {
  const top: Group = { path: '', type: '', children: [] };
  for (const row of rows) {
    let group = top;
    for (const { path, type } of row.blocks) {
      const last = group.children.at(-1);
      if (last && isGroup(last) && last.path === path) group = last;
      else {
        const next: Group = { path, type, children: [] };
        group.children.push(next);
        group = next;
      }
    }
    group.children.push(row);
  }
  return top;
}

const rowsIn = (item: Group | LayerRow): LayerRow[] => (isGroup(item) ? item.children.flatMap(rowsIn) : [item]);

interface Cells {
  readonly name: Node | string;
  readonly op: string;
  readonly kernel: string;
  readonly shape: string;
  readonly macs: number;
  readonly parameters: number;
  readonly time: number | undefined;
}

/** One line of the table, and those of the block that it stands for. */
interface Line {
  readonly element: HTMLTableRowElement;
  readonly inside: readonly Line[];
  open: boolean;
}

const sum = (rows: readonly LayerRow[], field: 'macs' | 'parameters'): number =>
  rows.reduce((total, row) => total + row[field], 0);

/** The table of layers: a block is a row that unfolds. With a profile, every row has its time. */
export class LayerTable {
  readonly #body: HTMLTableSectionElement;
  #rows: readonly LayerRow[] = [];
  #open = new Set<string>();

  constructor(body: HTMLTableSectionElement) {
    this.#body = body;
  }

  show(rows: readonly LayerRow[], profile?: Profile): void {
    if (rows !== this.#rows) this.#open = new Set();
    this.#rows = rows;
    const lines = grouped(rows).children.map((item) => this.#line(item, 0, profile));
    const add = (line: Line): void => {
      this.#body.append(line.element);
      line.inside.forEach(add);
    };
    this.#body.replaceChildren();
    lines.forEach(add);
    for (const line of lines) fold(line, true);
    const total = this.#cells('total', rows, '', profile);
    this.#body.append(this.#tr({ ...total, shape: '' }, 0, 'total'));
  }

  #line(item: Group | LayerRow, depth: number, profile: Profile | undefined): Line {
    if (!isGroup(item)) {
      const cells = { ...this.#cells(item.name, [item], item.op, profile), kernel: item.kernel ?? '' };
      return { element: this.#tr(cells, depth), inside: [], open: false };
    }
    const rows = rowsIn(item);
    const inside = item.children.map((child) => this.#line(child, depth + 1, profile));
    const button = make('button', { type: 'button', class: 'unfold' }, item.path);
    const cells = { ...this.#cells(button, rows, item.type, profile), kernel: `${rows.length} layers` };
    const line: Line = { element: this.#tr(cells, depth, 'block'), inside, open: this.#open.has(item.path) };
    button.setAttribute('aria-expanded', `${line.open}`);
    button.addEventListener('click', () => {
      line.open = !line.open;
      if (line.open) this.#open.add(item.path);
      else this.#open.delete(item.path);
      button.setAttribute('aria-expanded', `${line.open}`);
      fold(line, true);
    });
    return line;
  }

  #cells(name: Node | string, rows: readonly LayerRow[], op: string, profile: Profile | undefined): Cells {
    const time = profile && rows.reduce((total, { stage }) => total + (profile.stages[stage] ?? 0), 0);
    return {
      name,
      op,
      kernel: '',
      shape: shapeText(rows.at(-1)?.shape ?? []),
      macs: sum(rows, 'macs'),
      parameters: sum(rows, 'parameters'),
      time,
    };
  }

  #tr({ name, op, kernel, shape, macs, parameters, time }: Cells, depth: number, kind = ''): HTMLTableRowElement {
    const head = make('th', { scope: 'row', class: `depth${Math.min(depth, 3)}` }, name);
    const number = (text: string, more = ''): HTMLElement => make('td', { class: `number ${more}` }, text);
    return make(
      'tr',
      { class: kind },
      head,
      make('td', {}, op),
      make('td', { class: 'kernel' }, kernel),
      number(shape),
      number(count(macs)),
      number(count(parameters)),
      number(time === undefined ? '' : timeText(time), 'time'),
    );
  }
}

/** Shows a line and, where it is open, what is inside. */
function fold(line: Line, shown: boolean): void {
  line.element.hidden = !shown;
  for (const each of line.inside) fold(each, shown && line.open);
}
