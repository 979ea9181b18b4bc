import { Command, CommanderError, Option } from 'commander';
import { LiteBlockError, type Problem } from '../format/errors.ts';
import { defaultMethod, methods } from '../quantize/quantize.ts';
import { type BundleOptions, bundleCommand } from './bundle.ts';
import { parseBytes } from './bytes.ts';
import { type CompileCommandOptions, compileCommand } from './compile.ts';
import { type EvalOptions, evalCommand } from './eval.ts';
import { type InspectOptions, inspectCommand } from './inspect.ts';
import { type Io, red } from './io.ts';
import { withNotes, withUnits } from './notes.ts';
import { parseCount, parseNumber } from './numbers.ts';
import { type QuantizeCommandOptions, quantizeCommand } from './quantize.ts';
import { type RunOptions, runCommand } from './run.ts';
import { type VerifyOptions, verifyCommand } from './verify.ts';

const imagesHelp =
  'a headerless file (NHWC; u8 pixels where the model has --mean and --std, else quantised values), a .npy (u8 pixels, f32 real or i8 quantised values) or a folder of .npy';

const floatImagesHelp =
  'a headerless file of u8 pixels (NHWC), a .npy (u8 pixels or f32 real values) or a folder of .npy; without --mean and --std pixels are real values from 0 to 255';

const usageStatus = 2;
const failureStatus = 1;

/** The commands, writing to `io`. It throws CommanderError where commander would exit. */
export function createProgram(io: Io): Command {
  const program = new Command('liteblock')
    .description('Makes int8 networks of float ones, compiles them to .lbm files and runs them on WebAssembly')
    .exitOverride()
    .configureOutput({ writeOut: io.out, writeErr: io.err });

  program
    .command('inspect')
    .description('show layers, blocks, costs and RAM of a model')
    .argument('<model>', 'a .tflite or .lbm file, or a network.json')
    .option('--blocks', 'blocks such as LiteBlocks without the layers in them')
    .option('--weights <file>', 'the .safetensors of a network.json')
    .option('--seed <n>', 'random weights in place of --weights (1)', parseCount)
    .option('--json', 'as JSON')
    .action((model: string, options: InspectOptions) => inspectCommand(model, options, io));

  withNotes(
    program
      .command('compile')
      .description('compile an int8 model to a .lbm file')
      .argument('<model>', 'a .tflite file')
      .requiredOption('-o, --output <file>', 'the .lbm to write'),
  ).action((model: string, options: CompileCommandOptions) => compileCommand(model, options, io));

  withNotes(
    program
      .command('quantize')
      .description('make an int8 .lbm of a float model, with images that show it the range of its values')
      .argument('<model>', 'a network.json or a float .tflite')
      .option('--weights <file>', 'the .safetensors of a network.json')
      .option('--seed <n>', 'random weights in place of --weights, to try sizes out', parseCount)
      .requiredOption('--data <images>', `calibration images: ${floatImagesHelp}`)
      .requiredOption('-o, --output <file>', 'the .lbm to write')
      .addOption(new Option('--method <method>', `how ranges are chosen (${defaultMethod})`).choices(methods))
      .option('--percentile <percent>', 'of values that the method percentile keeps', parseNumber)
      .option('--images <n>', 'use only the first n images', parseCount)
      .option('--report <file>', 'write the report as an HTML page, too'),
  ).action((model: string, options: QuantizeCommandOptions) => quantizeCommand(model, options, io));

  program
    .command('bundle')
    .description('put a model into an engine: one .wasm that needs nothing else')
    .argument('<model>', 'a .tflite or .lbm file')
    .requiredOption('-o, --output <file>', 'the .wasm to write')
    .addOption(new Option('--tier <tier>', 'the engine to use').choices(['simd', 'scalar']).default('simd'))
    .option('--command', 'a WASI program that reads images from files or standard input')
    .action((model: string, options: BundleOptions) => bundleCommand(model, options, io));

  program
    .command('verify')
    .description('check the known answers of models on every runtime of this machine')
    .argument('<model...>', '.tflite or .lbm files')
    .option('--all', 'fail where a runtime is missing')
    .option('--json', 'as JSON')
    .action((models: string[], options: VerifyOptions) => verifyCommand(models, options, io));

  program
    .command('run')
    .description('run a model on images')
    .argument('<model>', 'a .tflite or .lbm file')
    .argument('<images...>', `for each input of the model ${imagesHelp}`)
    .option('--raw', 'bytes are quantised values, even where the model says what pixels mean')
    .option('-o, --output <file>', 'write the raw outputs here instead of printing the best classes')
    .addOption(new Option('--tier <tier>', 'the engine to use').choices(['simd', 'scalar']))
    .option('--ram <bytes>', 'refuse a model that needs more RAM, e.g. 60000 or 64KB', parseBytes)
    .action((model: string, inputs: string[], options: RunOptions) => runCommand(model, inputs, options, io));

  withUnits(
    program
      .command('eval')
      .description('show how many images a model names rightly, and what it takes for what')
      .argument('<model>', 'a .lbm or .tflite file, or a network.json with --weights')
      .argument(
        '<images>',
        `${imagesHelp}; or a folder of class folders, in natural order or named as the model's labels`,
      )
      .option('--labels <file>', 'true classes: u8 bytes, a .npy, or text with a number or name a line')
      .option('--float <model>', 'show a float model beside it: a network.json or .tflite')
      .option('--weights <file>', 'the .safetensors of a network.json')
      .option('--seed <n>', 'random weights in place of --weights', parseCount)
      .addOption(new Option('--tier <tier>', 'the engine to use').choices(['simd', 'scalar']))
      .option('--json', 'as JSON'),
    'where the model does not say it',
  ).action((model: string, images: string, options: EvalOptions) => evalCommand(model, images, options, io));

  return program;
}

/** A problem as a line of its own; none where the message has it already. */
function problemLine({ node, op, name, what }: Problem, message: string): string[] {
  if (node < 0) return message.includes(what) ? [] : [what];
  const known = message.includes(`node ${node} ${op}`) && message.includes(what);
  return known ? [] : [`node ${node} ${op}${name ? ` "${name}"` : ''}: ${what}`];
}

function report(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageStatus;
  if (!(error instanceof LiteBlockError)) {
    io.err(`${red(io, 'error:')} ${error instanceof Error ? error.stack : error}\n`);
    return failureStatus;
  }
  const more = error.problems.flatMap((problem) => problemLine(problem, error.message));
  io.err(`${[`${red(io, 'error:')} ${error.message}`, ...more.map((line) => `  ${line}`)].join('\n')}\n`);
  return error.code === 'usage' ? usageStatus : failureStatus;
}

/** Runs one command line (without node and script). Returns the exit status: 0, 1 for failures, 2 for wrong usage. */
export async function main(args: readonly string[], io: Io): Promise<number> {
  try {
    await createProgram(io).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    return report(error, io);
  }
}
