import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Argument, Command } from 'commander';
import { LiteBlockError } from '../../format/errors.ts';
import { unwritable } from '../../jobs/files/system-error.ts';
import { writeOutput } from '../../jobs/files/write-output.ts';
import { checkFiles } from '../files/check-files.ts';
import { inputPath } from '../files/read-input.ts';
import { digits, type ProjectPlace, places, projectFiles } from '../init/project.ts';
import { type LoadedModel, loadModel } from '../inputs/load-model.ts';
import { count, type Io } from '../io.ts';
import { modelHelp } from '../options/arguments.ts';
import { type Declaration, withExamples } from '../options/declaration.ts';
import { type NoteOptions, notesOf, withNotes } from '../options/notes.ts';
import { type ShapeOptions, withShapes } from '../options/shapes.ts';
import { didYouMean } from '../options/suggest.ts';

export interface InitOptions extends NoteOptions, ShapeOptions {
  readonly model?: string;
  readonly json?: boolean;
}

/** What to type next, in the new folder. */
const nextSteps: Readonly<Record<ProjectPlace, readonly string[]>> = {
  page: ['npm start'],
  worker: ['npm install', 'npm start', 'curl --data-binary @image.bin http://localhost:8787/'],
  wasmtime: ['wasmtime run model.wasm < input.bin'],
};

async function initCommand(place: ProjectPlace, folder: string, options: InitOptions, io: Io): Promise<void> {
  const { model: path, labels, json } = options;
  checkFiles({ inputs: { '--model': path, '--labels': labels } }, io);
  refuseFull(folder);
  const model = await modelOf(options);
  const files = await projectFiles(place, model, await imageOf(model, path));
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    throw unwritable(folder, cause);
  }
  for (const [name, bytes] of files) await writeOutput(join(folder, name), bytes);
  const sizes = [...files].map(([name, { length }]) => ({ name, bytes: length }));
  if (json) {
    io.out(`${JSON.stringify({ place, folder, files: sizes, next: nextSteps[place] })}\n`);
    return;
  }
  const width = Math.max(...sizes.map(({ name }) => name.length));
  const lines = sizes.map(({ name, bytes }) => `  ${name.padEnd(width)}  ${count(bytes)} bytes`);
  const next = [`cd ${folder}`, ...nextSteps[place]].map((line) => `  ${line}`);
  io.out(`${[`${folder}:`, ...lines, '', 'Next:', ...next].join('\n')}\n`);
}

/** Throws usage for a folder that has files, or a file of its name. */
function refuseFull(folder: string): void {
  if (!existsSync(folder)) return;
  try {
    if (readdirSync(folder).length === 0) return;
  } catch {
    throw new LiteBlockError('usage', `${folder}: this is a file: give the name of a new folder`);
  }
  throw new LiteBlockError('usage', `${folder}: the folder is not empty: give the name of a new one`);
}

async function modelOf(options: InitOptions): Promise<LoadedModel> {
  const { model, labels, mean, std } = options;
  if (model === undefined) {
    if (labels !== undefined || mean || std || options.shape) {
      throw new LiteBlockError('usage', '--labels, --mean, --std and --shape need a --model');
    }
    return loadModel(digits.model, { answer: true }, digits.notes);
  }
  const loaded = await loadModel(model, { ...options, answer: true }, await notesOf(options));
  if (!loaded.compiled && (labels !== undefined || mean || std)) {
    const how = '--labels, --mean and --std are stored when a model is compiled';
    throw new LiteBlockError('usage', `${model}: this file is compiled already: ${how}`);
  }
  return loaded;
}

/** The pixels of an image to try the project on: a digit, or stripes for a model of the caller. */
async function imageOf({ file }: LoadedModel, path: string | undefined): Promise<Uint8Array> {
  if (path === undefined) return readFile(digits.image);
  const { height, width, channels } = file.operands[file.inputs[0].operand];
  return Uint8Array.from({ length: height * width * channels }, (_, i) => (i * 37) % 256);
}

function parsePlace(word: string): ProjectPlace {
  const place = places.find((each) => each === word.toLowerCase());
  if (place) return place;
  const near = didYouMean(word, places) || `\n(projects: ${places.join(', ')})`;
  throw new LiteBlockError('usage', `there is no project for '${word}'${near}`);
}

export const declareInit: Declaration = (io) =>
  withExamples(
    withShapes(
      withNotes(
        new Command('init')
          .summary('write a small project that runs a model')
          .description(
            'Writes a small project into a new folder: a page that classifies drawings, a Cloudflare Worker that classifies the images that it receives, or a program for wasmtime. Without --model, the project recognises handwritten digits.',
          )
          .addArgument(new Argument('<place>', `where the project runs: ${places.join(', ')}`).argParser(parsePlace))
          .argument('<folder>', 'the new folder')
          .option('--model <model>', `the model: ${modelHelp}`, inputPath),
      ),
    ).option('--json', 'print JSON'),
    [
      ['liteblock init page my-page', 'write a page that recognises drawn digits'],
      ['liteblock init worker my-worker --model model.lbm', 'write a Worker for a model of yours'],
    ],
  ).action((place: ProjectPlace, folder: string, options: InitOptions) => initCommand(place, folder, options, io));
