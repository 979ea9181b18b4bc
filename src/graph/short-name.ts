const longest = 60;

/**
 * A name for messages and tables. Converters join the names of everything that was fused with ';': the first is kept, and
 * of a long path its end.
 */
export function shortName(name: string): string {
  const first = name.split(';', 1)[0] || name;
  return first.length > longest ? `…${first.slice(1 - longest)}` : first;
}

/** A name within a line: a line feed in it would begin another. */
const oneLine = (name: string): string => name.replace(/[\n\r]/g, (end) => (end === '\n' ? '\\n' : '\\r'));

/** A node or a tensor in a message: `node 3 CONV_2D "features/3"`, without the quotes where it has no name. */
export const withName = (what: string, name: string): string =>
  name === '' ? what : `${what} "${oneLine(shortName(name))}"`;
