import { compile } from '../compiler/compile.ts';
import { checkNotes } from '../compiler/notes.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { Preprocessing } from '../format/model-file.ts';
import { readHeader } from '../format/read.ts';
import type { Graph } from '../graph/graph.ts';
import type { Notes } from '../pack/pack.ts';
import type { Images as RealImages } from '../quantize/calibrate.ts';
import { type Method, passesOf, type Quantized, quantize } from '../quantize/quantize.ts';
import { report } from '../quantize/report.ts';
import { type Agreement, agreementOf, type Evaluators } from './agreement.ts';
import { writeWhole } from './compile.ts';
import { floatEngine, quantizedEngine } from './engines.ts';
import { imageInput, loadFloatModel, type WeightOptions } from './float-model.ts';
import { type Images, openImages } from './images.ts';
import { realValues } from './inputs.ts';
import type { Io } from './io.ts';
import { asTheyAre, type NoteOptions, notesOf, warnOfPixels } from './notes.ts';
import { withProgress } from './progress.ts';
import { type Figures, reportLines } from './quantize-report.ts';
import { reportPage } from './report/page.ts';

export interface QuantizeCommandOptions extends WeightOptions, NoteOptions {
  readonly data: string;
  readonly output: string;
  readonly method?: Method;
  readonly percentile?: number;
  readonly images?: number;
  readonly report?: string;
}

/** liteblock quantize MODEL [--weights FILE] --data IMAGES -o OUT.lbm …: a float model becomes an int8 one. */
export async function quantizeCommand(path: string, options: QuantizeCommandOptions, io: Io): Promise<void> {
  if (options.percentile !== undefined && options.method !== 'percentile') {
    throw new LiteBlockError('usage', '--percentile is for --method percentile');
  }
  const graph = await loadFloatModel(path, options);
  const images = openImages(options.data, { ...imageInput(graph, path), raw: 'u8' });
  const count = Math.min(options.images ?? images.count, images.count);
  const notes = notesFor(await notesOf(options), images, io);
  checkNotes(graph, notes);
  const real = realImages(images, count, notes.preprocessing ?? asTheyAre);
  const evaluators = { evaluate: await floatEngine(), evaluateQuantized: await quantizedEngine() };

  const quantized = calibrated(graph, real, count, evaluators, options, io);
  const { bytes } = compile(quantized.graph, { ...notes, evaluate: evaluators.evaluateQuantized });
  const agreement = withProgress(io, 'comparing', (progress) =>
    agreementOf(graph, quantized.graph, real, evaluators, (done) => progress(done, count)),
  );
  const { evaluate: evaluateFloat, evaluateQuantized } = evaluators;
  const made = report(graph, quantized, real, { evaluateFloat, evaluateQuantized });
  const figures = figuresOf(options.output, graph, bytes, agreement);
  await writeWhole(options.output, bytes);
  if (options.report !== undefined) {
    await writeWhole(options.report, new TextEncoder().encode(reportPage(graph.name, made, figures)));
  }
  io.out(`${reportLines(made, figures, io).join('\n')}\n`);
}

/** What is stored: for pixels always what they mean, so that those of `run` mean what those of the calibration did. */
function notesFor(notes: Notes, images: Images, io: Io): Notes {
  if (notes.preprocessing || !warnOfPixels(images, io)) return notes;
  return { ...notes, preprocessing: asTheyAre };
}

/** The first `count` images as the network's real input, made anew on each pass. */
const realImages = (images: Images, count: number, preprocessing: Preprocessing): RealImages => ({
  *[Symbol.iterator]() {
    for (let i = 0; i < count; i++) yield [realValues(images.at(i), preprocessing, images.path)];
  },
});

function calibrated(
  graph: Graph,
  images: RealImages,
  count: number,
  evaluators: Evaluators,
  { method, percentile }: QuantizeCommandOptions,
  io: Io,
): Quantized {
  return withProgress(io, 'calibrating', (progress) =>
    quantize(graph, images, {
      ...evaluators,
      ...(method && { method }),
      ...(percentile !== undefined && { percentile }),
      onImage: (done) => progress(done, passesOf(method) * count),
      onLayer: (done, layers) => progress(done, layers, 'correcting biases'),
    }),
  );
}

function figuresOf(output: string, graph: Graph, bytes: Uint8Array, agreement: Agreement): Figures {
  const { ramBytes, modelBytes } = readHeader(bytes);
  const floatBytes = graph.tensors.reduce((sum, { data }) => sum + (data?.byteLength ?? 0), 0);
  return { output, fileBytes: bytes.length, floatBytes, modelBytes, ramBytes, agreement };
}
