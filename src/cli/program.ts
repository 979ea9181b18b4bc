import { Command, Help, Option } from 'commander';
import { declareBench } from './commands/bench.ts';
import { declareBundle } from './commands/bundle.ts';
import { declareCompile } from './commands/compile.ts';
import { declareDiff } from './commands/diff.ts';
import { declareEval } from './commands/eval.ts';
import { declareHelp, refuseUnknown } from './commands/help.ts';
import { declareInit } from './commands/init.ts';
import { declareInspect } from './commands/inspect.ts';
import { declareQuantize } from './commands/quantize.ts';
import { declareRun } from './commands/run.ts';
import { declareSupportedOps } from './commands/supported-ops.ts';
import { declareVerify } from './commands/verify.ts';
import { declareVersion } from './commands/version.ts';
import { reportFailure } from './failure.ts';
import { bold, errorWord, type Io, safely } from './io.ts';
import { type Declaration, withExamples } from './options/declaration.ts';
import { packageVersion } from './version.ts';

/** Every command, in the order of the help. */
const groups: readonly (readonly [title: string, commands: readonly Declaration[]])[] = [
  ['Make a model:', [declareQuantize, declareCompile, declareBundle, declareInit]],
  ['Run it:', [declareRun, declareEval, declareBench, declareVerify]],
  ['Look into it:', [declareInspect, declareDiff, declareSupportedOps]],
  ['Help:', [declareHelp, declareVersion]],
];

/** Without a terminal. */
const defaultColumns = 80;

/** Help of the program has its options behind its commands, which is what it is read for. */
function commandsFirst(text: string): string {
  const sections = text.trimEnd().split('\n\n');
  const isOptions = (section: string): boolean => section.split('\n', 1)[0].includes('Options:');
  return `${[...sections.filter((each) => !isOptions(each)), ...sections.filter(isOptions)].join('\n\n')}\n`;
}

/** The commands, writing to `io`. It throws CommanderError where commander would exit. */
export function createProgram(io: Io): Command {
  const columns = (): number => io.columns ?? defaultColumns;
  const program = new Command('liteblock')
    .description('Compiles small int8 neural networks and runs them on WebAssembly, with the same bytes everywhere.')
    .usage('COMMAND [arguments] [options]')
    .version(`liteblock ${packageVersion()}`, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .addOption(new Option('--no-color', 'print no colours (NO_COLOR=1)'))
    .addOption(new Option('--color', 'print colours into files and pipes, too (FORCE_COLOR=1)'))
    .helpCommand(false)
    .exitOverride()
    .configureHelp({
      styleTitle: (title) => bold(io, title),
      subcommandTerm: (command) => command.name(),
      formatHelp: (command, helper) => commandsFirst(Help.prototype.formatHelp.call(helper, command, helper)),
    })
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      getOutHelpWidth: columns,
      getErrHelpWidth: columns,
      getOutHasColors: () => io.color,
      getErrHasColors: () => io.errColor ?? false,
      outputError: (text, write) => write(text.replace(/^error:/, errorWord(io))),
    });
  for (const [title, declarations] of groups) {
    for (const declare of declarations) {
      const command = declare(io).copyInheritedSettings(program).helpGroup(title);
      if (command.name() !== 'help')
        command.showHelpAfterError(`(liteblock help ${command.name()} lists arguments and options)`);
      program.addCommand(command);
    }
  }
  return withExamples(program, [
    [
      'liteblock quantize network.json --weights w.safetensors --data images.npy -o model.lbm',
      'quantise a float network',
    ],
    ['liteblock compile model.tflite -o model.lbm', 'or compile an int8 one'],
    ['liteblock run model.lbm images.npy', 'print the best classes of each image'],
  ]).addHelpText('after', '\nliteblock help COMMAND lists the arguments and options of a command.');
}

/** Runs one command line (without node and script). Returns the exit status: 0, 1 for failures, 2 for wrong usage. */
export async function main(args: readonly string[], streams: Io): Promise<number> {
  const io = safely(streams);
  try {
    const program = createProgram(io);
    if (args.length === 0) program.outputHelp();
    else {
      refuseUnknown(program, args);
      await program.parseAsync(args[0] === '-V' ? ['--version'] : args, { from: 'user' });
    }
    return 0;
  } catch (error) {
    return reportFailure(error, args, io);
  }
}
