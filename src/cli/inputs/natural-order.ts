/** "a10" → "a", 10. */
const parts = (name: string): string[] => name.match(/\d+|\D+/g) ?? [];

/** Numbers by value, whatever the zeros before them; all else by code units. */
function comparePart(a: string, b: string): number {
  if (/^\d/.test(a) && /^\d/.test(b)) {
    const [x, y] = [BigInt(a), BigInt(b)];
    if (x !== y) return x < y ? -1 : 1;
    return 0;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Compares names so that image2 comes before image10: the same order on every machine, whatever its language. */
export function naturalOrder(a: string, b: string): number {
  const [x, y] = [parts(a), parts(b)];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const order = comparePart(x[i], y[i]);
    if (order !== 0) return order;
  }
  return x.length - y.length || (a < b ? -1 : a > b ? 1 : 0);
}
