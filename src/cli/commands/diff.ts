import { basename } from 'node:path';
import { Command } from 'commander';
import { diff } from '../../analyze/diff/diff.ts';
import type { Diff } from '../../analyze/diff/report.ts';
import type { Trace } from '../../analyze/diff/trace.ts';
import type { ModelFile } from '../../format/model-file.ts';
import { epsVariants, runFloat } from '../../jobs/diff/run-float.ts';
import { fileRun, graphRun, type Int8Run } from '../../jobs/diff/run-int8.ts';
import { floatEvaluator } from '../../jobs/evaluators.ts';
import type { Progress } from '../../jobs/progress.ts';
import { builtEngines } from '../engines.ts';
import { ExitStatus } from '../failure.ts';
import { checkFiles } from '../files/check-files.ts';
import { inputPath, inputPaths } from '../files/read-input.ts';
import { floatInputs, type Given, int8Inputs } from '../inputs/diff-inputs.ts';
import { type Dumps, openDumps, type RawType } from '../inputs/dumps.ts';
import type { WeightOptions } from '../inputs/float-model.ts';
import { openSide, type Side, type SideOptions } from '../inputs/open-side.ts';
import { type Io, warn } from '../io.ts';
import { imagesHelp, maxOperationsOption } from '../options/arguments.ts';
import { type Declaration, withExamples } from '../options/declaration.ts';
import { type NoteOptions, preprocessingOf, withUnits } from '../options/notes.ts';
import { parseCount, parseDistance } from '../options/numbers.ts';
import { diffLines, type Sides } from '../print/diff-report.ts';
import { withProgress } from '../print/progress.ts';

