/** Letters and digits alone, in lower case: what is left when spelling does not matter. */
export const plain = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '');

export const digitsOf = (word: string): string => word.replace(/\D/g, '');

/** How many letters must be changed, left out, put in or swapped with the next to turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const above = rows[i - 1];
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(above[j - 1] + (same ? 0 : 1), above[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, rows[i - 2][j - 2] + 1);
      }
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}

/** Whether one word is the other behind a few letters, which are seldom a slip: HSigmoid is not Sigmoid, nor ReLU PReLU. */
const isPrefixed = (a: string, b: string): boolean => a !== b && (a.endsWith(b) || b.endsWith(a));

/**
 * The known word that was probably meant: the same letters, the only one that begins so or the one for maps
 * (2d) of those, or one with at most a third of the
 * letters (and at most three) mistyped, but no digit, nor letters before it: ReLU5 is not ReLU6, nor HSigmoid Sigmoid. None where one of `others`, which are words for
 * something else, is as near.
 */
export function nearest(word: string, known: readonly string[], others: readonly string[] = []): string | undefined {
  const asked = plain(word);
  if (asked === '' || asked.length > 40) return undefined;
  const exact = known.find((each) => plain(each) === asked);
  if (exact !== undefined || others.some((each) => plain(each) === asked)) return exact;
  const begun = asked.length > 2 ? known.filter((each) => plain(each).startsWith(asked)) : [];
  if (begun.length > 0) return begun.length === 1 ? begun[0] : begun.find((each) => plain(each) === `${asked}2d`);
  const away = (each: string): number => editDistance(asked, plain(each));
  const [closest] = known
    .map((each) => ({ each, away: away(each) }))
    .filter((one) => one.away <= 3 && one.away * 3 <= Math.max(asked.length, plain(one.each).length))
    .filter(({ each }) => digitsOf(each) === digitsOf(asked) && !isPrefixed(asked, plain(each)))
    .sort((a, b) => a.away - b.away);
  return closest && others.every((other) => away(other) > closest.away) ? closest.each : undefined;
}
