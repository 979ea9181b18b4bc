import './zod-without-eval.ts';
import { inspect } from '../../../src/analyze/inspect.ts';
import { agreementOf } from '../../../src/cli/agreement.ts';
import { compile } from '../../../src/compiler/compile.ts';
import { importModel } from '../../../src/compiler/import-model.ts';
import { importNetwork } from '../../../src/compiler/import-network.ts';
import { checkNotes } from '../../../src/compiler/notes.ts';
import { loadFloatEngine } from '../../../src/float/float-engine.ts';
import { LiteBlockError } from '../../../src/format/errors.ts';
import type { Preprocessing } from '../../../src/format/model-file.ts';
import { realOfPixels } from '../../../src/format/preprocessing.ts';
import { readHeader } from '../../../src/format/read.ts';
import type { EngineExports } from '../../../src/format/status.ts';
import type { FloatEvaluator, QuantizedEvaluator } from '../../../src/graph/evaluator.ts';
import { type Graph, isFloat, nhwc } from '../../../src/graph/graph.ts';
import type { Tensor } from '../../../src/graph/tensor.ts';
import { seeded } from '../../../src/network/seeded-weights.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { passesOf, quantize } from '../../../src/quantize/quantize.ts';
import { report } from '../../../src/quantize/report.ts';
import { Model } from '../../../src/runtime/model.ts';
import { hasSimd } from '../../../src/runtime/probe.ts';
import { start } from '../../../src/runtime/start.ts';
import { runsOf } from './arena-of-file.ts';
import { engine, engineModule } from './engines.ts';
import { imagesOf } from './images.ts';
import type { ArenaRectangle, FloatView, ImageInput, NamedFile, QuantizeReport, QuantizeRequest } from './protocol.ts';
import type { Opening } from './session.ts';

/** A model that was read: int8 and compiled, or float and to be quantised. */
export type Imported =
  | { readonly kind: 'compiled'; readonly opening: Opening }
  | { readonly kind: 'float'; readonly graph: Graph; readonly view: FloatView };

export type Progress = (what: string, done: number, total: number) => void;

const lbmName = (source: string): string => `${source.replace(/\.[^.]*$/, '')}.lbm`;

/** As `liteblock compile` does it, known answer included. */
export async function importFile({ name, bytes }: NamedFile): Promise<Imported> {
  const graph = importModel(bytes, name);
  if (isFloat(graph)) return { kind: 'float', graph, view: await floatView(graph, name) };
  const compiled = compile(graph, { evaluate: await quantizedEngine() });
  const opening = {
    fileName: lbmName(name),
    bytes: compiled.bytes,
    compiled: true,
    arena: rectanglesOf(compiled.plan),
  };
  return { kind: 'compiled', opening };
}

export async function importPair(json: NamedFile, weights: NamedFile): Promise<Imported> {
  const text = new TextDecoder().decode(json.bytes);
  const notes: string[] = [];
  const onNote = (note: string): void => void notes.push(note);
  const graph = importNetwork(text, weights.bytes, { source: json.name, weightsSource: weights.name, onNote });
  const view = await floatView(graph, json.name);
  return { kind: 'float', graph, view: { ...view, ...(notes.length > 0 && { note: notes.join('. ') }) } };
}

/** As the int8 model that it becomes, with the ranges of one random image, which change neither shapes nor RAM. */
async function floatView(graph: Graph, source: string): Promise<FloatView> {
  const input = imageInput(graph, source);
  const random = seeded(1);
  const image = Float32Array.from({ length: input.height * input.width * input.channels }, () => 2 * random() - 1);
  const int8 = quantize(graph, [[image]], { method: 'min-max', evaluate: await floatEngine() });
  const { bytes, model, plan } = compile(int8.graph);
  return {
    kind: 'float',
    inspection: inspect(model, readHeader(bytes)),
    arena: rectanglesOf(plan),
    input,
    floatBytes: graph.tensors.reduce((sum, { data }) => sum + (data?.byteLength ?? 0), 0),
  };
}

