import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { LiteBlockError } from '../format/errors.ts';
import { parseBytes } from './bytes.ts';
import { type Declaration, withExamples } from './declaration.ts';
import { count, type Io } from './io.ts';
import { loadModel } from './load-model.ts';
import { type NoteOptions, notesOf, withNotes } from './notes.ts';
import { type ShapeOptions, withShapes } from './shapes.ts';

export interface CompileCommandOptions extends NoteOptions, ShapeOptions {
  readonly output: string;
  readonly ram?: number;
}

/** Writes beside the file and renames, so that a failure leaves no half file. What is no plain file is written to. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const existing = await stat(path).catch(() => undefined);
  const plain = !existing || existing.isFile();
  const target = plain ? `${path}.${process.pid}.part` : path;
  try {
    await writeFile(target, bytes);
    if (plain) await rename(target, path);
  } catch (cause) {
    if (plain) await rm(target, { force: true });
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LiteBlockError('file-unreadable', `${path}: it could not be written: ${why}`, [], { cause });
  }
}

async function compileCommand(path: string, options: CompileCommandOptions, io: Io): Promise<void> {
  const { output } = options;
  if (resolve(path) === resolve(output)) throw new LiteBlockError('usage', `${output}: this is the model itself`);
  const loaded = await loadModel(path, { ...options, answer: true }, await notesOf(options));
  const { bytes, file, header, compiled, sourceBytes, unanswered } = loaded;
  if (!compiled) throw new LiteBlockError('usage', `${path}: this is a .lbm, compiled already`);
  await writeWhole(output, bytes);
  const figures = [
    `ramBytes ${count(file.ramBytes)}`,
    `modelBytes ${count(header.modelBytes)}`,
    `memoryBytes ${count(header.memoryBytes)}`,
  ];
  io.out(`${output}  ${count(bytes.length)} bytes, from ${path}, ${count(sourceBytes)} bytes\n${figures.join('  ')}\n`);
  if (unanswered) io.out(`${unanswered}\n`);
}

export const declareCompile: Declaration = (io) =>
  withExamples(
    withShapes(
      withNotes(
        new Command('compile')
          .summary('compile an int8 model to a .lbm file')
          .description(
            'Compiles an int8 model to a .lbm file, which the engine runs wherever there is WebAssembly. The same model gives the same bytes on every machine.',
          )
          .argument('<model>', 'a .tflite file')
          .requiredOption('-o, --output <file>', 'the .lbm to write')
          .option('--ram <bytes>', 'refuse a model that needs more RAM, e.g. 60000, 64KB or 2GB (1GB)', parseBytes),
      ),
    ),
    [
      ['liteblock compile model.tflite -o model.lbm', 'the file to ship'],
      [
        'liteblock compile model.tflite -o model.lbm --labels classes.txt --mean 127.5 --std 127.5',
        'with names of the classes, and what pixels mean: x = pixel / 127.5 − 1',
      ],
      ['liteblock compile model.tflite -o model.lbm --shape image=1,96,96,3', 'of a model that leaves sizes open'],
    ],
  ).action((model: string, options: CompileCommandOptions) => compileCommand(model, options, io));
