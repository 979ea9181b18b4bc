import { cpus } from 'node:os';
import { Command } from 'commander';
import { type DigestInput, digestInputs, digestSeed } from '../../format/digest.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { ModelFile } from '../../format/model-file.ts';
import { valuesPerImage } from '../../format/values.ts';
import { load, type Model, type Values } from '../../runtime/node.ts';
import { checkFiles } from '../files/check-files.ts';
import { inputPath, inputPaths } from '../files/read-input.ts';
import { openInput } from '../inputs/feed.ts';
import { loadModel } from '../inputs/load-model.ts';
import { type Io, warn } from '../io.ts';
import { type EngineOptions, loadOptions, maxOperationsOption, modelHelp, tierOption } from '../options/arguments.ts';
import { type Declaration, withExamples } from '../options/declaration.ts';
import { parseCount, parsePositive } from '../options/numbers.ts';
import { type ShapeOptions, withShapes } from '../options/shapes.ts';
import { benchLines, type Machine } from '../print/bench-report.ts';
import { withProgress } from '../print/progress.ts';

interface BenchOptions extends ShapeOptions, EngineOptions {
  readonly runs?: number;
  readonly warmup?: number;
  readonly json?: boolean;
}

/** The time that the runs take together if `--runs` is not given. */
const milliseconds = 3000;

const machine: Machine = { cpu: cpus()[0]?.model.trim() ?? 'unknown', node: process.version };

/** Seeded values, the same on every machine. */
const randomInputs = ({ inputs }: Model): Values[] =>
  digestInputs(
    digestSeed,
    inputs.map((entry) => ({ dtype: entry.dtype as DigestInput['dtype'], size: valuesPerImage(entry) })),
  );

/** The first image of each input. */
async function firstImages(paths: readonly string[], file: ModelFile, model: string, io: Io): Promise<Values[]> {
  if (paths.length !== file.inputs.length) {
    throw new LiteBlockError('input', `${model}: inputs: expected ${file.inputs.length}, got ${paths.length}`);
  }
  return Promise.all(paths.map(async (path, i) => (await openInput([path], file, i, io)).at(0)));
}

async function benchCommand(path: string, images: readonly string[], options: BenchOptions, io: Io): Promise<void> {
  const { runs, warmup, json } = options;
  checkFiles({ inputs: { MODEL: path, IMAGES: images } }, io);
  const { runnable, file } = await loadModel(path, { ...options, onNote: (text) => warn(io, text) });
  const model = await load(runnable, loadOptions(options));
  const inputs = images.length > 0 ? await firstImages(images, file, path, io) : randomInputs(model);
  const profile = withProgress(io, 'timing', (progress) =>
    model.profile(...inputs, {
      milliseconds,
      ...(runs !== undefined && { runs }),
      ...(warmup !== undefined && { warmup }),
      onProgress: (share) => progress(Math.round(100 * share), 100),
    }),
  );
  const result = { model: path, tier: model.tier, ...machine, ramBytes: model.ramBytes, ...profile };
  if (json) io.out(`${JSON.stringify(result)}\n`);
  else io.out(`${benchLines(model, profile, machine, io).join('\n')}\n`);
}

export const declareBench: Declaration = (io) =>
  withExamples(
    withShapes(
      new Command('bench')
        .summary('time a model: median, minimum, and where the time goes')
        .description(
          'Times a model on this machine, on one thread. Prints the median and minimum of whole runs, without the copies of inputs and outputs, and the time of every stage and kernel: the mean of the faster half of its runs. Without images, the input is pseudo-random. A model with state keeps it from run to run.',
        )
        .argument('<model>', modelHelp, inputPath)
        .argument('[images...]', 'images as for run, one argument for each input; the first image is used', inputPaths)
        .option('--runs <n>', 'number of runs to time (as many as fit in 3 seconds)', parsePositive)
        .option('--warmup <n>', 'number of warm-up runs, which are not timed (3)', parseCount)
        .addOption(tierOption())
        .addOption(maxOperationsOption()),
    ).option('--json', 'print JSON'),
    [
      ['liteblock bench model.lbm', 'how fast it is here'],
      ['liteblock bench model.tflite --tier scalar --runs 20 --json', 'without SIMD, for a script'],
    ],
  ).action((model: string, images: string[], options: BenchOptions) => benchCommand(model, images, options, io));
