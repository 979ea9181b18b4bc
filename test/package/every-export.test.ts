import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as compiler from '../../src/compiler/index.ts';
import type { LiteBlockError } from '../../src/format/errors.ts';
import * as runtime from '../../src/runtime/node.ts';
import { fakeWorker } from '../runtime/fake-worker.ts';
import { expectTyped, shown, thrownBy, wrongValues } from '../support/wrong-values.ts';
import {
  type Arguments,
  calls,
  compiled,
  evaluateFloat,
  evaluateQuantized,
  float,
  graph,
  images,
  model,
} from './export-calls.ts';

/**
 * Every function of every entry of package.json, called with everything that is not an argument. The list of exports is the
 * package's own: one that is missing in `calls` fails, so that none comes without checks.
 */

const manifest: { exports: Record<string, string | Record<string, string>> } = JSON.parse(
  readFileSync('package.json', 'utf8'),
);

/** The sources of an entry, for each of its hosts. */
const sourcesOf = (target: string | Record<string, string>): string[] =>
  Object.entries(typeof target === 'string' ? { default: target } : target)
    .filter(([host, path]) => host !== 'types' && path.endsWith('.js'))
    .map(([, path]) =>
      path.replace('./dist/browser.js', './dist/runtime/browser.js').replace('./dist/worker', './dist/runtime/worker'),
    )
    .map((path) => path.replace('./dist/', '../../src/').replace(/\.js$/, '.ts'));

/** Entries that are a program (a worker's), and engines. Workers of Cloudflare import a module, which Node does not. */
const isLibrary = (source: string): boolean => !/worker-thread|workerd/.test(source);

const entries = Object.entries(manifest.exports).flatMap(([name, target]) =>
  [...new Set(sourcesOf(target))].filter(isLibrary).map((source) => [name, source] as const),
);

/** Words of network.json, which take fields. */
const isWord = (name: string): boolean => /^[A-Z]/.test(name) && name in compiler && name !== 'LiteBlockError';

/** Classes: the error itself takes what `Error` takes. */
const classes = ['LiteBlockError', 'Model'];

type Any = (...args: Arguments) => unknown;

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Members that are looked into no further: an operator's own, and what is long. */
const closed = ['op', 'attributes', 'words', 'data'];

/** Every value that is `value` but for one member, at most `depth` down, with the path of that member. Of a list the first. */
function* withOneWrong(value: unknown, wrong: unknown, depth: number, path = ''): Generator<[unknown, string]> {
  if (depth === 0) return;
  if (Array.isArray(value) && value.length > 0) {
    const [first, ...others] = value;
    yield [[wrong, ...others], `${path}[0]`];
    for (const [inner, at] of withOneWrong(first, wrong, depth - 1, `${path}[0]`)) yield [[inner, ...others], at];
  } else if (isPlain(value)) {
    for (const [key, member] of Object.entries(value)) {
      // Of attributes the members are an operator's own, so that any object may be one.
      if (key === 'attributes' && Object.prototype.toString.call(wrong) === '[object Object]') continue;
      yield [{ ...value, [key]: wrong }, `${path}.${key}`];
      if (closed.includes(key)) continue;
      for (const [inner, at] of withOneWrong(member, wrong, depth - 1, `${path}.${key}`)) {
        yield [{ ...value, [key]: inner }, at];
      }
    }
  }
}

const callOf = (name: string, entry: string) => calls[name === 'load' ? `load (${entry})` : name];

