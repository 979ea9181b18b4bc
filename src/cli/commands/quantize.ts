import { Command } from 'commander';
import { compile } from '../../compiler/compile.ts';
import { checkNotes } from '../../compiler/notes.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { Preprocessing } from '../../format/model-file.ts';
import { readHeader } from '../../format/read.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Notes } from '../../pack/pack.ts';
import type { Images as RealImages } from '../../quantize/calibrate.ts';
import type { InputOptions } from '../../quantize/inputs.ts';
import { defaultMethod, type Method, methods, passesOf, type Quantized, quantize } from '../../quantize/quantize.ts';
import { report } from '../../quantize/report.ts';
import { type Agreement, agreementOf, type Evaluators } from '../agreement.ts';
import { floatEngine, quantizedEngine } from '../engines.ts';
import { checkFiles, outputPath } from '../files/check-files.ts';
import { inputPath } from '../files/read-input.ts';
import { writeOutput } from '../files/write-output.ts';
import { realValues } from '../inputs/feed.ts';
import { imageInput, loadFloatModel, type WeightOptions } from '../inputs/float-model.ts';
import { type Images, openImages } from '../inputs/images.ts';
import { type Io, warn } from '../io.ts';
import { floatImagesHelp, withWeights } from '../options/arguments.ts';
import { choice } from '../options/choice.ts';
import { type Declaration, withExamples } from '../options/declaration.ts';
import { asTheyAre, type NoteOptions, notesOf, warnOfPixels, withNotes } from '../options/notes.ts';
import { parseCount, parseNumber } from '../options/numbers.ts';
import { type ShapeOptions, withShapes } from '../options/shapes.ts';
import { withProgress } from '../print/progress.ts';
import { type Figures, reportLines } from '../print/quantize-report.ts';
import { reportPage } from '../print/report/page.ts';

export interface QuantizeCommandOptions extends WeightOptions, NoteOptions, ShapeOptions {
  readonly data: string;
  readonly output: string;
  readonly method?: Method;
  readonly percentile?: number;
  readonly images?: number;
  readonly report?: string;
}

async function quantizeCommand(path: string, options: QuantizeCommandOptions, terminal: Io): Promise<void> {
  if (options.percentile !== undefined && options.method !== 'percentile') {
    throw new LiteBlockError('usage', '--percentile is for --method percentile');
  }
  const { data, weights, labels, output, report: page } = options;
  const io = checkFiles(
    {
      inputs: { MODEL: path, '--weights': weights, '--data': data, '--labels': labels },
      outputs: { '-o': output, '--report': page },
    },
    terminal,
  );
  const graph = await loadFloatModel(path, { ...options, onNote: (text) => warn(io, text) });
  const images = await openImages([data], {
    ...imageInput(graph, path),
    raw: 'u8',
    warn: (text) => warn(io, text),
  });
  const count = Math.min(options.images ?? images.count, images.count);
  const notes = notesFor(await notesOf(options), images, io);
  checkNotes(graph, notes);
  const real = realImages(images, count, notes.preprocessing ?? asTheyAre);
  const evaluators = { evaluate: await floatEngine(), evaluateQuantized: await quantizedEngine() };

  const { preprocessing } = notes;
  const given = { preprocessing, realImages: images.at(0) instanceof Float32Array };
  const quantized = calibrated(graph, real, count, evaluators, { ...options, ...given }, io);
  const { bytes } = compile(quantized.graph, { ...notes, evaluate: evaluators.evaluateQuantized });
  const agreement = withProgress(io, 'comparing', (progress) =>
    agreementOf(graph, quantized.graph, real, evaluators, (done) => progress(done, count)),
  );
  const { evaluate: evaluateFloat, evaluateQuantized } = evaluators;
  const made = report(graph, quantized, real, { evaluateFloat, evaluateQuantized });
  const figures = figuresOf(output, graph, bytes, agreement);
  await writeOutput(output, bytes);
  if (page !== undefined) await writeOutput(page, new TextEncoder().encode(reportPage(graph.name, made, figures)));
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
    for (let i = 0; i < count; i++) yield [realValues(images.at(i), preprocessing, images.file(i))];
  },
});

function calibrated(
  graph: Graph,
  images: RealImages,
  count: number,
  evaluators: Evaluators,
  { method, percentile, preprocessing, realImages }: QuantizeCommandOptions & InputOptions,
  io: Io,
): Quantized {
  return withProgress(io, 'calibrating', (progress) =>
    quantize(graph, images, {
      ...evaluators,
      preprocessing,
      realImages,
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

export const declareQuantize: Declaration = (io) =>
  withExamples(
    withShapes(
      withNotes(
        withWeights(
          new Command('quantize')
            .summary('make an int8 .lbm of a float model and images')
            .description(
              'Makes an int8 .lbm of a float model, with images that show it the range of its values, and reports what that does to every layer. A few hundred of the training images are enough.',
            )
            .argument('<model>', 'a network.json or a float .tflite', inputPath),
          ', to try sizes out',
        )
          .requiredOption('--data <images>', `calibration images: ${floatImagesHelp}`, inputPath)
          .requiredOption('-o, --output <file>', 'the .lbm to write', outputPath)
          .addOption(choice('--method <method>', `how ranges are chosen (${defaultMethod})`, methods))
          .option('--percentile <percent>', 'of values that the method percentile keeps', parseNumber)
          .option('--images <n>', 'use only the first n images', parseCount)
          .option('--report <file>', 'write the report as an HTML page, too', outputPath),
      ),
    ),
    [
      [
        'liteblock quantize network.json --weights w.safetensors --data images.npy -o model.lbm',
        'from PyTorch: the network as data, and save_file(model.state_dict(), …)',
      ],
      [
        'liteblock quantize float.tflite --data images.npy --mean 127.5 --std 127.5 -o model.lbm --report report.html',
        'a float .tflite that takes −1 to 1, with charts',
      ],
    ],
  ).action((model: string, options: QuantizeCommandOptions) => quantizeCommand(model, options, io));
