import { printableLine } from './printable.ts';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** Cells of this column are shortened, keeping their ends, where the table is wider than the terminal. */
  readonly shrinks?: boolean;
}

const gap = '  ';
const minimum = 8;

/** "features/12/expand/Relu6" in 12 characters: "…pand/Relu6": the ends of names differ, not their beginnings. */
export function shorten(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `…${letters.slice(letters.length - width + 1).join('')}`;
}

/** Rows of text with aligned columns; the first line is the titles. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width?: number): string[] {
  const lines = rows.map((row) => row.map(printableLine));
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...lines.map((row) => [...(row[i] ?? '')].length)),
  );
  const shrinking = columns.findIndex((column) => column.shrinks);
  const total = widths.reduce((sum, each) => sum + each, gap.length * (columns.length - 1));
  if (width !== undefined && shrinking >= 0 && total > width) {
    widths[shrinking] = Math.max(minimum, widths[shrinking] - (total - width));
  }
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align, shrinks }, i) => {
        const cell = shrinks ? shorten(cells[i] ?? '', widths[i]) : (cells[i] ?? '');
        const space = ' '.repeat(Math.max(0, widths[i] - [...cell].length));
        return align === 'left' ? cell + space : space + cell;
      })
      .join(gap)
      .trimEnd();
  return [columns.map(({ title }) => title), ...lines].map(line);
}
