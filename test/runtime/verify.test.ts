import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findNpmTool } from '../../scripts/npm-tools.mjs';
import { findPythonWasmtime } from '../../scripts/python-wasmtime.mjs';
import { findWasm3 } from '../../scripts/wasm3.mjs';
import { findWasmtime } from '../../scripts/wasmtime.mjs';
import { findWazero } from '../../scripts/wazero.mjs';
import { builtEngines } from '../../src/cli/engines.ts';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { importSeeded } from '../../src/compiler/import-network.ts';
import { writeModel } from '../../src/format/write.ts';
import type { FloatEvaluator, QuantizedEvaluator } from '../../src/graph/evaluator.ts';
import { elements, type Tensor } from '../../src/graph/tensor.ts';
import { quantizedEvaluator } from '../../src/jobs/evaluators.ts';
import { seeded } from '../../src/network/seeded-weights.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { quantize } from '../../src/quantize/quantize.ts';
import { cli } from '../cli/cli.ts';
import { floatEngine } from '../support/float.ts';
import { referenceModels } from '../support/reference-models.ts';
import { notRun, root, temporaryFolder } from '../support/runtimes.ts';
import { sharedData } from '../support/shared-data.ts';

/**
 * The known answers on every runtime there is. They come from the plain references, so that a runtime that has them agrees
 * with these and with every other; those of large models from the engine.
 */
const folder = temporaryFolder();
afterAll(() => folder.remove());

interface Report {
  readonly models: readonly { readonly name: string; readonly digest: string }[];
  readonly runtimes: readonly {
    readonly runtime: string;
    readonly tier: string;
    readonly outcomes: readonly { readonly result: string; readonly what?: string }[];
  }[];
}

/** Tells the command where runtimes are that the test script has fetched. */
function environment(): void {
  const { env } = process;
  env.WASMTIME ??= findWasmtime() ?? '';
  env.WAZERO ??= findWazero() ?? '';
  env.NODE_24 ??= findNpmTool('node-24') ?? '';
  env.NODE_26 ??= findNpmTool('node-26') ?? '';
  env.BUN ??= findNpmTool('bun') ?? '';
  env.DENO ??= findNpmTool('deno') ?? '';
  env.WORKERD ??= `${root}node_modules/.bin/workerd`;
  env.PYTHONPATH ??= [findWasm3()?.env.PYTHONPATH, findPythonWasmtime()?.env.PYTHONPATH].filter(Boolean).join(':');
}

function example(name: string, evaluate: FloatEvaluator): string {
  const graph = importSeeded(readFileSync(`examples/networks/${name}.json`, 'utf8'), 1);
  const random = seeded(2);
  const { shape } = graph.tensors[graph.inputs[0] as number] as Tensor;
  const image = () => [Float32Array.from({ length: elements(shape) }, () => random() * 2 - 1)];
  const quantized = quantize(graph, [image(), image()], { method: 'min-max', evaluate });
  return folder.write(`${name}.lbm`, compile(quantized.graph, { evaluate: evaluateQuantized }).bytes);
}

const most = 20e6;

const reference = (path: string, macs: number, engine: QuantizedEvaluator): string => {
  const name = path.split('/').at(-1) as string;
  const evaluate = macs > most ? engine : evaluateQuantized;
  return folder.write(`${name}.lbm`, compile(importModel(readFileSync(path), name), { evaluate }).bytes);
};

describe('verify', () => {
  let report: Report;

  beforeAll(async () => {
    environment();
    const [float, engine] = [await floatEngine(), await quantizedEvaluator(builtEngines)];
    const digits = 'test/data/litenet_digits/litenet_digits_int8.tflite';
    const examples = readdirSync('examples/networks').filter((name) => name.endsWith('.json'));
    const models = [
      reference(digits, 0, engine),
      ...examples.map((name) => example(name.replace('.json', ''), float)),
      ...(sharedData ? referenceModels(sharedData).map(({ path, macs }) => reference(path, macs, engine)) : []),
    ];
    const { out, err } = await cli('verify', ...models, '--json');
    expect(out, err).toMatch(/^\{/);
    report = JSON.parse(out) as Report;
  }, 900_000);

  it('has models, and more than a dozen places to run them', () => {
    expect(report.models.length).toBeGreaterThan(7);
    expect(report.runtimes.length).toBeGreaterThan(15);
  });

  it('finds every runtime', () => {
    const absent = report.runtimes.filter(({ outcomes }) => outcomes.some(({ result }) => result === 'missing'));
    const names = absent.map(({ runtime, tier, outcomes }) => `verify, ${runtime} ${tier}: ${outcomes[0]?.what}`);
    if (process.env.CI) expect(names).toEqual([]);
    else names.forEach(notRun);
  });

  it('gets the known answers from every runtime that is there', () => {
    const others = report.runtimes.flatMap(({ runtime, tier, outcomes }) =>
      outcomes.flatMap(({ result, what }, i) =>
        ['ok', 'missing', 'too slow'].includes(result)
          ? []
          : [`${runtime} ${tier}, ${report.models[i]?.name}: ${result} ${what ?? ''}`],
      ),
    );
    expect(others).toEqual([]);
  });

  it('leaves out large models only, and of these interpreters only', () => {
    const slow = report.runtimes.filter(({ outcomes }) => outcomes.some(({ result }) => result === 'too slow'));
    expect(slow.every(({ runtime }) => /Pulley|wazero|wasm3/.test(runtime))).toBe(true);
    expect(slow.length > 0).toBe(sharedData !== undefined);
  });
});

it('says which runtime computes wrongly, and ends with 1', async () => {
  environment();
  const path = 'test/data/litenet_digits/litenet_digits_int8.tflite';
  const { model } = compile(importModel(readFileSync(path), path), { evaluate: evaluateQuantized });
  const digest = { seed: model.digest?.seed ?? 0, crc: (model.digest?.crc ?? 0) ^ 1 };
  const wrong = folder.write('wrong.lbm', writeModel({ ...model, digest }));
  // The browsers are not started again for this.
  const before = { ...process.env };
  Object.assign(process.env, { CHROMIUM: '/none', FIREFOX: '/none', WEBKIT: '/none' });
  const { status, out, err } = await cli('verify', wrong);
  process.env = before;
  expect(status).toBe(1);
  expect(out).toMatch(/^Node [\d.]+ +simd +wrong$/m);
  expect(out).toMatch(/^wasm2c and a C compiler +scalar +wrong$/m);
  expect(err).toMatch(/not verified: Node [\d.]+ simd \(wrong\), Node/);
}, 120_000);
