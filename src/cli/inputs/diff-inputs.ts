import { match } from '../../analyze/diff/match.ts';
import { termsOf } from '../../analyze/diff/terms.ts';
import type { Trace, Traced } from '../../analyze/diff/trace.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { InterfaceEntry, ModelFile, Preprocessing } from '../../format/model-file.ts';
import { isPreprocessing } from '../../format/preprocessing.ts';
import { arrayOf, type Values, valuesPerImage } from '../../format/values.ts';
import type { Graph } from '../../graph/graph.ts';
import { elements } from '../../graph/tensor.ts';
import { arePixels, asTheyAre } from '../../jobs/image-values.ts';
import { inputBytes } from '../../runtime/values.ts';
import type { Io } from '../io.ts';
import { warnOfPixels } from '../options/notes.ts';
import { batchOf, openInput } from './feed.ts';
import { besideSource, type RealSource, realSource } from './subjects.ts';

/** What both sides are run on. */
export interface Given {
  /** One for each input; absent: the inputs among the dumps. */
  readonly paths: readonly string[] | undefined;
  readonly image: number;
  readonly raw: boolean;
  /** What pixels mean, in place of what a model says. */
  readonly preprocessing: Preprocessing | undefined;
  readonly dumps: Trace | undefined;
}

/** The bytes of each input of an int8 model, of one image. */
export async function int8Inputs(file: ModelFile, given: Given, model: string, io: Io): Promise<Uint8Array[]> {
  const { paths, image, raw, preprocessing } = given;
  if (!paths) {
    const wanted = file.inputs.map((entry) => inputOf(file, entry));
    return fromDumps(wanted, given, model).map(
      (values) => new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength),
    );
  }
  const names = file.inputs.map(({ name }) => name);
  checkCount(paths, names, model);
  const told = withPreprocessing(file, preprocessing, model);
  const inputs: Uint8Array[] = [];
  for (const [i, path] of paths.entries()) {
    const entry = file.inputs[i];
    const feed = await openInput([path], told, i, io, { raw });
    const at = entry.perImage ? image : 0;
    checkImage(path, feed.images.count, at);
    inputs.push(inputBytes(batchOf(feed, at, at + 1), entry, i));
  }
  return inputs;
}

/** The real input of a float model. `beside`: the int8 model that is shown the same image, and says what its values mean. */
export async function floatInputs(
  graph: Graph,
  given: Given,
  model: string,
  beside: ModelFile | undefined,
  io: Io,
): Promise<Float32Array[]> {
  const { paths, image, preprocessing } = given;
  const inputs = graph.inputs.map((id) => graph.tensors[id]);
  if (!paths) {
    const wanted = inputs.map(({ name, shape }) => ({
      names: [name],
      shape,
      values: new Float32Array(elements(shape)),
    }));
    return fromDumps(wanted, given, model) as Float32Array[];
  }
  const names = inputs.map(({ name }) => name);
  checkCount(paths, names, model);
  const source = beside ? await besideInt8(beside, given, paths, io) : await alone(graph, given, paths, model, io);
  checkImage(paths[0], source.images.count, image);
  if (!beside && !preprocessing && arePixels(source.images)) warnOfPixels(io);
  return [source.real(image)];
}

async function besideInt8(
  beside: ModelFile,
  { preprocessing, raw }: Given,
  paths: readonly string[],
  io: Io,
): Promise<RealSource> {
  const file = withPreprocessing(beside, preprocessing, beside.metadata.name);
  return besideSource({ feed: await openInput(paths, file, 0, io, { raw }), file });
}

const alone = (
  graph: Graph,
  { preprocessing }: Given,
  paths: readonly string[],
  model: string,
  io: Io,
): Promise<RealSource> => realSource(paths, graph, model, preprocessing ?? asTheyAre, io);

function withPreprocessing(file: ModelFile, preprocessing: Preprocessing | undefined, model: string): ModelFile {
  if (!preprocessing) return file;
  const { channels } = file.operands[file.inputs[0].operand];
  if (!isPreprocessing(preprocessing, channels)) {
    throw new LiteBlockError(
      'usage',
      `${model}: --mean and --std: expected one number each, or ${channels}; std must not be 0`,
    );
  }
  return { ...file, metadata: { ...file.metadata, preprocessing } };
}

function checkCount(paths: readonly string[], names: readonly string[], model: string): void {
  if (paths.length === names.length) return;
  const wanted = names.map((name) => `"${name}"`).join(', ');
  throw new LiteBlockError('usage', `${model}: inputs: expected ${names.length}, got ${paths.length}: ${wanted}`);
}

function checkImage(path: string, count: number, image: number): void {
  if (image < count) return;
  throw new LiteBlockError('input', `${path}: it has ${count} images, and --image ${image} counts from 0`);
}

function inputOf(file: ModelFile, entry: InterfaceEntry): Traced {
  const { name, dtype, operand, scale, zeroPoint } = entry;
  const { height, width, channels } = file.operands[operand];
  const values = new (arrayOf(dtype))(valuesPerImage(entry));
  const tensor = { names: [name], shape: [1, height, width, channels], values };
  return dtype === 'f32' ? tensor : { ...tensor, quantization: { scale, zeroPoint } };
}

/** The inputs as the dumps have them: those of their names, or the only one that is said to be an input. */
function fromDumps(wanted: readonly Traced[], { dumps, image }: Given, model: string): Values[] {
  const { pairs } = match({ tensors: wanted }, { tensors: dumps?.tensors ?? [] });
  return wanted.map((tensor) => {
    const said = dumps?.tensors.filter(({ input }) => input) ?? [];
    const only = wanted.length === 1 && said.length === 1 ? said[0] : undefined;
    const other = only ?? pairs.find(({ a, by }) => a === tensor && by === 'name')?.b;
    const terms = other && termsOf({ a: tensor, b: other, by: 'name' }, 'a', true, image);
    if (terms) return inputOfDump(tensor, other, terms.b, model);
    const how = dumps ? `, or put it into the dumps as "${tensor.names[0]}.npy"` : '';
    throw new LiteBlockError('usage', `${model}: give --input X, the image that both are run on${how}`);
  });
}

/** What a dump has, in the type of the input. Throws input where it cannot be that. */
function inputOfDump({ values, names }: Traced, { quantization }: Traced, dumped: Values, model: string): Values {
  if (dumped.constructor === values.constructor) return dumped.slice();
  if (values instanceof Float32Array && quantization) {
    const { scale, zeroPoint } = quantization;
    return Float32Array.from<number | bigint>(dumped, (q) => scale * (Number(q) - zeroPoint));
  }
  const wanted = values instanceof Float32Array ? 'float32, or a scale in an index.json' : '8-bit values';
  const what = `the dump of its input "${names[0]}" has the type ${dumped.constructor.name}: give ${wanted}`;
  throw new LiteBlockError('input', `${model}: ${what}`);
}
