/** Letters that may be wrong, for a word of this length: a third of them, three at most. */
const tolerance = (word: string): number => Math.min(3, Math.ceil(word.length / 3));

/** Letters to insert, drop, replace or swap with a neighbour until `a` is `b`. */
function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const [above, row] = [rows[i - 1], [i]];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        above[j] + 1,
        row[j - 1] + 1,
        above[j - 1] + (same ? 0 : 1),
        swapped ? rows[i - 2][j - 2] + 1 : Number.POSITIVE_INFINITY,
      );
    }
    rows.push(row);
  }
  return rows[a.length][b.length];
}

/** How far a word is from one that it begins: nearer than any with a wrong letter. */
const begins = 0.5;

const digitsOf = (word: string): string => word.replace(/\D/g, '');

/**
 * What a mistyped word may have meant, nearest first: words that it begins, else those that differ in few letters and no digit. None
 * where one of `others`, which are words for something else, is as near.
 */
export function similar(word: string, words: readonly string[], others: readonly string[] = []): string[] {
  const typed = word.toLowerCase();
  const far = (candidate: string): number =>
    typed.length >= 2 && candidate.toLowerCase().startsWith(typed) ? begins : distance(typed, candidate.toLowerCase());
  const near = words
    .map((candidate) => ({ candidate, away: far(candidate) }))
    .filter(({ candidate, away }) => away <= tolerance(candidate))
    .filter(({ candidate, away }) => away < 1 || digitsOf(candidate) === digitsOf(typed))
    .sort((a, b) => a.away - b.away);
  const least = near[0]?.away ?? 0;
  if (others.some((other) => distance(typed, other.toLowerCase()) <= least)) return [];
  const begun = near.filter(({ away }) => away === begins);
  return (begun.length > 0 ? begun : near).map(({ candidate }) => candidate).slice(0, 3);
}

/** "\n(Did you mean simd?)", or nothing. */
export function didYouMean(word: string, words: readonly string[], others: readonly string[] = []): string {
  const near = similar(word, words, others);
  if (near.length === 0) return '';
  return near.length === 1 ? `\n(Did you mean ${near[0]}?)` : `\n(Did you mean one of ${near.join(', ')}?)`;
}
