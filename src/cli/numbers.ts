import { InvalidArgumentError } from 'commander';

/** "12" → 12: a whole number that is not negative. */
export function parseCount(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new InvalidArgumentError('a whole number is wanted');
  }
  return Number(text);
}

/** "99.9" → 99.9. */
export function parseNumber(text: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) throw new InvalidArgumentError('a number is wanted');
  return number;
}
