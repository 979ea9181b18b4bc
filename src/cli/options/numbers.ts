import { InvalidArgumentError } from 'commander';

/** "12" → 12: a whole number that is not negative. */
export function parseCount(text: string): number {
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new InvalidArgumentError('expected a whole number');
  }
  return Number(text);
}

/** "12" → 12: a whole number of 1 or more. */
export function parsePositive(text: string): number {
  const number = parseCount(text);
  if (number === 0) throw new InvalidArgumentError('expected a whole number of 1 or more');
  return number;
}

/** "4e9" → 4000000000; "Infinity" → no limit. */
export function parseLimit(text: string): number {
  const limit = text.trim() === '' ? Number.NaN : Number(text);
  if (!(limit >= 0)) throw new InvalidArgumentError('expected a number of 0 or more, or Infinity');
  return limit;
}

/** "0.01" → 0.01: how far something may be from something else. */
export function parseDistance(text: string): number {
  const distance = text.trim() === '' ? Number.NaN : Number(text);
  if (!(distance >= 0 && distance < Infinity)) throw new InvalidArgumentError('expected a number of 0 or more');
  return distance;
}

/** "99.9" → 99.9. */
export function parseNumber(text: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(number)) throw new InvalidArgumentError('expected a number');
  return number;
}
