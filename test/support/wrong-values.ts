import { expect, it } from 'vitest';
import { LiteBlockError } from '../../src/format/errors.ts';

/** Callers without types: what they may give in place of any argument, and what has to come of it. */

const detached = new Uint8Array(8);
structuredClone(detached, { transfer: [detached.buffer] });

/** What a caller's own code throws: it is not the package's to change. */
export class OwnError extends Error {}

const throwing = {
  get any(): never {
    throw new OwnError('a getter');
  },
};

const throwingProxy = new Proxy(
  {},
  {
    get(_, key) {
      // What asks for the kind of a value is answered: a proxy that refuses even that cannot be told from an engine's fault.
      if (typeof key === 'symbol') return undefined;
      throw new OwnError('a proxy');
    },
  },
);

export const object = {};
export const listener = (): number => 1;
export const list: unknown[] = [];

/** Values of every kind. Each is one object, so that a test can say which of them are right in its place. */
export const wrongValues: readonly unknown[] = [
  ...[null, undefined, 7, -1, Number.NaN, Infinity, 'x', '', true, Symbol('s'), 1n],
  ...[list, [null], [undefined], [1n], [Symbol('s')], [object], ['x'], [[]], object, { length: 3 }, listener],
  ...[new Date(0), new Map(), new Map([[object, object]]), new Set([1]), /x/, Promise.resolve(1), new Error('e')],
  ...[new DataView(new ArrayBuffer(8)), new ArrayBuffer(0), detached, new Float64Array(3), new BigInt64Array(2)],
  ...[new Int8Array(0), new Uint8Array(3), new Float32Array(1), Object.create(null), Object.freeze({ a: 1 })],
  ...[throwing, throwingProxy],
];

/** What a call throws or its promise is refused with; undefined where neither. */
export async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (cause) {
    return cause ?? new Error('nothing was thrown, but it was');
  }
  return undefined;
}

/** The name of a value in a message: some have no text. */
export function shown(value: unknown): string {
  try {
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

export function expectTyped(thrown: unknown, what: string): void {
  if (thrown instanceof OwnError) return;
  const stack = thrown instanceof Error ? `${thrown.stack}` : String(thrown);
  expect(thrown instanceof LiteBlockError, `${what}: ${stack}`).toBe(true);
  expect((thrown as LiteBlockError).message.length, what).toBeGreaterThan(10);
}

/** A call with one wrong argument; those of `but` are right in this place. */
export type WrongPlace = readonly [what: string, call: (wrong: unknown) => unknown, but?: readonly unknown[]];

/** Tests that each place refuses every value of `values` but its own with an error of the package. */
export function refusesWrong(places: readonly WrongPlace[], values: readonly unknown[]): void {
  it.each(places.map(([what, call, but = []]) => ({ what, call, but })))(
    '$what of a wrong type is refused with a LiteBlockError',
    async ({ call, but }) => {
      for (const wrong of values) {
        if (but.includes(wrong)) continue;
        const thrown = await thrownBy(() => call(wrong));
        expect(thrown, shown(wrong)).toBeInstanceOf(LiteBlockError);
        expect((thrown as LiteBlockError).message.length, shown(wrong)).toBeGreaterThan(10);
      }
    },
  );
}
