import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LiteBlockError } from '../format/errors.ts';
import { count, type Io } from './io.ts';
import { loadModel } from './load-model.ts';
import { type NoteOptions, notesOf } from './notes.ts';

export interface CompileCommandOptions extends NoteOptions {
  readonly output: string;
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

/** liteblock compile MODEL -o FILE.lbm [--labels FILE] [--mean NUMBERS] [--std NUMBERS] */
export async function compileCommand(path: string, options: CompileCommandOptions, io: Io): Promise<void> {
  const { output } = options;
  if (resolve(path) === resolve(output)) throw new LiteBlockError('usage', `${output}: this is the model itself`);
  const { bytes, file, header, compiled, sourceBytes } = await loadModel(path, await notesOf(options));
  if (!compiled) throw new LiteBlockError('usage', `${path}: this is a .lbm, compiled already`);
  await writeWhole(output, bytes);
  const figures = [
    `ramBytes ${count(file.ramBytes)}`,
    `modelBytes ${count(header.modelBytes)}`,
    `memoryBytes ${count(header.memoryBytes)}`,
  ];
  io.out(`${output}  ${count(bytes.length)} bytes, from ${path}, ${count(sourceBytes)} bytes\n${figures.join('  ')}\n`);
}
