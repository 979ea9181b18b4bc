import { LiteBlockError } from '../../format/errors.ts';
import type { InterfaceEntry, ModelFile, Preprocessing } from '../../format/model-file.ts';
import { isPreprocessing } from '../../format/preprocessing.ts';
import type { Graph } from '../../graph/graph.ts';
import { threshold } from '../../jobs/agreement.ts';
import { bestOf } from '../../jobs/best-of.ts';
import { floatEvaluator } from '../../jobs/evaluators.ts';
import { imageInput } from '../../jobs/image-input.ts';
import { realValues } from '../../jobs/image-values.ts';
import { type ImageLayout, layoutOfGraph } from '../../jobs/layout.ts';
import { heldUnit, valueFacts } from '../../jobs/output-meaning.ts';
import { load, type Values } from '../../runtime/node.ts';
import { builtEngines } from '../engines.ts';
import { type Io, warn } from '../io.ts';
import { type EngineOptions, loadOptions } from '../options/arguments.ts';
import { type LayoutOptions, toldLayout } from '../options/layout.ts';
import type { ShapeOptions } from '../options/shapes.ts';
import { withProgress } from '../print/progress.ts';
import { batchOf, type Feed, openInput } from './feed.ts';
import { loadFloatModel, type WeightOptions } from './float-model.ts';
import type { InputImages } from './images.ts';
import { loadModel } from './load-model.ts';
import { openImages } from './open-images.ts';
import type { Classes } from './true-classes.ts';

/** A model that names a class for every image: the best of its scores, or with one probability 1 from 0.5 on, else 0. */
export interface Subject {
  readonly tier?: string;
  readonly classes: Classes;
  readonly images: InputImages;
  /** The best class of each image, in order. */
  predict(io: Io): number[];
}

/** Images that the engine is given at once. */
const batch = 32;

/** An int8 model on IMAGES, whose pixels mean what the file says, or else `preprocessing`. */
export async function int8Subject(
  path: string,
  imagesPaths: readonly string[],
  preprocessing: Preprocessing | undefined,
  options: ShapeOptions & EngineOptions & LayoutOptions,
  io: Io,
): Promise<Subject & { readonly feed: Feed; readonly file: ModelFile }> {
  const loaded = await loadModel(path, options);
  const file = withPreprocessing(loaded.file, preprocessing, path);
  const model = await load(loaded.runnable, loadOptions(options));
  if (file.inputs.length !== 1) {
    throw new LiteBlockError('unsupported', `${path}: it has ${file.inputs.length} inputs; expected one, of images`);
  }
  const output = file.outputs[0];
  const { height, width, channels } = file.operands[output.operand];
  const chosen = chosenFrom(file, output);
  const classes = classesOf([1, height, width, chosen ?? channels], file.labels, path);
  if (channels === 1 && output.scale > 0 && !heldUnit(output)) throw noProbability(path);
  const feed = await openInput(imagesPaths, file, 0, io, { layout: options.layout });
  const { images } = feed;
  const predict = (): number[] =>
    withProgress(io, 'int8', (progress) => {
      const best: number[] = [];
      for (let from = 0; from < images.count; from += batch) {
        const to = Math.min(from + batch, images.count);
        const [values] = model.run(batchOf(feed, from, to)) as [Values];
        best.push(...bestOfEach(values, to - from, output));
        progress(to, images.count);
      }
      return best;
    });
  return { tier: model.tier, classes, images, predict, feed, file };
}

/** The class of each of `images` images: the best of their scores, by their one probability, or the index that each has. */
function bestOfEach(values: Values, images: number, { scale, zeroPoint }: InterfaceEntry): number[] {
  if (values instanceof Int32Array || values instanceof BigInt64Array)
    return Array.from(values as Iterable<bigint>, Number);
  const count = values.length / images;
  if (count > 1) return Array.from({ length: images }, (_, i) => bestOf(values, i * count, count));
  return Array.from(values, (value) => ((scale > 0 ? scale * (value - zeroPoint) : value) >= threshold ? 1 : 0));
}