/** Float execution, for calibrating and comparing. */
const floatEngine = async (): Promise<FloatEvaluator> => loadFloatEngine(await engineModule('float'));

function imageInput(graph: Graph, source: string): ImageInput {
  if (graph.inputs.length !== 1) {
    throw new LiteBlockError('unsupported', `${source}: it has ${graph.inputs.length} inputs (one, of images)`);
  }
  const [, height, width, channels] = nhwc(graph.tensors[graph.inputs[0] as number] as Tensor);
  return { height, width, channels };
}

const rectanglesOf = ({ buffers }: Plan): ArenaRectangle[] =>
  buffers.map(({ name, kind, bytes, offset, first, last, steps }) => ({
    name,
    kind,
    bytes,
    offset,
    spans: steps ? runsOf(steps) : [[first, last]],
  }));

/** int8 execution of graphs that are compiled for it, each with an instance of its own. */
async function quantizedEngine(): Promise<QuantizedEvaluator> {
  const tier = hasSimd() ? 'simd' : 'scalar';
  const module = await engine(tier);
  return (graph) => {
    const { bytes, model } = compile(graph);
    const instance = new WebAssembly.Instance(module).exports as unknown as EngineExports;
    start(instance, bytes, model, graph.name);
    const ready = new Model(instance, model, { modelBytes: readHeader(bytes).modelBytes, tier });
    return (inputs) => ready.run(...inputs);
  };
}

/** What pixels mean where nothing is said: real values from 0 to 255. */
const asTheyAre: Preprocessing = { mean: [0], std: [1] };

const unsaidPixels: QuantizeReport['warnings'][number] = {
  place: 'mean and std',
  text: 'nothing is given, so pixels are taken as real values from 0 to 255: give those that the network was trained with, if any (127.5 and 127.5 for −1 to 1)',
};

/** As `liteblock quantize` does it: the same options and images give the same bytes. */
export async function quantizeModel(
  graph: Graph,
  source: string,
  { images, preprocessing, labels, method }: QuantizeRequest,
  progress: Progress,
): Promise<{ readonly opening: Opening; readonly report: QuantizeReport }> {
  const input = imageInput(graph, source);
  const values = images.flatMap((given) => imagesOf(given, input));
  const count = values.length;
  const pixels = values.some((each) => each instanceof Uint8Array);
  const meaning = preprocessing ?? (pixels ? asTheyAre : undefined);
  const notes = { ...(labels.length > 0 && { labels }), ...(meaning && { preprocessing: meaning }) };
  checkNotes(graph, notes);
  const unsaid = pixels && !preprocessing ? [unsaidPixels] : [];
  const real = {
    *[Symbol.iterator]() {
      for (const each of values) yield [each instanceof Uint8Array ? realOfPixels(each, meaning ?? asTheyAre) : each];
    },
  } as Iterable<readonly Float32Array[]>;

  const evaluate = await floatEngine();
  const evaluateQuantized = await quantizedEngine();
  const quantized = quantize(graph, real, {
    evaluate,
    evaluateQuantized,
    method,
    preprocessing: meaning,
    realImages: !pixels,
    onImage: (done) => progress('calibrating', done, passesOf(method) * count),
    onLayer: (done, layers) => progress('correcting biases', done, layers),
  });
  const compiled = compile(quantized.graph, { ...notes, evaluate: evaluateQuantized });
  const agreement = agreementOf(graph, quantized.graph, real, { evaluate, evaluateQuantized }, (done) =>
    progress('comparing', done, count),
  );
  const made = report(graph, quantized, real, { evaluateFloat: evaluate, evaluateQuantized });
  return {
    opening: { fileName: lbmName(source), bytes: compiled.bytes, compiled: true, arena: rectanglesOf(compiled.plan) },
    report: {
      images: agreement.images,
      same: agreement.same,
      outputSnrDb: made.layers.at(-1)?.output.snrDb ?? Infinity,
      warnings: [...unsaid, ...made.warnings.map(({ place, text }) => ({ place, text }))],
    },
  };
}
