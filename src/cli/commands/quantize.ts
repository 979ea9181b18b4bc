import { Command } from 'commander';
import { LiteBlockError } from '../../format/errors.ts';
import { readHeader } from '../../format/read.ts';
import type { Graph } from '../../graph/graph.ts';
import { completeQuantized } from '../../jobs/complete-quantized.ts';
import { evaluatorsOf } from '../../jobs/evaluators.ts';
import { writeOutput } from '../../jobs/files/write-output.ts';
import { imageInput } from '../../jobs/image-input.ts';
import { layoutOfGraph } from '../../jobs/layout.ts';
import { constantBytes, type QuantizedModel, quantizeModel } from '../../jobs/quantize-model.ts';
import { defaultMethod, defaultPercentile, type Method, methods } from '../../quantize/quantize.ts';
import { builtEngines } from '../engines.ts';
import { checkFiles, outputPath } from '../files/check-files.ts';
import { inputPath } from '../files/read-input.ts';
import { loadFloatModel, readIncomplete, type WeightOptions } from '../inputs/float-model.ts';
import { openImages } from '../inputs/open-images.ts';
import { type Io, warn } from '../io.ts';
import { floatImagesHelp, withWeights } from '../options/arguments.ts';
import { choice } from '../options/choice.ts';
import { type Declaration, withExamples } from '../options/declaration.ts';
import { type LayoutOptions, toldLayout, withLayout } from '../options/layout.ts';
import { type NoteOptions, notesOf, warnOfPixels, withNotes } from '../options/notes.ts';
import { parseNumber, parsePositive } from '../options/numbers.ts';
import { planOptions, type RamOptions, withRam } from '../options/ram.ts';
import { importOptions, type ShapeOptions, withShapes } from '../options/shapes.ts';
import { withProgress } from '../print/progress.ts';
import { completedLines, type Figures, reportLines } from '../print/quantize-report.ts';
import { reportPage } from '../print/report/page.ts';

export interface QuantizeCommandOptions extends WeightOptions, NoteOptions, ShapeOptions, LayoutOptions, RamOptions {
  readonly data: string;
  readonly output: string;
  readonly method?: Method;
  readonly percentile?: number;
  readonly images?: number;
  readonly report?: string;
  readonly json?: boolean;
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
  const imagesFor = (graph: Graph) =>
    openImages([data], {
      ...imageInput(graph, path),
      layout: toldLayout(options.layout, layoutOfGraph(graph), imageInput(graph, path).shape, io),
      raw: 'u8',
      warn: (text) => warn(io, text),
    });
  const { method, percentile, images: most } = options;
  const given = {
    ...(await notesOf(options)),
    ...(method && { method }),
    ...(percentile !== undefined && { percentile }),
    ...(most !== undefined && { images: most }),
    ...planOptions(options),
  };
  const evaluators = await evaluatorsOf(builtEngines);
  const incomplete = weights === undefined ? await readIncomplete(path, options) : undefined;
  if (incomplete) {
    if (page !== undefined)
      throw new LiteBlockError('usage', `${path}: it is quantised already: --report has no layers to tell of`);
    const imported = importOptions(path, { ...options, onNote: (text) => warn(io, text) });
    const made = await completeQuantized(incomplete, path, imported, imagesFor, evaluators, given);
    await writeOutput(output, made.compiled.bytes);
    const figures = figuresOf(output, made.real, made);
    const { calibrated } = made;
    if (options.json) io.out(`${JSON.stringify({ model: path, ...figures, calibrated })}\n`);
    else io.out(`${completedLines(calibrated, figures).join('\n')}\n`);
    return;
  }
  const graph = await loadFloatModel(path, { ...options, onNote: (text) => warn(io, text) });
  const images = await imagesFor(graph);
  const made = withProgress(io, 'calibrating', (onProgress) =>
    quantizeModel(graph, images, evaluators, { ...given, onProgress, onUnsaidPixels: () => warnOfPixels(io) }),
  );
  const figures = figuresOf(output, graph, made);
  await writeOutput(output, made.compiled.bytes);
  if (page !== undefined)
    await writeOutput(page, new TextEncoder().encode(reportPage(graph.name, made.report, figures)));
  if (options.json) io.out(`${JSON.stringify({ model: path, ...figures, report: made.report })}\n`);
  else io.out(`${reportLines(made.report, figures, io).join('\n')}\n`);
}

function figuresOf(
  output: string,
  graph: Graph,
  { compiled: { bytes }, agreement }: Pick<QuantizedModel, 'compiled' | 'agreement'>,
): Figures {
  const { ramBytes, modelBytes } = readHeader(bytes);
  return { output, fileBytes: bytes.length, floatBytes: constantBytes(graph), modelBytes, ramBytes, agreement };
}

export const declareQuantize: Declaration = (io) =>
  withExamples(
    withRam(
      withLayout(
        withShapes(
          withNotes(
            withWeights(
              new Command('quantize')
                .summary('make an int8 .lbm from a float model and images')
                .description(
                  'Makes an int8 .lbm from a float model. Calibration images show the range of each tensor; a few hundred of the training images are enough. Reports the signal-to-noise ratio of every layer. If the model keeps state, the images are the steps of one sequence.',
                )
                .argument('<model>', 'a .pt2 of PyTorch, a float .onnx or .tflite, or a network.json', inputPath),
              ', to try sizes out',
            )
              .requiredOption('--data <images>', `calibration images: ${floatImagesHelp}`, inputPath)
              .requiredOption('-o, --output <file>', 'the .lbm to write', outputPath)
              .addOption(choice('--method <method>', `how ranges are chosen (${defaultMethod})`, methods))
              .option(
                '--percentile <percent>',
                `percentage of values that the method percentile keeps (${defaultPercentile})`,
                parseNumber,
              )
              .option('--images <n>', 'use only the first n images', parsePositive)
              .option('--report <file>', 'also write the report as an HTML page', outputPath),
          ),
        ),
      ),
    ).option('--json', 'print JSON'),
    [
      [
        'liteblock quantize model.pt2 --data photos/ --mean 123.675,116.28,103.53 --std 58.395,57.12,57.375 -o model.lbm',
        'from PyTorch: torch.export.save(torch.export.export(model.eval(), (x,)), …)',
      ],
      [
        'liteblock quantize network.json --weights w.safetensors --data images.npy -o model.lbm',
        'a network as data, with weights from save_file(model.state_dict(), …)',
      ],
      [
        'liteblock quantize float.tflite --data images.npy --mean 127.5 --std 127.5 -o model.lbm --report report.html',
        'a float .tflite whose input is −1 to 1, with charts',
      ],
    ],
  ).action((model: string, options: QuantizeCommandOptions) => quantizeCommand(model, options, io));