/** From how many classes an output of indices is chosen: its memory is the last that an arg-max wrote there. */
function chosenFrom({ stages, operands }: ModelFile, { operand, dtype }: InterfaceEntry): number | undefined {
  if (dtype !== 'i32' && dtype !== 'i64') return undefined;
  const at = operands[operand].address;
  const stage = [...stages].reverse().find(({ opcode, words }) => {
    return opcode === 'argMax' && operands[words.y].address === at;
  });
  return operands[stage?.words.x ?? -1]?.channels;
}

function withPreprocessing(file: ModelFile, preprocessing: Preprocessing | undefined, path: string): ModelFile {
  if (!preprocessing) return file;
  const { channels } = file.operands[file.inputs[0].operand];
  if (!isPreprocessing(preprocessing, channels)) throw unfit(path, channels);
  return { ...file, metadata: { ...file.metadata, preprocessing } };
}

const unfit = (path: string, channels: number): LiteBlockError =>
  new LiteBlockError('usage', `${path}: --mean and --std: expected one number each, or ${channels}; std must not be 0`);

/** Images, and each as a float model's real input. */
export interface RealSource {
  readonly images: InputImages;
  real(i: number): Float32Array;
}

/** IMAGES for a float model by itself. */
export async function realSource(
  paths: readonly string[],
  graph: Graph,
  model: string,
  preprocessing: Preprocessing,
  io: Io,
  given?: ImageLayout,
): Promise<RealSource> {
  const { input, shape } = imageInput(graph, model);
  if (!isPreprocessing(preprocessing, shape[2])) throw unfit(model, shape[2]);
  const layout = toldLayout(given, layoutOfGraph(graph), shape, io);
  const images = await openImages(paths, { input, shape, layout, raw: 'u8', warn: (text) => warn(io, text) });
  const real = (i: number): Float32Array => realValues(images.at(i), preprocessing, images.file(i));
  return { images, real: (i) => images.ordered?.(i, real(i)) ?? real(i) };
}

/** The images of an int8 model for the float one that it was made of: quantised values as the real ones that they stand for. */
export function besideSource({ feed, file }: { feed: Feed; file: ModelFile }): RealSource {
  const { scale, zeroPoint } = file.inputs[0];
  const real = (i: number): Float32Array => {
    const values = feed.at(i);
    return values instanceof Float32Array ? values : Float32Array.from(values, (q) => scale * (q - zeroPoint));
  };
  return { images: feed.images, real };
}

/** A float model on images: float execution, image by image. */
export async function floatSubject(
  path: string,
  weights: WeightOptions & ShapeOptions,
  sourceOf: (graph: Graph) => RealSource | Promise<RealSource>,
  labels: readonly string[] = [],
): Promise<Subject> {
  const graph = await loadFloatModel(path, weights);
  const { images, real } = await sourceOf(graph);
  const output = graph.tensors[graph.outputs[0]];
  const classes = classesOf(output.shape, labels, path);
  const size = imageInput(graph, path).shape.reduce((product, side) => product * side);
  const run = (await floatEvaluator(builtEngines))(graph);
  const predict = (io: Io): number[] =>
    withProgress(io, 'float', (progress) =>
      Array.from({ length: images.count }, (_, i) => {
        const values = real(i);
        if (values.length !== size) {
          throw new LiteBlockError('input', `${path}: images of ${values.length} values, but its input has ${size}`);
        }
        const [scores] = run([values]);
        if (scores.length === 1 && !valueFacts(scores, 1).unit) throw noProbability(path);
        const best = scores.length > 1 ? bestOf(scores) : Number(scores[0] >= threshold);
        progress(i + 1, images.count);
        return best;
      }),
    );
  return { classes, images, predict };
}

/** Classes of a first output that has one score each, or two of one probability. Throws unsupported for maps. */
function classesOf(shape: readonly number[], labels: readonly string[], path: string): Classes {
  const count = shape.at(-1) as number;
  if (shape.slice(0, -1).some((size) => size !== 1)) {
    const wanted = 'expected a score for each class, or one probability (run prints maps)';
    throw new LiteBlockError('unsupported', `${path}: its output is a map of ${shape.slice(1).join('×')}: ${wanted}`);
  }
  return count > 1 ? { count, labels } : { count: 2, labels: labels.length === 2 ? labels : [] };
}

const noProbability = (path: string): LiteBlockError =>
  new LiteBlockError(
    'unsupported',
    `${path}: its output is one value, but not a probability from 0 to 1, so it names no class`,
  );
