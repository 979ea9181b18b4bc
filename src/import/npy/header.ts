/** The dictionary at the start of a `.npy`, as NumPy writes it. */
export interface NpyHeader {
  /** "<f4", "|u1", …: byte order, kind and bytes of an element. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** One member and the comma or brace after it. A tuple of one number ends with a comma, as Python wants it. */
const member =
  /^\s*(['"])(descr|fortran_order|shape)\1\s*:\s*(?:(['"])([^'"]*)\3|(True|False)|\(((?:\s*\d+\s*,)*(?:\s*\d+)?\s*)\))\s*(,|(?=\}))/;

/** Parses the header's Python literal: exactly descr, fortran_order and shape. Throws an Error with what is wrong. */
export function parseHeader(text: string): NpyHeader {
  const start = /^\s*\{/.exec(text);
  if (!start) throw new Error(`its header is not a dictionary (it begins "${text.slice(0, 20)}")`);
  let rest = text.slice(start[0].length);
  const found = new Map<string, string>();
  for (let match = member.exec(rest); match; match = member.exec(rest)) {
    const [whole, , key = '', , descr, order, tuple] = match;
    if (found.has(key)) throw new Error(`its header has ${key} twice`);
    const value = key === 'descr' ? descr : key === 'shape' ? tuple : order;
    if (value === undefined) throw new Error(`its header's ${key} is not of the type it should be`);
    found.set(key, value);
    rest = rest.slice(whole.length);
  }
  const [descr, order, tuple] = ['descr', 'fortran_order', 'shape'].map((key) => found.get(key));
  if (descr === undefined || order === undefined || tuple === undefined || !/^\s*\}\s*$/.test(rest)) {
    throw new Error('its header is not a dictionary of descr, fortran_order and shape');
  }
  if (/^\s*\d+\s*$/.test(tuple)) throw new Error(`the shape of its header, (${tuple}), is not a tuple`);
  const shape = tuple
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  return { descr, fortranOrder: order === 'True', shape };
}
