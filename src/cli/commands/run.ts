import { extname } from 'node:path';
import { Command } from 'commander';
import { type DetectedObject, detections } from '../../detect/detections.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { InterfaceEntry, ModelFile } from '../../format/model-file.ts';
import { isNullDevice, placeOf } from '../../jobs/files/place.ts';
import { writeOutput } from '../../jobs/files/write-output.ts';
import { bestClasses, type Classification, load, type Model, type Values } from '../../runtime/node.ts';
import { type CommandFiles, checkFiles, outputPath } from '../files/check-files.ts';
import { inputPath, inputPaths } from '../files/read-input.ts';
import { batchOf, type Feed, openInput } from '../inputs/feed.ts';
import { loadModel } from '../inputs/load-model.ts';
import { count, type Io, shapeText, warn } from '../io.ts';
import {
  type EngineOptions,
  imagesHelp,
  loadOptions,
  maxOperationsOption,
  modelHelp,
  tierOption,
} from '../options/arguments.ts';
import { parseBytes } from '../options/bytes.ts';
import { type Declaration, withExamples } from '../options/declaration.ts';
import { type LayoutOptions, withLayout } from '../options/layout.ts';
import { type ShapeOptions, withShapes } from '../options/shapes.ts';
import { detectionLines } from '../print/detection-lines.ts';
import { type OutputPlace, outputLine } from '../print/output-lines.ts';
import { printableLine } from '../print/printable.ts';
import { withProgress } from '../print/progress.ts';

export interface RunCommandOptions extends ShapeOptions, EngineOptions, LayoutOptions {
  readonly output?: string;
  /** Bytes are quantised values, whatever the file says about pixels. */
  readonly raw?: boolean;
  readonly json?: boolean;
}

/** The outputs of a model, with what their maps are. */
function placesOf({ inputs, outputs, operands, labels }: ModelFile): OutputPlace[] {
  const sizes = ({ operand }: InterfaceEntry): [number, number, number] => {
    const { height, width, channels } = operands[operand];
    return [height, width, channels];
  };
  const valuesOf = (entry: InterfaceEntry): number => sizes(entry).reduce((product, size) => product * size);
  return outputs.map((entry) => ({
    entry,
    map: sizes(entry),
    outputs: outputs.length,
    labels,
    likeInput: inputs.length === 1 && valuesOf(inputs[0]) === valuesOf(entry),
  }));
}

/** What --json prints of an output of one image. */
interface OutputJson {
  readonly name: string;
  /** The line that is printed without --json. */
  readonly summary: string;
  /** The best classes, where the output has one value a class. */
  readonly classes?: readonly Classification[];
  /** All real values, or indices, where they are not many. */
  readonly values?: readonly number[];
}

const mostValues = 1_024;

function outputJson(values: Values, place: OutputPlace): OutputJson {
  const { entry, map, labels } = place;
  const { dtype, scale, zeroPoint, name } = entry;
  const isIndex = values instanceof Int32Array || values instanceof BigInt64Array;
  const real = (q: number): number => (dtype === 'f32' ? q : scale * (q - zeroPoint));
  const numbers = isIndex ? Array.from<number | bigint, number>(values, Number) : Array.from(values, real);
  const hasClasses = !isIndex && map[0] * map[1] === 1 && values.length > 1;
  return {
    name,
    summary: outputLine(values, place),
    ...(hasClasses && { classes: bestClasses({ outputs: [entry], labels }, values) }),
    ...(numbers.length <= mostValues && { values: numbers }),
  };
}

/** What `one` makes of each output of image `image` of `images`. */
const ofImage = <Result>(
  outputs: readonly Values[],
  images: number,
  image: number,
  one: (values: Values, i: number) => Result,
): Result[] =>
  outputs.map((values, i) => {
    const size = values.length / images;
    return one(values.subarray(image * size, (image + 1) * size), i);
  });

/** What is known of a run that has no -o. */
interface Shown {
  readonly model: Model;
  readonly places: readonly OutputPlace[];
  readonly outputs: readonly Values[];
  readonly name: (image: number) => string;
}

