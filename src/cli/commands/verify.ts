import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { bundle } from '../../bundle/bundle.ts';
import { LiteBlockError } from '../../format/errors.ts';
import { interruptible } from '../../jobs/files/interruptible.ts';
import { unwritable } from '../../jobs/files/system-error.ts';
import { checkOperations } from '../../runtime/limits.ts';
import { builtModule } from '../engines.ts';
import { checkFiles } from '../files/check-files.ts';
import { inputPaths } from '../files/read-input.ts';
import { type LoadedModel, loadModel } from '../inputs/load-model.ts';
import { count, type Io, warn } from '../io.ts';
import { maxOperationsOption } from '../options/arguments.ts';
import { type Declaration, withExamples } from '../options/declaration.ts';
import { type ShapeOptions, withShapes } from '../options/shapes.ts';
import { withProgressAsync } from '../print/progress.ts';
import { table } from '../print/table.ts';
import { pages } from '../verify/browsers.ts';
import { javascript } from '../verify/javascript.ts';
import { node } from '../verify/node.ts';
import type { Bundles, Outcome, Runtime } from '../verify/runtime.ts';
import { wasi } from '../verify/wasi.ts';
import { wasm2c } from '../verify/wasm2c.ts';
import { wasm3 } from '../verify/wasm3.ts';
import { workerd } from '../verify/workerd.ts';

/** In the order of the table. */
export const runtimes: readonly Runtime[] = [...node, ...javascript, ...pages, workerd, ...wasi, wasm3, wasm2c];

/** Interpreters take a second for about this many multiply-accumulates. */
const mostForInterpreters = 20e6;

export interface VerifyOptions extends ShapeOptions {
  /** Fails where a runtime is missing. */
  readonly all?: boolean;
  readonly maxOperations?: number;
  readonly json?: boolean;
}

interface Row {
  readonly runtime: string;
  readonly tier: string;
  /** In the order of the models. */
  readonly outcomes: readonly Outcome[];
}

interface Subject {
  readonly name: string;
  readonly digest: string;
  readonly macs: number;
  readonly bundles: Bundles;
}

async function bundlesOf(model: Uint8Array, folder: string): Promise<Bundles> {
  const make = async (engine: string): Promise<string> => {
    const path = join(folder, `${engine}.bundle.wasm`);
    await writeFile(path, bundle(model, await builtModule(engine)));
    return path;
  };
  return {
    folder,
    library: { simd: await make('engine.simd'), scalar: await make('engine.scalar') },
    command: { simd: await make('liteblock'), scalar: await make('liteblock.scalar') },
  };
}

/** A folder for the time of `work`, which a signal removes, too. Throws file-unwritable. */
async function inTemporaryFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const all = tmpdir();
  let folder = '';
  const options = { recursive: true, force: true };
  await interruptible(
    () => folder && rmSync(folder, options),
    async () => {
      try {
        folder = mkdtempSync(join(all, 'liteblock-verify-'));
      } catch (cause) {
        throw unwritable(all, cause);
      }
      try {
        await work(folder);
      } finally {
        // a browser that was just stopped may still write
        await rm(folder, { ...options, maxRetries: 10, retryDelay: 200 });
      }
    },
  );
}

async function loadVerifiable(path: string, options: VerifyOptions, io: Io): Promise<LoadedModel> {
  const model = await loadModel(path, { ...options, onNote: (text) => warn(io, text), answer: true });
  checkOperations(model.header, options.maxOperations, path);
  if (model.file.digest) return model;
  const { unanswered } = model;
  throw new LiteBlockError(
    unanswered ? 'unsupported' : 'file-invalid',
    `${path}: ${unanswered ?? 'it has no known answer to verify: compile its model again, or verify a smaller one'}`,
  );
}

async function subjectOf({ bytes, file }: LoadedModel, folder: string): Promise<Subject> {
  await mkdir(folder);
  return {
    name: file.metadata.name,
    digest: (file.digest?.crc ?? 0).toString(16).padStart(8, '0'),
    macs: file.metadata.stages.reduce((sum, stage) => sum + stage.macs, 0),
    bundles: await bundlesOf(bytes, folder),
  };
}

