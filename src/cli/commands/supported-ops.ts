import { Command, Help } from 'commander';
import { type OperatorRow, operatorRows } from '../../analyze/operators.ts';
import { LiteBlockError } from '../../format/errors.ts';
import { computedOnImport, tfliteOperators } from '../../import/tflite/computed.ts';
import { builtinOperators } from '../../import/tflite/operator-names.ts';
import { otherLayers } from '../../network/other-layers.ts';
import { catalogue } from '../../ops/catalogue.ts';
import { bold, dim, type Io } from '../io.ts';
import { type Declaration, withExamples } from '../options/declaration.ts';
import { didYouMean } from '../options/suggest.ts';

interface SupportedOpsOptions {
  readonly json?: boolean;
}

const foreign = tfliteOperators;

/** The space that names of operands and facts take at the left. */
const left = 14;
const defaultColumns = 80;

const beside = (first: string, width: number, text: string, io: Io): string[] => {
  const help = Object.assign(new Help(), { minWidthToWrap: 1 });
  const lines = help.boxWrap(text, (io.columns ?? defaultColumns) - width - 2).split('\n');
  return lines.map((line, i) => `  ${i === 0 ? first : ' '.repeat(width)}${line}`);
};

const indented = (name: string, text: string, io: Io): string[] => beside(dim(io, name.padEnd(left)), left, text, io);

/** What docs/operators.md has in one row. */
const linesOf = (
  { type, summary, operands, rowsRead, mayOverwrite, kernels, tflite }: OperatorRow,
  io: Io,
): string[] => [
  bold(io, type),
  ...new Help()
    .boxWrap(summary, (io.columns ?? defaultColumns) - 2)
    .split('\n')
    .map((line) => `  ${line}`),
  ...operands.flatMap(({ name, what }) => indented(name, what, io)),
  ...indented('rows read', rowsRead, io),
  ...(mayOverwrite.length > 0 ? indented('writes over', mayOverwrite.join(' or '), io) : []),
  ...indented('kernels', kernels.join(', ') || 'none: it is folded at compile time', io),
  ...(tflite.length > 0 ? indented('of a .tflite', tflite.join(', '), io) : []),
  '',
];

function chosen(rows: readonly OperatorRow[], names: readonly string[]): OperatorRow[] {
  const words = [...new Set(rows.flatMap(({ type, tflite }) => [type, ...tflite]))];
  const others = [...builtinOperators, ...otherLayers].filter((other) => !words.includes(other));
  const of = (name: string): OperatorRow[] => {
    const same = (word: string): boolean => word.toLowerCase() === name.toLowerCase();
    const found = rows.filter(({ type, tflite }) => [type, ...tflite].some(same));
    if (found.length > 0) return found;
    throw new LiteBlockError('unsupported', `the operator ${name} is not supported${didYouMean(name, words, others)}`);
  };
  return [...new Set(names.flatMap(of))];
}

const computed = (io: Io): string[] => new Help().boxWrap(computedOnImport, io.columns ?? defaultColumns).split('\n');

async function supportedOpsCommand(names: readonly string[], { json }: SupportedOpsOptions, io: Io): Promise<void> {
  const all = operatorRows(catalogue, foreign);
  const rows = names.length > 0 ? chosen(all, names) : all;
  if (json) {
    const tflite = foreign.map(({ name, becomes }) => ({ name, becomes: becomes.map(({ type }) => type) }));
    io.out(`${JSON.stringify({ operators: rows, ...(names.length === 0 && { tflite }) })}\n`);
    return;
  }
  const lines = rows.flatMap((row) => linesOf(row, io));
  const width = Math.max(...foreign.map(({ name }) => name.length)) + 2;
  const list = foreign.flatMap(({ name, becomes }) =>
    beside(name.padEnd(width), width, becomes.map(({ type }) => type).join(', '), io),
  );
  const whole = [
    ...lines,
    bold(io, 'Operators of a .tflite, and what they are imported as'),
    ...list,
    '',
    ...computed(io),
    '',
  ];
  io.out((names.length > 0 ? lines : whole).join('\n'));
}

export const declareSupportedOps: Declaration = (io) =>
  withExamples(
    new Command('supported-ops')
      .summary('list the supported operators and their operands')
      .description(
        'Lists every operator with its operands, the rows that it reads, its kernels, and the operators of a .tflite that are imported as it: the table of docs/operators.md.',
      )
      .argument('[operators...]', 'only these operators, by their name here or in a .tflite, such as Conv2d or CONV_2D')
      .option('--json', 'print JSON'),
    [
      ['liteblock supported-ops', 'all of them'],
      ['liteblock supported-ops MAX_POOL_2D', 'one of a .tflite'],
    ],
  ).action((names: string[], options: SupportedOpsOptions) => supportedOpsCommand(names, options, io));