export interface DiffOptions extends WeightOptions, NoteOptions {
  readonly input?: readonly string[];
  readonly image?: number;
  readonly raw?: boolean;
  readonly weightsB?: string;
  readonly signature?: string;
  readonly signatureB?: string;
  readonly steps?: number;
  readonly tolerance?: number;
  readonly maxOperations?: number;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** Of the largest magnitude of a real tensor: what other orders of summation make of float32 in deep networks. */
export const defaultTolerance = 1e-4;

/** A side, and the run of it where it is an int8 model. */
type Opened = Side & { readonly ready?: Int8Run };

const differStatus = 1;

/** Throws the exit status where the two differ. */
async function diffCommand(pathA: string, pathB: string, options: DiffOptions, io: Io): Promise<void> {
  const {
    weights,
    weightsB = weights,
    signature,
    signatureB = signature,
    seed,
    steps = 0,
    tolerance = defaultTolerance,
  } = options;
  const others = { '--input': options.input, '--weights': weights, '--weights-b': options.weightsB };
  checkFiles({ inputs: { A: pathA, B: pathB, ...others } }, io);
  const a = await opened(pathA, sideOptions({ weights, signature, seed }, io), options);
  const b = await opened(pathB, sideOptions({ weights: weightsB, signature: signatureB, seed }, io), options);
  const [dumpsA, dumpsB] = [dumpsOf(a, b), dumpsOf(b, a)];
  const given: Given = {
    paths: options.input,
    image: options.image ?? 0,
    raw: options.raw ?? false,
    preprocessing: preprocessingOf(options),
    dumps: dumpsB ?? dumpsA,
  };
  const folded = isFolded(a, b);
  const limits = { steps, tolerance, image: given.image };
  const traceA = dumpsA ?? (await traceOf(a, b, folded, given, io));
  const traceB = dumpsB ?? (await traceOf(b, a, folded, given, io));
  const result = withProgress(io, 'rules', (progress) =>
    diff(traceA, traceB, limits, (done, total, what) => progress(done, total, what)),
  );
  report(result, { a, b, dumpsA, dumpsB, limits }, options, io);
  if (!result.equal) throw new ExitStatus(differStatus);
}

const sideOptions = (
  {
    weights,
    signature,
    seed,
  }: {
    readonly weights: string | undefined;
    readonly signature: string | undefined;
    readonly seed: number | undefined;
  },
  io: Io,
): SideOptions => ({
  onNote: (text) => warn(io, text),
  ...(weights !== undefined && { weights }),
  ...(signature !== undefined && { signature }),
  ...(seed !== undefined && weights === undefined && { seed }),
});

async function opened(path: string, weights: SideOptions, { maxOperations }: DiffOptions): Promise<Opened> {
  const side = await openSide(path, weights);
  if (side.kind === 'int8') return { ...side, ready: await graphRun(side.graph, path, builtEngines, maxOperations) };
  if (side.kind === 'lbm')
    return { ...side, ready: await fileRun(side.bytes, side.file, path, builtEngines, maxOperations) };
  return side;
}

/** What headerless files of a folder hold is told by the model on the other side. */
function dumpsOf(side: Side, other: Opened): Dumps | undefined {
  if (side.kind !== 'dumps') return undefined;
  const { inputs = [], outputs = [] } = other.ready?.file ?? {};
  const raw: RawType = other.kind === 'float' ? 'f32' : inputs[0]?.dtype === 'u8' ? 'u8' : 'i8';
  // Values of more than a byte are at a model's borders alone: files of as many bytes as one of those has are of its type.
  const wide = [...inputs, ...outputs].filter(({ dtype }) => dtype !== 'i8' && dtype !== 'u8');
  return openDumps(side.path, (bytes) => wide.find(({ imageBytes }) => imageBytes === bytes)?.dtype ?? raw);
}

/**
 * Whether float models are compared as they are when everything is folded and fused: beside an int8 model, which is, and where
 * the nodes of two models as their files have them are called differently.
 */
function isFolded(a: Side, b: Side): boolean {
  if (a.kind === 'float' && b.kind === 'float') {
    const names = new Set(a.original.nodes.map(({ name }) => name));
    return !b.original.nodes.some(({ name }) => names.has(name));
  }
  return a.kind !== 'dumps' && b.kind !== 'dumps';
}

async function traceOf(side: Opened, other: Opened, folded: boolean, given: Given, io: Io): Promise<Trace> {
  const bar = <T>(work: (progress: Progress) => T): T => withProgress(io, basename(side.path), work);
  const { ready } = side;
  if (ready) {
    const inputs = await int8Inputs(ready.file, given, side.path, io);
    return bar((progress) => ready.run(inputs, progress));
  }
  if (side.kind !== 'float') throw new Error(`${side.path} cannot be run`);
  const graph = folded ? side.lowered : side.original;
  const beside: ModelFile | undefined = other.ready?.file;
  const inputs = await floatInputs(graph, given, side.path, beside, io);
  const evaluate = await floatEvaluator(builtEngines);
  const trace = bar((progress) => runFloat(graph, evaluate, inputs, progress));
  return folded ? { ...trace, variants: epsVariants(side) } : trace;
}

function report(result: Diff, sides: Sides, { all, json }: DiffOptions, io: Io): void {
  if (json) {
    const { a, b, limits } = sides;
    io.out(`${JSON.stringify({ a: a.path, b: b.path, ...limits, ...result })}\n`);
  } else io.out(`${diffLines(result, sides, all ?? false, io).join('\n')}\n`);
}

export const declareDiff: Declaration = (io) =>
  withExamples(
    withUnits(
      new Command('diff')
        .summary('find the first layer in which two models differ, and why')
        .description(
          'Runs two models on one image and compares every tensor. Either model may be replaced by the tensors that another runtime has written. For the first tensor that differs, it shows how much and where, and searches for the rule that explains it: padding, rounding, zero point, activation, layout, eps. The exit status is 0 if all tensors are equal and 1 if some differ. Models with state begin with their initial values.',
        )
        .argument(
          '<a>',
          'a .tflite, .pt2, .onnx or .lbm file, a bundle (.wasm), a network.json with --weights, or a folder of dumps (docs/cli.md)',
          inputPath,
        )
        .argument('<b>', 'the same', inputPath)
        .option(
          '--input <images...>',
          `the image for both models, one option for each input: ${imagesHelp}; not needed if the dumps have it`,
          inputPaths,
        )
        .option('--image <n>', 'number of the image, counted from 0 (0)', parseCount)
        .option(
          '--raw',
          'read the bytes of files other than pictures as quantised values, even if the model has a mean and std',
        )
        .option('--steps <n>', 'allowed difference of quantised values, in steps (0)', parseCount)
        .option(
          '--tolerance <t>',
          `allowed difference of float values, relative to the largest of their tensor (${defaultTolerance})`,
          parseDistance,
        )
        .option('--weights <file>', 'the weights of a network.json: a .safetensors or .pt', inputPath)
        .option('--weights-b <file>', 'the same for B, if it differs', inputPath)
        .option('--seed <n>', 'random weights in place of --weights', parseCount)
        .option('--signature <name>', 'the signature of a .tflite to use (the first)')
        .option('--signature-b <name>', 'the same for B, if it differs')
        .addOption(maxOperationsOption())
        .option('--all', 'list every tensor that differs')
        .option('--json', 'print JSON'),
      'if the model does not have it',
    ),
    [
      ['liteblock diff model.tflite dumps --input cat.bin', 'where TFLite on another machine differs'],
      [
        'liteblock diff old.tflite new.tflite --input images.npy --image 3 --all',
        'what has changed, on the fourth image',
      ],
      ['liteblock diff network.json dumps --weights w.safetensors', 'where PyTorch differs, its input among the dumps'],
    ],
  ).action((a: string, b: string, options: DiffOptions) => diffCommand(a, b, options, io));