/** Runs every model that the runtime is not too slow for. */
async function rowOf(runtime: Runtime, subjects: readonly Subject[]): Promise<Row> {
  const fits = ({ macs }: Subject): boolean => !runtime.interpreter || macs <= mostForInterpreters;
  const chosen = subjects.filter(fits);
  const tested = chosen.length > 0 ? await runtime.test(chosen.map(({ bundles }) => bundles)) : [];
  const outcomes = subjects.map((subject): Outcome => {
    if (fits(subject)) return tested[chosen.indexOf(subject)];
    return { result: 'too slow', what: `${count(subject.macs)} MACs take too long in an interpreter` };
  });
  return { runtime: runtime.name, tier: runtime.tier, outcomes };
}

/** The known answers on every runtime of this machine, one after another. */
async function verifyCommand(paths: readonly string[], options: VerifyOptions, io: Io): Promise<void> {
  const { all, json } = options;
  checkFiles({ inputs: { MODEL: paths } }, io);
  const models: LoadedModel[] = [];
  for (const path of paths) models.push(await loadVerifiable(path, options, io));
  const subjects: Subject[] = [];
  const rows: Row[] = [];
  await inTemporaryFolder(async (folder) => {
    for (const [i, model] of models.entries()) subjects.push(await subjectOf(model, join(folder, `${i}`)));
    await withProgressAsync(io, 'verifying', async (progress) => {
      for (const [i, runtime] of runtimes.entries()) {
        progress(i, runtimes.length, runtime.name);
        rows.push(await rowOf(runtime, subjects));
      }
    });
  });
  const answers = subjects.map(({ name, digest }) => ({ name, digest }));
  if (json) io.out(`${JSON.stringify({ models: answers, runtimes: rows })}\n`);
  else print(rows, subjects, io);
  const bad = rows.filter(({ outcomes }) =>
    outcomes.some(({ result }) => result === 'wrong' || result === 'failed' || (all && result === 'missing')),
  );
  if (bad.length > 0) {
    const names = bad.map(({ runtime, tier, outcomes }) => `${runtime} ${tier} (${worst(outcomes)})`).join(', ');
    throw new LiteBlockError('engine', `not verified: ${names}`);
  }
}

const harm = ['wrong', 'failed', 'missing', 'too slow', 'ok'] as const;
const worst = (outcomes: readonly Outcome[]): string =>
  harm.find((result) => outcomes.some((outcome) => outcome.result === result)) ?? 'ok';

function print(rows: readonly Row[], subjects: readonly Subject[], io: Io): void {
  const columns = [
    { title: 'runtime', align: 'left' },
    { title: 'tier', align: 'left' },
    ...subjects.map(({ name }) => ({ title: name, align: 'left' as const })),
    { title: 'remark', align: 'left', shrinks: true },
  ] as const;
  const cells = rows.map(({ runtime, tier, outcomes }) => [
    runtime,
    tier,
    ...outcomes.map(({ result }, i) => (result === 'ok' ? subjects[i].digest : result)),
    outcomes.find(({ what }) => what)?.what ?? '',
  ]);
  io.out(`${table(columns, cells, io.columns).join('\n')}\n`);
}

export const declareVerify: Declaration = (io) =>
  withExamples(
    withShapes(
      new Command('verify')
        .summary('check the known answers of models on every runtime of this machine')
        .description(
          'Computes the known answer of each model, which takes about one inference, on every runtime of this machine: Node, Bun, Deno, browsers, workerd, wasmtime, wasm3, and as C. A different answer is a failure. For a model that keeps state, the answer covers four runs in a row.',
        )
        .argument('<model...>', '.tflite or .lbm files, or bundles (.wasm)', inputPaths)
        .option('--all', 'fail if a runtime is missing')
        .addOption(maxOperationsOption()),
    ).option('--json', 'print JSON'),
    [['liteblock verify model.lbm', 'check that every runtime gives the same bytes']],
  ).action((models: string[], options: VerifyOptions) => verifyCommand(models, options, io));
