import { Command } from 'commander';
import { LiteBlockError } from '../../format/errors.ts';
import { writeOutput } from '../../jobs/files/write-output.ts';
import { checkFiles, outputPath } from '../files/check-files.ts';
import { inputPath } from '../files/read-input.ts';
import { loadModel } from '../inputs/load-model.ts';
import { count, type Io, warn } from '../io.ts';
import { type Declaration, withExamples } from '../options/declaration.ts';
import { type NoteOptions, notesOf, withNotes } from '../options/notes.ts';
import { type RamOptions, withRam } from '../options/ram.ts';
import { type ShapeOptions, withShapes } from '../options/shapes.ts';

export interface CompileCommandOptions extends NoteOptions, ShapeOptions, RamOptions {
  readonly output: string;
  readonly json?: boolean;
}

async function compileCommand(path: string, options: CompileCommandOptions, io: Io): Promise<void> {
  const { output, labels, json } = options;
  const { out } = checkFiles({ inputs: { MODEL: path, '--labels': labels }, outputs: { '-o': output } }, io);
  const { bytes, file, header, compiled, sourceBytes, unanswered } = await loadModel(
    path,
    { ...options, onNote: (text) => warn(io, text), answer: true },
    await notesOf(options),
  );
  if (!compiled)
    throw new LiteBlockError('usage', `${path}: this file is compiled already: liteblock run ${path} IMAGES`);
  await writeOutput(output, bytes);
  const { ramBytes } = file;
  const { modelBytes, memoryBytes } = header;
  if (json) {
    const figures = { fileBytes: bytes.length, sourceBytes, ramBytes, modelBytes, memoryBytes };
    out(`${JSON.stringify({ model: path, output, ...figures, ...(unanswered && { unanswered }) })}\n`);
    return;
  }
  const figures = [
    `RAM ${count(ramBytes)} bytes`,
    `weights and tables ${count(modelBytes)} bytes`,
    `linear memory ${count(memoryBytes)} bytes`,
  ];
  out(`${output}: ${count(bytes.length)} bytes, from ${path}, ${count(sourceBytes)} bytes\n${figures.join(', ')}\n`);
  if (unanswered) out(`${unanswered}\n`);
}

export const declareCompile: Declaration = (io) =>
  withExamples(
    withRam(
      withShapes(
        withNotes(
          new Command('compile')
            .summary('compile an int8 model to a .lbm file')
            .description(
              'Compiles an int8 model to a .lbm file, which the engine runs wherever there is WebAssembly. The same model gives the same bytes on every machine.',
            )
            .argument('<model>', 'an int8 .tflite, a .pt2 that PyTorch quantised, or a quantised .onnx', inputPath)
            .requiredOption('-o, --output <file>', 'the .lbm to write', outputPath),
        ),
      ),
    ).option('--json', 'print JSON'),
    [
      ['liteblock compile model.tflite -o model.lbm', 'the file to ship'],
      [
        'liteblock compile model.tflite -o model.lbm --labels classes.txt --mean 127.5 --std 127.5',
        'with class names and preprocessing: x = pixel / 127.5 − 1',
      ],
      [
        'liteblock compile model.tflite -o model.lbm --optimize ram',
        'streamed by rows: the least RAM, a little slower',
      ],
      ['liteblock compile model.tflite -o model.lbm --shape image=1,96,96,3', 'a model whose file leaves sizes open'],
    ],
  ).action((model: string, options: CompileCommandOptions) => compileCommand(model, options, io));
