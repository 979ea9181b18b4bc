import { type Command, Option } from 'commander';
import type { LoadOptions, Tier } from '../../runtime/node.ts';
import { inputPath } from '../files/read-input.ts';
import { choice } from './choice.ts';
import { parseCount, parseLimit } from './numbers.ts';

/** What commands say of MODEL, which they run. */
export const modelHelp = 'a .tflite, .pt2, .onnx or .lbm file, or a bundle (.wasm)';

/** What several commands say of IMAGES. */
export const imagesHelp =
  'PNG, JPEG or BMP pictures, .npy files (uint8 pixels, float32 real or int8 quantised values), folders of these, or headerless files (NHWC; bytes of pixels if the model has a mean and std, else quantised values)';

/** The same for a float model. */
export const floatImagesHelp =
  'a folder of PNG, JPEG or BMP pictures or of .npy, a .npy (uint8 pixels or float32 real values) or a headerless file of pixels (NHWC, a byte each); without --mean and --std pixels are real values from 0 to 255';

/** --tier: without it, the command chooses. */
export const tierOption = (): Option => choice('--tier <tier>', 'the engine to use', ['simd', 'scalar']);

/** --max-operations of every command that runs a model. */
export const maxOperationsOption = (): Option =>
  new Option(
    '--max-operations <n>',
    'refuse a model whose run takes more elementary operations than this, e.g. 4e9 (2^36); Infinity for no limit',
  ).argParser(parseLimit);

export interface EngineOptions {
  readonly tier?: Tier;
  readonly ram?: number;
  readonly maxOperations?: number;
}

/** Of options of the command line, those of `load`. */
export const loadOptions = ({ tier, ram, maxOperations }: EngineOptions): LoadOptions => ({
  ...(tier && { tier }),
  ...(ram !== undefined && { ramBytes: ram }),
  ...(maxOperations !== undefined && { maxOperations }),
});

/** Adds --weights and --seed, of a network.json. */
export const withWeights = (command: Command, seed: string): Command =>
  command
    .option('--weights <file>', 'the weights of a network.json: a .safetensors or .pt', inputPath)
    .option('--seed <n>', `random weights in place of --weights${seed}`, parseCount);