const imagesOf = ({ model, outputs }: Shown): number => outputs[0].byteLength / model.outputs[0].imageBytes;

/** The objects in an image; undefined for a model without a detection head. */
function objectsIn({ model, outputs }: Shown, images: number, image: number): DetectedObject[] | undefined {
  if (!model.postprocess) return undefined;
  return detections(
    model,
    ofImage(outputs, images, image, (values) => values),
  );
}

/** What --json prints of an image. */
interface ImageJson {
  readonly image: string;
  /** Of a model with a detection head. */
  readonly objects?: readonly DetectedObject[];
  readonly outputs: readonly OutputJson[];
}

function imagesJson(shown: Shown): ImageJson[] {
  const { places, outputs, name } = shown;
  const images = imagesOf(shown);
  const found = (image: number): Pick<ImageJson, 'objects'> => {
    const objects = objectsIn(shown, images, image);
    return objects ? { objects } : {};
  };
  return Array.from({ length: images }, (_, image) => ({
    image: name(image),
    ...found(image),
    outputs: ofImage(outputs, images, image, (values, i) => outputJson(values, places[i])),
  }));
}

function print(shown: Shown, io: Io): void {
  const { model, places, outputs, name } = shown;
  const images = imagesOf(shown);
  for (let image = 0; image < images; image++) {
    const objects = objectsIn(shown, images, image);
    if (objects) {
      io.out(`${name(image)}: ${detectionLines(objects).join('\n')}\n`);
      continue;
    }
    ofImage(outputs, images, image, (values, i) => {
      const which = model.outputs.length > 1 ? ` ${printableLine(model.outputs[i].name)}` : '';
      io.out(`${name(image)}${which}: ${outputLine(values, places[i])}\n`);
    });
  }
}

