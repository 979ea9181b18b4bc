import { type ErrorCode, LiteBlockError } from './errors.ts';
import { type Like, problemOf } from './like.ts';

/** "Uint8Array", "Response", "Null", …: the same for a value of another realm, where instanceof fails. */
export const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** For callers without types: throws input unless `value` is of one of these kinds. `what` is the function and its argument. */
export function checkKind(what: string, value: unknown, ...kinds: readonly string[]): void {
  const kind = kindOf(value);
  if (!kinds.includes(kind)) {
    throw new LiteBlockError('input', `${what}: expected ${kinds.join(' or ')}, got ${kind}`);
  }
}

/** Throws input unless `value` is an object of any class that has these members. */
export function checkMembers(what: string, value: unknown, ...members: readonly string[]): void {
  if (typeof value === 'object' && value !== null && members.every((member) => member in value)) return;
  throw new LiteBlockError('input', `${what}: expected an object with ${members.join(', ')}, got ${kindOf(value)}`);
}

/** Whether a name begins as another does, in whatever case: "Method", "ram". */
const alike = (name: string, start: string): boolean => name.toLowerCase().startsWith(start.toLowerCase());

/**
 * Throws input unless `options` is an object, and usage for an option that is not one of `types` or not of its type: it may be
 * one that the caller relies on. Of the type '' the caller looks at the option.
 */
export function checkOptions(what: string, options: object, types: Readonly<Record<string, string>>): void {
  checkKind(`${what}: options`, options, 'Object');
  for (const [key, value] of Object.entries<unknown>({ ...options })) {
    const type = Object.hasOwn(types, key) ? types[key] : undefined;
    if (type === undefined) {
      const names = Object.keys(types);
      const meant = names.find((name) => alike(name, key) || alike(key, name));
      const known = meant ? `did you mean ${meant}?` : names.join(', ');
      throw new LiteBlockError('usage', `${what}: there is no option "${key}" (${known})`);
    }
    if (type && value !== undefined && typeof value !== type) {
      throw new LiteBlockError('usage', `${what}: ${key}: expected a ${type}, got ${kindOf(value)}`);
    }
  }
}

/** Throws input unless `value` is a function, of whatever kind. */
export function checkFunction(what: string, value: unknown): void {
  if (typeof value !== 'function') checkKind(what, value, 'Function');
}

/** Throws `code` with the path of the first member that is not as it must be. */
export function checkLike(what: string, value: unknown, like: Like, code: ErrorCode = 'input'): void {
  const problem = problemOf(value, like);
  if (problem) throw new LiteBlockError(code, `${what}: ${problem}`);
}
