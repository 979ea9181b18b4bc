import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import type { Numbers } from '../../src/format/values.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { loaded, raw, runOnce, tiers } from '../support/engine.ts';
import { base64, referenceOutputs } from '../support/tflite-outputs.ts';
import { generators } from './catalogue.ts';
import { type Case, caseOf, type Generator } from './generator.ts';

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const sampleOf = (operator: string): string => path(`test/data/reference/${operator}.json`);
const samples = 40;

/** What is stored of a sample: models and inputs come from the seed again, so that a changed generator is noticed. */
interface Sample {
  readonly seed: number;
  /** The outputs of each case, base64. */
  readonly outputs: readonly (readonly string[])[];
}

/** The outputs of the plain references and of both engines, by who gives them: of all runs, one after the other. */
function ownOutputs({ model, inputs, steps }: Case): Record<string, string[]> {
  const graph = importModel(model, 'case.tflite');
  const { bytes } = compile(graph);
  const given = Array.from({ length: steps }, (_, step) =>
    inputs.map((values) => values.slice((step * values.length) / steps, ((step + 1) * values.length) / steps)),
  );
  const typed = (values: Uint8Array, i: number): Numbers =>
    graph.tensors[graph.inputs[i] as number]?.dtype === 'u8' ? values : new Int8Array(values.buffer);
  const joined = (runs: readonly (readonly Uint8Array[])[]): string[] =>
    graph.outputs.map((_, i) => base64(Buffer.concat(runs.map((outputs) => outputs[i] as Uint8Array))));
  const run = evaluateQuantized(graph);
  const plain = joined(given.map((values) => run(values.map(typed)).map((output) => raw(output as Numbers))));
  const engines = tiers.map((tier) => {
    const instance = loaded(tier, bytes);
    return [tier, joined(given.map((values) => runOnce(instance, values)))] as const;
  });
  return { plain, ...Object.fromEntries(engines) };
}

/** The first cases of which any of ours differs, with what it is; empty where none does. */
function differences(
  { operator }: Generator,
  cases: readonly Case[],
  expected: readonly (readonly string[])[],
): string[] {
  const found: string[] = [];
  cases.forEach((one, i) => {
    const fail = (what: string): void => void found.push(`${operator}, case ${i}: ${what}`);
    try {
      for (const [name, outputs] of Object.entries(ownOutputs(one))) {
        if (JSON.stringify(outputs) !== JSON.stringify(expected[i])) fail(`${name} differs`);
      }
    } catch (error) {
      fail((error as Error).message);
    }
  });
  return found.slice(0, 20);
}

const casesOf = (generator: Generator, seed: number, count: number): Case[] =>
  Array.from({ length: count }, (_, i) => caseOf(generator, seed, i));

const count = Number(process.env.COMPARE ?? 0);
const named = generators.map((generator): [string, Generator] => [generator.operator, generator]);

if (count > 0) {
  // By command: node scripts/compare-tflite.mjs COUNT [OPERATOR …].
  describe('random models have the bytes of tflite-runtime', () => {
    const wanted = (process.env.OPERATORS ?? '').split(',').filter(Boolean);
    const seed = Number(process.env.SEED ?? 20);
    it.each(named.filter(([name]) => wanted.length === 0 || wanted.includes(name)))(
      `%s, ${count}`,
      (operator, generator) => {
        const cases = casesOf(generator, seed, count);
        const expected = referenceOutputs(cases);
        if (process.env.SAMPLE) {
          const outputs = expected.slice(0, samples);
          mkdirSync(path('test/data/reference'), { recursive: true });
          writeFileSync(sampleOf(operator), `${JSON.stringify({ seed, outputs } satisfies Sample)}\n`);
        }
        expect(differences(generator, cases, expected)).toEqual([]);
      },
    );
  });
} else {
  it('has a generator for every stored sample', () => {
    const stored = readdirSync(path('test/data/reference')).map((name) => name.replace(/\.json$/, ''));
    expect(generators.map(({ operator }) => operator).sort()).toEqual(stored.sort());
  });

  describe('a stored sample of random models has the bytes of tflite-runtime', () => {
    it.each(named)('%s', (operator, generator) => {
      const { seed, outputs } = JSON.parse(readFileSync(sampleOf(operator), 'utf8')) as Sample;
      expect(outputs.length).toBe(samples);
      expect(differences(generator, casesOf(generator, seed, samples), outputs)).toEqual([]);
    });
  });
}
