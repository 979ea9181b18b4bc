import { extname } from 'node:path';
import { Command } from 'commander';
import { bundle } from '../../bundle/bundle.ts';
import { LiteBlockError } from '../../format/errors.ts';
import { writeOutput } from '../../jobs/files/write-output.ts';
import { builtModule } from '../engines.ts';
import { checkFiles, outputPath } from '../files/check-files.ts';
import { inputPath } from '../files/read-input.ts';
import { loadModel } from '../inputs/load-model.ts';
import { count, type Io, warn } from '../io.ts';
import { modelHelp, tierOption } from '../options/arguments.ts';
import { type Declaration, withExamples } from '../options/declaration.ts';
import { type ShapeOptions, withShapes } from '../options/shapes.ts';

export interface BundleOptions extends ShapeOptions {
  readonly output: string;
  readonly tier?: 'simd' | 'scalar';
  readonly command?: boolean;
  readonly json?: boolean;
}

async function bundleCommand(path: string, options: BundleOptions, io: Io): Promise<void> {
  const { output, tier = 'simd', command, json } = options;
  const { out } = checkFiles({ inputs: { MODEL: path }, outputs: { '-o': output } }, io);
  if (extname(output) === '.lbm') {
    const how = 'give -o a name that ends in .wasm (liteblock compile writes a .lbm)';
    throw new LiteBlockError('usage', `${output}: a bundle is a WebAssembly module: ${how}`);
  }
  const { bytes, header } = await loadModel(path, { ...options, onNote: (text) => warn(io, text), answer: true });
  const engine = command ? (tier === 'simd' ? 'liteblock' : 'liteblock.scalar') : `engine.${tier}`;
  const bundled = bundle(bytes, await builtModule(engine), path);
  await writeOutput(output, bundled);
  const { memoryBytes } = header;
  if (json) {
    const result = { model: path, output, tier, command: command ?? false, fileBytes: bundled.length, memoryBytes };
    out(`${JSON.stringify(result)}\n`);
  } else out(`${output}: ${count(bundled.length)} bytes, linear memory ${count(memoryBytes)} bytes\n`);
}

export const declareBundle: Declaration = (io) =>
  withExamples(
    withShapes(
      new Command('bundle')
        .summary('put a model into an engine: one .wasm that needs nothing else')
        .description(
          'Puts a model into an engine: one .wasm that needs nothing else, for `load`, for any host of WebAssembly, or as a program for wasmtime and other WASI runtimes.',
        )
        .argument('<model>', modelHelp, inputPath)
        .requiredOption('-o, --output <file>', 'the .wasm to write', outputPath)
        .addOption(tierOption().default('simd'))
        .option('--command', 'a WASI program that reads images from files or standard input'),
    ).option('--json', 'print JSON'),
    [
      ['liteblock bundle model.lbm --command -o model.wasm', 'for wasmtime run model.wasm < input.bin'],
      ['liteblock bundle model.lbm --tier scalar -o model.wasm', 'for hosts without SIMD'],
    ],
  ).action((model: string, options: BundleOptions) => bundleCommand(model, options, io));
