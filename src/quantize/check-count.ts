import { LiteBlockError } from '../format/errors.ts';

/** Throws usage for a number of images of which there cannot be any. Left out, it is what the option says. */
export function checkCount(what: string, option: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1)) return;
  throw new LiteBlockError('usage', `${what}: ${option} ${value}: expected a whole number of 1 or more`);
}
