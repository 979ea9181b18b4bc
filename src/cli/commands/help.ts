import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { Command } from 'commander';
import { LiteBlockError } from '../../format/errors.ts';
import type { Declaration } from '../options/declaration.ts';
import { didYouMean } from '../options/suggest.ts';

const namesOf = (program: Command): string[] => program.commands.map((command) => command.name());

/** Words of other tools, and what they are called here. */
const synonyms: Readonly<Record<string, string>> = {
  ...words('inspect', 'analyze', 'analyse', 'info', 'show', 'describe', 'summary', 'visualize', 'dump', 'print'),
  ...words('compile', 'convert', 'build', 'translate', 'import', 'transpile'),
  ...words('quantize', 'quantise', 'calibrate', 'optimize', 'optimise', 'ptq'),
  ...words('run', 'predict', 'infer', 'inference', 'classify', 'exec', 'execute'),
  ...words('eval', 'evaluate', 'accuracy', 'score'),
  ...words('bench', 'benchmark', 'profile', 'time', 'perf'),
  ...words('verify', 'test', 'check', 'validate', 'selftest', 'self-test'),
  ...words('diff', 'compare'),
  ...words('bundle', 'pack', 'package', 'export', 'embed'),
  ...words('supported-ops', 'ops', 'operators', 'layers'),
  ...words('init', 'new', 'create', 'scaffold', 'start'),
};

function words(command: string, ...others: readonly string[]): Record<string, string> {
  return Object.fromEntries(others.map((other) => [other, command]));
}

function unknown(program: Command, name: string): LiteBlockError {
  const names = namesOf(program);
  const meant = Object.hasOwn(synonyms, name.toLowerCase()) ? synonyms[name.toLowerCase()] : undefined;
  const near = meant ? `\n(Did you mean ${meant}?)` : didYouMean(name, names) || `\n(commands: ${names.join(', ')})`;
  return new LiteBlockError('usage', `there is no command '${name}'${near}`);
}

/** Commands that take a file of such an ending. */
const uses: Readonly<Record<string, readonly string[]>> = {
  '.wasm': ['inspect MODEL', 'run MODEL IMAGES'],
  '.tflite': ['inspect MODEL', 'run MODEL IMAGES', 'compile MODEL -o model.lbm'],
  '.pt2': ['inspect MODEL', 'quantize MODEL --data IMAGES -o model.lbm'],
  '.onnx': ['inspect MODEL', 'quantize MODEL --data IMAGES -o model.lbm'],
  '.lbm': ['inspect MODEL', 'run MODEL IMAGES'],
  '.json': ['inspect MODEL', 'quantize MODEL --weights FILE.safetensors --data IMAGES -o model.lbm'],
};

const isPath = (word: string): boolean => extname(word) in uses || /[\\/]/.test(word) || existsSync(word);

/** Throws usage for an option that a command does not have: commander names options that are missing before those. */
function refuseUnknownOption(program: Command, name: string, args: readonly string[]): void {
  const command = program.commands.find((each) => each.name() === name);
  if (!command?.options.some(({ mandatory }) => mandatory)) return;
  const options = [...command.options, ...program.options];
  const known = [...options.flatMap(({ long, short }) => [long ?? '', short ?? '']), '--help', '-h'];
  for (let i = args.indexOf(name) + 1; i < args.length && args[i] !== '--'; i++) {
    const option = options.find(({ long, short }) => args[i] === long || args[i] === short);
    if (option?.required) i++; // its value
    const [flag] = args[i]?.split('=') ?? [];
    if (option || !flag?.startsWith('--') || known.includes(flag)) continue;
    const help = `\n(liteblock help ${name} lists arguments and options)`;
    throw new LiteBlockError('usage', `unknown option '${flag}'${didYouMean(flag, known)}${help}`);
  }
}

/** Throws usage where the first word is not a command: what was meant, for a mistyped command or for a file. */
export function refuseUnknown(program: Command, args: readonly string[]): void {
  const word = args.find((arg) => !arg.startsWith('-'));
  if (word === undefined) return;
  if (namesOf(program).includes(word)) {
    refuseUnknownOption(program, word, args);
    return;
  }
  if (!isPath(word)) throw unknown(program, word);
  const lines = (uses[extname(word)] ?? ['run MODEL IMAGES']).map((use) => `\n    liteblock ${use}`);
  const meant = lines.join('').replaceAll('MODEL', word);
  throw new LiteBlockError('usage', `'${word}' is a file, and a command comes first. Did you mean${meant}`);
}

async function helpCommand(program: Command, name: string | undefined): Promise<void> {
  if (name === undefined) return program.outputHelp();
  const command = program.commands.find((each) => each.name() === name);
  if (!command) throw unknown(program, name);
  command.outputHelp();
}

export const declareHelp: Declaration = () =>
  new Command('help')
    .summary('print the help of a command')
    .description('Prints the help of a command, or the list of commands.')
    .argument('[command]', 'the command, such as run')
    .action((name: string | undefined, _: object, command: Command) => helpCommand(command.parent as Command, name));
