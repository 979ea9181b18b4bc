import './zod-without-eval.ts';
import { inspect } from '../../../src/analyze/inspect.ts';
import { compile } from '../../../src/compiler/compile.ts';
import { importFile as importGraph } from '../../../src/compiler/import-file.ts';
import { importNetwork } from '../../../src/compiler/import-network.ts';
import { readHeader } from '../../../src/format/read.ts';
import { type Graph, isFloat } from '../../../src/graph/graph.ts';
import { readWeights } from '../../../src/import/read-weights.ts';
import { agreementTexts } from '../../../src/jobs/agreement.ts';
import { evaluatorsOf, quantizedEvaluator } from '../../../src/jobs/evaluators.ts';
import { imageInput } from '../../../src/jobs/image-input.ts';
import { previewInt8 } from '../../../src/jobs/preview-int8.ts';
import { constantBytes, quantizeModel as quantizeJob } from '../../../src/jobs/quantize-model.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { runsOf } from './arena-of-file.ts';
import { engines } from './engines.ts';
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
  const graph = await importGraph(bytes, name);
  if (isFloat(graph)) return { kind: 'float', graph, view: await floatView(graph, name) };
  const compiled = compile(graph, { evaluate: await quantizedEvaluator(engines) });
  const opening = {
    fileName: lbmName(name),
    bytes: compiled.bytes,
    compiled: true,
    arena: rectanglesOf(compiled.plan),
  };
  return { kind: 'compiled', opening };
}

/** Throws what `readWeights` throws of a file that has no tensors by name. */
export const checkWeights = ({ name, bytes }: NamedFile): void => void readWeights(bytes, name);

export async function importPair(json: NamedFile, weights: NamedFile): Promise<Imported> {
  const text = new TextDecoder().decode(json.bytes);
  const notes: string[] = [];
  const onNote = (note: string): void => void notes.push(note);
  const graph = importNetwork(text, weights.bytes, { source: json.name, weightsSource: weights.name, onNote });
  const view = await floatView(graph, json.name);
  return { kind: 'float', graph, view: { ...view, ...(notes.length > 0 && { note: notes.join('. ') }) } };
}

async function floatView(graph: Graph, source: string): Promise<FloatView> {
  const { bytes, model, plan } = await previewInt8(graph, source, engines);
  return {
    kind: 'float',
    inspection: inspect(model, readHeader(bytes)),
    arena: rectanglesOf(plan),
    input: inputOf(graph, source),
    floatBytes: constantBytes(graph),
  };
}

function inputOf(graph: Graph, source: string): ImageInput {
  const [height, width, channels] = imageInput(graph, source).shape;
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

const unsaidPixels: QuantizeReport['warnings'][number] = {
  place: 'mean and std',
  text: 'nothing is given, so pixels are used as float values from 0 to 255: give those that the network was trained with, if any (127.5 and 127.5 for −1 to 1)',
};

/** As `liteblock quantize` does it: the same options and images give the same bytes. */
export async function quantizeModel(
  graph: Graph,
  source: string,
  { images: given, preprocessing, labels, method }: QuantizeRequest,
  progress: Progress,
): Promise<{ readonly opening: Opening; readonly report: QuantizeReport }> {
  const images = imagesOf(given, inputOf(graph, source));
  const unsaid: QuantizeReport['warnings'][number][] = [];
  const { compiled, agreement, report } = quantizeJob(graph, images, await evaluatorsOf(engines), {
    method,
    ...(labels.length > 0 && { labels }),
    ...(preprocessing && { preprocessing }),
    onProgress: (done, total, what = '') => progress(what, done, total),
    onUnsaidPixels: () => void unsaid.push(unsaidPixels),
  });
  return {
    opening: { fileName: lbmName(source), bytes: compiled.bytes, compiled: true, arena: rectanglesOf(compiled.plan) },
    report: {
      images: agreement.images,
      agreement: agreementTexts(agreement),
      outputs: agreement.outputs.map(({ name, snrDb }) => ({ name, snrDb })),
      layerSnrDb: report.layers.map(({ name, output }) => [name, output.snrDb] as const),
      warnings: [...unsaid, ...report.warnings.map(({ place, text }) => ({ place, text }))],
    },
  };
}