/** out.bin → out.1.bin. */
export function numbered(path: string, i: number): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}.${i}${extension}`;
}

/** Where each output goes. Throws usage where several would go to one pipe or device. */
function targetsOf(path: string, { outputs }: Model, source: string): string[] {
  const { descriptor, stats } = placeOf(path);
  if (outputs.length === 1 || isNullDevice(stats)) return outputs.map(() => path);
  if (descriptor === undefined && (stats?.isFile() ?? true)) return outputs.map((_, i) => numbered(path, i));
  const how = 'give -o a file name, which is numbered for each output';
  throw new LiteBlockError('usage', `${source}: it has ${outputs.length} outputs, and ${path} takes one: ${how}`);
}

/** An output that was written. */
interface Written {
  readonly path: string;
  readonly bytes: number;
}

async function write(targets: readonly string[], outputs: readonly Values[]): Promise<Written[]> {
  const written: Written[] = [];
  for (const [i, values] of outputs.entries()) {
    await writeOutput(targets[i], new Uint8Array(values.buffer));
    written.push({ path: targets[i], bytes: values.byteLength });
  }
  return written;
}

/** The paths for each input: of a model with one they are all images, one after another. Throws input. */
function pathsOf(paths: readonly string[], { inputs }: Model, source: string): (readonly string[])[] {
  if (inputs.length === 1) return [paths];
  if (paths.length === inputs.length) return paths.map((path) => [path]);
  const wanted = inputs.map(({ name, shape, dtype }) => `"${name}" (${shapeText(shape)} ${dtype})`).join(', ');
  throw new LiteBlockError('input', `${source}: inputs: expected ${inputs.length}, got ${paths.length}: ${wanted}`);
}

/** Images that the engine is given at once. */
const batch = 32;

/** All images, in pieces that the progress can be told of. */
function runAll(model: Model, feeds: readonly Feed[], io: Io): Values[] {
  const perImage = feeds.filter((_, i) => model.inputs[i].perImage);
  const counts = new Set(perImage.map(({ images }) => images.count));
  const [count = 1] = counts;
  // Where the counts differ, the model says what is wrong.
  if (counts.size > 1) return model.run(...feeds.map((feed) => batchOf(feed, 0, feed.images.count)));
  return withProgress(io, 'running', (progress) => {
    const pieces: Values[][] = [];
    for (let from = 0; from < count; from += batch) {
      const to = Math.min(from + batch, count);
      pieces.push(
        model.run(...feeds.map((feed) => (perImage.includes(feed) ? batchOf(feed, from, to) : batchOf(feed, 0, 1)))),
      );
      if (count > batch) progress(to, count);
    }
    return model.outputs.map((_, i) => joined(pieces.map((piece) => piece[i])));
  });
}

/** Arrays of one type, one after the other. */
function joined(parts: readonly Values[]): Values {
  const [first] = parts as [Values];
  if (parts.length === 1) return first;
  const whole = new (first.constructor as new (length: number) => Values)(
    parts.reduce((sum, { length }) => sum + length, 0),
  );
  let at = 0;
  for (const part of parts) {
    (whole as Int8Array).set(part as Int8Array, at); // of one type, whatever it is
    at += part.length;
  }
  return whole;
}

async function runCommand(
  path: string,
  inputs: readonly string[],
  options: RunCommandOptions,
  given: Io,
): Promise<void> {
  const { output, raw, json } = options;
  const read: CommandFiles = { inputs: { MODEL: path, IMAGES: inputs } };
  const io = checkFiles({ ...read, outputs: { '-o': output } }, given);
  const { runnable, file } = await loadModel(path, { ...options, onNote: (text) => warn(io, text) });
  const model = await load(runnable, loadOptions(options));
  const targets = output === undefined ? [] : targetsOf(output, model, path);
  if (targets.length > 1)
    checkFiles({ ...read, outputs: Object.fromEntries(targets.map((target, i) => [`output ${i}`, target])) }, io);
  const feeds = await Promise.all(
    pathsOf(inputs, model, path).map((paths, i) => openInput(paths, file, i, io, { raw, layout: options.layout })),
  );
  const outputs = runAll(model, feeds, io);
  const [{ images }] = feeds as [Feed];
  const name = feeds.length === 1 ? images.name : (image: number) => `image ${image}`;
  const facts = { model: path, tier: model.tier };
  if (output === undefined) {
    const shown: Shown = { model, places: placesOf(file), outputs, name };
    if (json) io.out(`${JSON.stringify({ ...facts, images: imagesJson(shown) })}\n`);
    else print(shown, io);
    return;
  }
  const files = await write(targets, outputs);
  if (json) io.out(`${JSON.stringify({ ...facts, files })}\n`);
  else for (const { path: target, bytes } of files) io.out(`${target}: ${count(bytes)} bytes\n`);
}

export const declareRun: Declaration = (io) =>
  withExamples(
    withLayout(
      withShapes(
        new Command('run')
          .summary('run a model on images')
          .description(
            'Runs a model on images. Prints the meaning of each output (the best classes, a probability, the classes in a map, or the boxes of a detection head with class and score), or writes the raw outputs. If the model has one input, all arguments are images for it; if it has several, each input takes one argument. If the model keeps state, the images are the steps of one sequence, in the given order, which begins with the initial state.',
          )
          .argument('<model>', modelHelp, inputPath)
          .argument('<images...>', imagesHelp, inputPaths)
          .option(
            '--raw',
            'read the bytes of files other than pictures as quantised values, even if the model has a mean and std',
          )
          .option(
            '-o, --output <file>',
            'write the raw outputs to this file instead of printing their meaning',
            outputPath,
          )
          .addOption(tierOption())
          .option(
            '--ram <bytes>',
            'refuse a model that needs more RAM than this, e.g. 60000, 64KB or 2GB (1GB for a model that is not compiled yet)',
            parseBytes,
          )
          .addOption(maxOperationsOption()),
      ),
    ).option('--json', 'print JSON'),
    [
      [
        'liteblock run model.lbm cat.jpg photos/',
        'the five best classes of a picture, and of all pictures in a folder',
      ],
      ['liteblock run model.lbm input.bin -o out.bin --ram 64KB', 'the raw output; the model must run in 64 KB'],
    ],
  ).action((model: string, inputs: string[], options: RunCommandOptions) => runCommand(model, inputs, options, io));
