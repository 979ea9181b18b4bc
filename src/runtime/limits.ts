import { LiteBlockError } from '../format/errors.ts';
import type { Header } from '../format/read.ts';

/** Elementary operations that a run may take by default: about 200 times those of a MobileNetV2-1.0-224. */
export const defaultMaxOperations = 2 ** 36;

/** Throws operations-exceeded, naming need and limit. The engine holds a header to what its records do. */
export function checkOperations(
  { operations }: Pick<Header, 'operations'>,
  limit: number = defaultMaxOperations,
  name = 'model',
): void {
  if (operations <= limit) return;
  throw new LiteBlockError(
    'operations-exceeded',
    `${name}: a run takes ${operations} elementary operations, the limit is ${limit}: raise it (maxOperations, --max-operations) for a file that you trust`,
  );
}

const describe = (value: unknown): string => (typeof value === 'string' ? `"${value}"` : String(value));

/** What options that count may be, and the words for it. */
const kinds = {
  /** Infinity is not a limit. */
  limit: { wanted: 'a number of 0 or more, or Infinity,', fits: (value: number) => value >= 0 },
  time: { wanted: 'a number above 0', fits: (value: number) => value > 0 && Number.isFinite(value) },
  count: { wanted: 'a whole number of 0 or more', fits: (value: number) => Number.isSafeInteger(value) && value >= 0 },
  positive: {
    wanted: 'a whole number of 1 or more',
    fits: (value: number) => Number.isSafeInteger(value) && value >= 1,
  },
} as const;

/** Throws usage for a number that would count for ever, or not at all. Options that are left out are taken. */
export function checkNumbers<Options extends object>(
  what: string,
  options: Options,
  wanted: { readonly [Option in keyof Options]?: keyof typeof kinds },
): void {
  for (const [option, kind] of Object.entries(wanted) as [keyof Options & string, keyof typeof kinds][]) {
    const value: unknown = options[option];
    if (value === undefined || (typeof value === 'number' && kinds[kind].fits(value))) continue;
    throw new LiteBlockError('usage', `${what}: ${option} ${describe(value)}: expected ${kinds[kind].wanted}`);
  }
}
