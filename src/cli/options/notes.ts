import { type Command, InvalidArgumentError } from 'commander';
import { LiteBlockError } from '../../format/errors.ts';
import type { Preprocessing } from '../../format/model-file.ts';
import { parseLabels } from '../../import/labels.ts';
import type { Notes } from '../../pack/pack.ts';
import { inputPath } from '../files/read-input.ts';
import { refuseForeign } from '../inputs/foreign.ts';
import { readBytes } from '../inputs/load-model.ts';
import { type Io, warn } from '../io.ts';

/** What users of the model are told: options of compile and quantize. */
export interface NoteOptions {
  readonly labels?: string;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
}

/** "123.7,116.3,103.5" → numbers. */
export function parseNumbers(text: string): number[] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (!numbers.every(Number.isFinite)) {
    throw new InvalidArgumentError('expected numbers such as 127.5 or 123.7,116.3,103.5');
  }
  return numbers;
}

/** Adds --mean and --std. */
export const withUnits = (command: Command, when: string): Command =>
  command
    .option(
      '--mean <numbers>',
      `${when}: real input = (pixel − mean) / std; one number, or one per channel`,
      parseNumbers,
    )
    .option('--std <numbers>', 'as --mean, in units of pixels (0 to 255)', parseNumbers);

/** Adds --labels, --mean and --std, which are stored. */
export const withNotes = (command: Command): Command =>
  withUnits(
    command.option('--labels <file>', 'names of the classes, one per line, stored in the .lbm', inputPath),
    'stored',
  );

/** mean and std: the one that is not given is 0 or 1. Undefined without either. */
export function preprocessingOf({ mean, std }: NoteOptions): Preprocessing | undefined {
  return mean || std ? { mean: mean ?? [0], std: std ?? [1] } : undefined;
}

/** Says that nothing was said of pixels. */
export function warnOfPixels(io: Io): void {
  const how = 'give those that the network was trained with, if any (--mean 127.5 --std 127.5 for −1 to 1)';
  warn(io, `without --mean and --std, pixels are used as float values from 0 to 255: ${how}`);
}

/** The names in a text file, in any of the forms that `parseLabels` takes. */
export async function readLines(path: string): Promise<string[]> {
  const bytes = await readBytes(path);
  refuseForeign(bytes, path, 'expected a text with one name per line, or a .csv', true);
  const lines = parseLabels(new TextDecoder().decode(bytes));
  if (lines.length === 0) throw new LiteBlockError('input', `${path}: it is empty; expected one name per line`);
  return lines;
}

export async function notesOf(options: NoteOptions): Promise<Notes> {
  const preprocessing = preprocessingOf(options);
  const labels = options.labels === undefined ? undefined : await readLines(options.labels);
  return { ...(labels && { labels }), ...(preprocessing && { preprocessing }) };
}
