import { LiteBlockError } from '../format/errors.ts';
import { nestsDeeper } from './safetensors/duplicate-key.ts';

/** More than any program is nested. */
const mostNested = 256;

/** The values of a JSON text in UTF-8. `what` names the text in messages. Throws file-invalid. */
export function parseJson(bytes: Uint8Array, what: string): JsonReader {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (nestsDeeper(text, mostNested)) throw new Error(`it is nested more than ${mostNested} deep`);
    return new JsonReader(parseNumbers(text), what, '');
  } catch (cause) {
    throw new LiteBlockError('file-invalid', `${what}: not JSON: ${(cause as Error).message}`, [], { cause });
  }
}

/** Python writes NaN and infinities as bare words, which JSON does not have: they become strings. */
function parseNumbers(text: string): unknown {
  if (!/[:[,]\s*(-?Infinity|NaN)\b/.test(text)) return JSON.parse(text);
  const quoted = text.replace(/"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g, (word) =>
    word.startsWith('"') ? word : `"${word}"`,
  );
  return JSON.parse(quoted);
}

/** A value of a JSON text and where it is. A wrong value is reported with its path: 'file-invalid'. */
export class JsonReader {
  readonly value: unknown;
  readonly #what: string;
  readonly #path: string;

  constructor(value: unknown, what: string, path: string) {
    this.value = value;
    this.#what = what;
    this.#path = path;
  }

  fail(wanted: string): never {
    const shown = String(JSON.stringify(this.value)).slice(0, 60);
    throw new LiteBlockError('file-invalid', `${this.#what}: ${this.#path || 'the text'} is ${shown} (${wanted})`);
  }

  get isAbsent(): boolean {
    return this.value === undefined || this.value === null;
  }

  /** A field of an object; absent where it has none. */
  at(key: string): JsonReader {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.fail('an object');
    const field = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
    return new JsonReader(field, this.#what, this.#path ? `${this.#path}.${key}` : key);
  }

  /** The fields of an object. */
  entries(): readonly (readonly [string, JsonReader])[] {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return this.fail('an object');
    return Object.keys(value).map((key) => [key, this.at(key)]);
  }

  /** The one field that an object of alternatives has. */
  only(): readonly [string, JsonReader] {
    const entries = this.entries().filter(([, field]) => !field.isAbsent);
    return entries.length === 1 ? entries[0] : this.fail('an object of one field');
  }

  list(): readonly JsonReader[] {
    const { value } = this;
    if (!Array.isArray(value)) return this.fail('a list');
    return value.map((item, i) => new JsonReader(item, this.#what, `${this.#path}[${i}]`));
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.fail('a text');
  }

  /** A whole number, inexact beyond 2^53: PyTorch writes 2^63 − 1 for the end of an axis. */
  integer(): number {
    return Number.isInteger(this.value) ? (this.value as number) : this.fail('a whole number');
  }

  /** A number; texts stand for those that are not finite. */
  number(): number {
    const { value } = this;
    if (typeof value === 'number') return value;
    const word = typeof value === 'string' ? notFinite[value.toLowerCase()] : undefined;
    return word ?? this.fail('a number');
  }

  boolean(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.fail('true or false');
  }
}

const notFinite: Readonly<Record<string, number>> = {
  infinity: Infinity,
  inf: Infinity,
  '-infinity': -Infinity,
  '-inf': -Infinity,
  nan: Number.NaN,
};
