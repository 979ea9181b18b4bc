import { digitsOf, editDistance } from '../../network/nearest.ts';

/** Letters that may be wrong, for a word of this length: a third of them, three at most. */
const tolerance = (word: string): number => Math.min(3, Math.ceil(word.length / 3));

/** How far a word is from one that it begins: nearer than any with a wrong letter. */
const begins = 0.5;

/**
 * What a mistyped word may have meant, nearest first: words that it begins, else those that differ in few letters and no digit. None
 * where one of `others`, which are words for something else, is as near.
 */
export function similar(word: string, words: readonly string[], others: readonly string[] = []): string[] {
  const typed = word.toLowerCase();
  const far = (candidate: string): number =>
    typed.length >= 2 && candidate.toLowerCase().startsWith(typed)
      ? begins
      : editDistance(typed, candidate.toLowerCase());
  const near = words
    .map((candidate) => ({ candidate, away: far(candidate) }))
    .filter(({ candidate, away }) => away <= tolerance(candidate))
    .filter(({ candidate, away }) => away < 1 || digitsOf(candidate) === digitsOf(typed))
    .sort((a, b) => a.away - b.away);
  const least = near[0]?.away ?? 0;
  if (others.some((other) => editDistance(typed, other.toLowerCase()) <= least)) return [];
  const begun = near.filter(({ away }) => away === begins);
  return (begun.length > 0 ? begun : near).map(({ candidate }) => candidate).slice(0, 3);
}

/** "\n(Did you mean simd?)", or nothing. */
export function didYouMean(word: string, words: readonly string[], others: readonly string[] = []): string {
  const near = similar(word, words, others);
  if (near.length === 0) return '';
  return near.length === 1 ? `\n(Did you mean ${near[0]}?)` : `\n(Did you mean one of ${near.join(', ')}?)`;
}
