import { type Command, InvalidArgumentError } from 'commander';
import type { ImportFileOptions } from '../../compiler/import-file.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { ImportOptions } from '../../import/tflite/import-tflite.ts';
import { externalDataOf } from '../../jobs/files/external-data.ts';
import { standardInput } from '../../jobs/files/place.ts';

/** How a `.tflite` is imported: shapes of inputs in place of its own, and which of several signatures. */
export interface ShapeOptions {
  readonly shape?: NonNullable<ImportOptions['shapes']>;
  readonly signature?: string;
  /** Told what was done about the file that its owner may not expect. */
  readonly onNote?: (text: string) => void;
}

/** "image=1,224,224,3" → a shape by its name, beside those before. Names may have "=" in them. */
function parseShape(text: string, before: ShapeOptions['shape'] = {}): ShapeOptions['shape'] {
  const [, name = '', list = ''] = /^(.+)=(\d+(?:\s*,\s*\d+)*)$/.exec(text) ?? [];
  if (list === '') throw new InvalidArgumentError('expected a name and sizes such as image=1,224,224,3');
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`the input ${name} has a shape already`);
  return { ...before, [name]: list.split(',').map(Number) };
}

/** Adds --shape and --signature. */
export const withShapes = (command: Command): Command =>
  command
    .option(
      '--shape <name=sizes>',
      'the shape of an input of a .tflite, .pt2 or .onnx, if the file leaves it open or to replace it, such as image=1,224,224,3; one option for each input',
      parseShape,
    )
    .option('--signature <name>', 'the signature of a .tflite to use (the first)');

/** For what importFile takes. Weights that lie beside the model are read from its folder, which standard input has none of. */
export const importOptions = (path: string, { shape, signature, onNote }: ShapeOptions): ImportFileOptions => ({
  ...(path !== standardInput && { externalData: externalDataOf(path) }),
  ...(shape && { shapes: shape }),
  ...(signature !== undefined && { signature }),
  onNote,
});

/** Throws usage where shapes or a signature are given for a model that has no others. */
export function refuseShapes(path: string, { shape, signature }: ShapeOptions): void {
  if (signature !== undefined) throw new LiteBlockError('usage', `${path}: --signature is for a .tflite`);
  if (shape) throw new LiteBlockError('usage', `${path}: --shape is for a .tflite, .pt2 or .onnx`);
}
