/** A line of comma-separated values, of which those in quotes may have commas and doubled quotes. */
function cells(line: string): string[] {
  const found = line.matchAll(/(?:^|,)\s*(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return Array.from(found, ([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain ?? '').trim());
}

const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** Titles of columns with names, the likeliest first. */
const nameTitles = ['display_name', 'label', 'labels', 'name', 'class_name', 'class', 'category', 'title'];
const indexTitles = ['index', 'id', 'class_id', 'label_id', 'class_index', 'idx', '#'];

/** Names in the order of their numbers, which are all from 0 or all from 1 on; undefined where they are not. */
function inOrder(rows: readonly (readonly [index: string, name: string])[]): string[] | undefined {
  const first = Math.min(...rows.map(([index]) => Number(index)));
  const names = new Map(rows.map(([index, name]) => [Number(index) - first, name]));
  if (first > 1 || names.size !== rows.length) return undefined;
  const list = rows.map((_, i) => names.get(i));
  return list.every((name) => name !== undefined) ? list : undefined;
}

/** Of comma-separated values with a line of titles: the column of names, by that of numbers where there is one. */
function fromTable(lines: readonly string[]): string[] | undefined {
  const [titles, ...rows] = lines.map(cells) as [string[], ...string[][]];
  const known = titles.map((title) => title.toLowerCase());
  const name = nameTitles.map((title) => known.indexOf(title)).find((column) => column >= 0);
  if (
    titles.length < 2 ||
    name === undefined ||
    rows.length === 0 ||
    rows.some((row) => row.length !== titles.length)
  ) {
    return undefined;
  }
  const index = known.findIndex(
    (title, column) => indexTitles.includes(title) && rows.every((row) => isNumber(row[column])),
  );
  const names = rows.map((row) => row[name]);
  return (index < 0 ? undefined : inOrder(rows.map((row) => [row[index], row[name]]))) ?? names;
}

/**
 * Names of classes in a text, in the order of the classes: a name a line, each with its number before it (`0 cat`, `0: cat`,
 * `0,cat`) or not, or comma-separated values with a line of titles. Numbers are taken for such where they are all there, from 0
 * or from 1 on. Empty lines at the end are left out.
 */
export function parseLabels(text: string): string[] {
  const lines = text
    .replace(/^\ufeff/, '')
    .split('\n')
    .map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) return [];
  const numbered = lines.map((line) => /^(\d+)(?:\s*[:,;]\s*|\s+)(.+)$/.exec(line));
  const rows = numbered.flatMap((match) => (match ? [[match[1], match[2]] as const] : []));
  const byNumber = rows.length === lines.length ? inOrder(rows) : undefined;
  return byNumber ?? fromTable(lines) ?? lines;
}
