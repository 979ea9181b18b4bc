import { isBlock, type TreeRow } from '../../../src/analyze/blocks.ts';
import type { Inspection } from '../../../src/analyze/inspect.ts';
import type { NodeRow } from '../../../src/analyze/node-row.ts';
import { count, cut, make, shapeText, timeText } from './dom.ts';
import type { Profile } from './protocol.ts';

const rowsIn = (row: TreeRow): readonly NodeRow[] => (isBlock(row) ? row.rows.flatMap(rowsIn) : [row]);

interface Cells {
  readonly name: Node | string;
  readonly op: string;
  readonly kernel: string;
  readonly shape: string;
  readonly macs: number;
  readonly parameters: number;
  /** Signal to noise of int8 against float. */
  readonly snr: number | undefined;
  readonly time: number | undefined;
}

/** One line of the table, and those of the block that it stands for. */
interface Line {
  readonly element: HTMLTableRowElement;
  readonly inside: readonly Line[];
  open: boolean;
}

/** The table of layers: a block is a row that unfolds. With a profile, every row has its time. */
export class LayerTable {
  readonly #body: HTMLTableSectionElement;
  #inspection: Inspection | undefined;
  #open = new Set<string>();
  #snr: ReadonlyMap<string, number> = new Map();

  constructor(body: HTMLTableSectionElement) {
    this.#body = body;
  }

  /** Signal to noise by the names of layers, of the model that is shown next. */
  measured(snr: readonly (readonly [name: string, snrDb: number])[]): void {
    this.#snr = new Map(snr);
  }

  show(inspection: Inspection, profile?: Profile): void {
    if (inspection !== this.#inspection) this.#open = new Set();
    this.#inspection = inspection;
    const lines = inspection.tree.map((row) => this.#line(row, 0, profile));
    const add = (line: Line): void => {
      this.#body.append(line.element);
      line.inside.forEach(add);
    };
    this.#body.replaceChildren();
    lines.forEach(add);
    for (const line of lines) fold(line, true);
    // Rows of zero points have no row of their own, but take their time.
    const time = profile?.stages.reduce((total, milliseconds) => total + milliseconds, 0);
    const { macs, parameters } = inspection;
    this.#body.append(
      tableRow({ name: 'total', op: '', kernel: '', shape: '', macs, parameters, snr: undefined, time }, 0, 'total'),
    );
  }

  #line(row: TreeRow, depth: number, profile: Profile | undefined): Line {
    const { macs, parameters } = row;
    const nodes = rowsIn(row);
    const time = profile && nodes.reduce((total, { stage }) => total + (profile.stages[stage] ?? 0), 0);
    // A block's output is that of its last layer.
    const snr = this.#snr.get(nodes.at(-1)?.name ?? '');
    const cells = { shape: shapeText(row.shape.slice(1)), macs, parameters, snr, time };
    if (!isBlock(row)) {
      const { name, op, kernel } = row;
      return { element: tableRow({ ...cells, name, op, kernel }, depth), inside: [], open: false };
    }
    const { path, type } = row;
    const inside = row.rows.map((child) => this.#line(child, depth + 1, profile));
    const button = make('button', { type: 'button', class: 'unfold' }, cut(path));
    const kernel = nodes.length === 1 ? '1 layer' : `${nodes.length} layers`;
    const element = tableRow({ ...cells, name: button, op: type, kernel }, depth, 'block');
    const line: Line = { element, inside, open: this.#open.has(path) };
    const tell = () => button.setAttribute('aria-expanded', `${line.open}`);
    tell();
    button.addEventListener('click', () => {
      line.open = !line.open;
      if (line.open) this.#open.add(path);
      else this.#open.delete(path);
      tell();
      fold(line, true);
    });
    return line;
  }
}

/** Without noise there is no ratio. */
const decibelText = (snrDb: number): string => (Number.isFinite(snrDb) ? snrDb.toFixed(1) : '∞');

function tableRow({ name, op, kernel, shape, macs, parameters, snr, time }: Cells, depth: number, kind = '') {
  const number = (text: string, more = ''): HTMLElement => make('td', { class: `number ${more}` }, text);
  return make(
    'tr',
    { class: kind },
    make(
      'th',
      {
        scope: 'row',
        class: `depth${Math.min(depth, 3)}`,
        'data-op': [op, shape, `${count(parameters)} parameters`].filter(Boolean).join(' · '),
      },
      typeof name === 'string' ? cut(name) : name,
    ),
    make('td', { class: 'op' }, op),
    make('td', { class: 'kernel' }, kernel),
    number(shape, 'shape'),
    number(count(macs)),
    number(count(parameters), 'parameters'),
    number(snr === undefined ? '' : decibelText(snr), 'snr'),
    number(time === undefined ? '' : timeText(time), 'time'),
  );
}

/** Shows a line and, where it is open, what is inside. */
function fold(line: Line, shown: boolean): void {
  line.element.hidden = !shown;
  for (const each of line.inside) fold(each, shown && line.open);
}