describe.each(entries)('%s (%s)', async (entry, path) => {
  const exported: Record<string, unknown> = await import(path);
  const functions = Object.entries(exported).filter(([name]) => !isWord(name) && !classes.includes(name));

  it('exports functions that this test knows, and nothing else', () => {
    expect(functions.filter(([, value]) => typeof value !== 'function').map(([name]) => name)).toEqual(
      entry === './format' ? ['instructions', 'opcodes', 'operandFields'] : [],
    );
    const unknown = functions.filter(([name, value]) => typeof value === 'function' && !callOf(name, entry));
    expect(unknown.map(([name]) => name)).toEqual([]);
  });

  it.each(functions.filter(([, value]) => typeof value === 'function'))(
    '%s',
    async (name, value) => {
      const fn = value as Any;
      const { given, needs } = callOf(name, entry) as NonNullable<ReturnType<typeof callOf>>;
      if (name !== 'loadInWorker') expect(await thrownBy(() => fn(...given))).toBeUndefined();
      for (let place = 0; place < given.length; place++) {
        const call = (wrong: unknown): Promise<unknown> =>
          thrownBy(() => fn(...given.map((each, i) => (i === place ? wrong : each))));
        for (const wrong of wrongValues) {
          const thrown = await call(wrong);
          const what = `${name}: argument ${place} is ${shown(wrong)}`;
          if (thrown !== undefined) expectTyped(thrown, what);
          else expect(place < needs && (wrong === undefined || wrong === null), what).toBe(false);
          for (const [argument, at] of withOneWrong(given[place], wrong, 4)) {
            const inner = await call(argument);
            if (inner !== undefined) expectTyped(inner, `${name}: argument ${place}${at} is ${shown(wrong)}`);
          }
        }
      }
    },
    60_000,
  );

  it('refuses options that do not exist, by name', async () => {
    for (const [name, value] of functions) {
      const { given } = callOf(name, entry) ?? { given: [] };
      const options = given.at(-1);
      if (
        !isPlain(options) ||
        ![
          'load',
          'loadInWorker',
          'networkGraph',
          'quantize',
          'report',
          'compile',
          'importModel',
          'importNetwork',
          'importSeeded',
        ].includes(name)
      )
        continue;
      const thrown = await thrownBy(() => (value as Any)(...given.slice(0, -1), { ...options, strange: 1 }));
      expect(thrown, name).toMatchObject({ code: 'usage', message: expect.stringContaining('"strange"') });
    }
  });
});

it.each(Object.entries(compiler).filter(([name]) => isWord(name)))(
  'the word %s takes fields alone',
  async (name, word) => {
    for (const wrong of wrongValues) {
      const thrown = await thrownBy(() => (word as unknown as Any)(wrong));
      if (thrown !== undefined) expectTyped(thrown, `${name}(${shown(wrong)})`);
    }
  },
);

describe('what functions return', () => {
  it.each([
    ['evaluateFloat', evaluateFloat(float) as Any],
    ['evaluateQuantized', evaluateQuantized(graph) as Any],
    ['Model.run', model.run.bind(model) as Any],
    ['Model.profile', ((...args: Arguments) => (model.profile as Any)(...args, { runs: 1, warmup: 0 })) as Any],
  ])('%s refuses what it cannot take', async (name, fn) => {
    for (const wrong of wrongValues) {
      for (const argument of [wrong, [wrong]]) {
        const thrown = await thrownBy(() => fn(argument));
        if (thrown !== undefined) expectTyped(thrown, `${name}(${shown(argument)})`);
      }
    }
  });

  it.each(['run', 'profile'] as const)('%s of a model in a worker', async (method) => {
    const { loadInWorker } = await import('../../src/runtime/worker.ts');
    const inWorker = await loadInWorker(compiled.bytes, { worker: await fakeWorker() });
    for (const wrong of wrongValues) {
      const thrown = await thrownBy(() => (inWorker[method] as Any).call(inWorker, wrong));
      if (thrown !== undefined && (thrown as LiteBlockError).name !== 'LiteBlockError')
        expectTyped(thrown, shown(wrong));
    }
  });

  it('new Model is not for callers', async () => {
    for (const wrong of wrongValues) {
      const create = () => new (runtime.Model as unknown as new (engine: unknown) => unknown)(wrong);
      const thrown = await thrownBy(create);
      expectTyped(thrown, shown(wrong));
      expect((thrown as Error).message).toMatch(/new Model: use load|a getter|a proxy/);
    }
  });
});

it.each([
  ['compile', () => compiler.compile(graph, { ram: 1000 } as never), 'ram', 'ramBytes'],
  [
    'quantize',
    () => compiler.quantize(float, images, { evaluate: evaluateFloat, Method: 'mse' } as never),
    'Method',
    'method',
  ],
  ['load', () => runtime.load(compiled.bytes, { Tier: 'simd' } as never), 'Tier', 'tier'],
] as const)('%s tells which option was meant', async (name, call, given, meant) => {
  expect(await thrownBy(call)).toMatchObject({
    code: 'usage',
    message: `${name}: there is no option "${given}" (did you mean ${meant}?)`,
  });
});
