import { type Command, InvalidArgumentError } from 'commander';
import { LiteBlockError } from '../../format/errors.ts';
import type { ImportOptions } from '../../import/tflite/import-tflite.ts';

/** Shapes of inputs, in place of those of a `.tflite`. */
export interface ShapeOptions {
  readonly shape?: NonNullable<ImportOptions['shapes']>;
}

/** "image=1,224,224,3" → a shape by its name, beside those before. Names may have "=" in them. */
function parseShape(text: string, before: ShapeOptions['shape'] = {}): ShapeOptions['shape'] {
  const [, name = '', list = ''] = /^(.+)=(\d+(?:\s*,\s*\d+)*)$/.exec(text) ?? [];
  if (list === '') throw new InvalidArgumentError('a name and sizes such as image=1,224,224,3 are wanted');
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`the input ${name} has a shape already`);
  return { ...before, [name]: list.split(',').map(Number) };
}

/** Adds --shape. */
export const withShapes = (command: Command): Command =>
  command.option(
    '--shape <name=sizes>',
    'the shape of an input of a .tflite or .pt2 that leaves it open, or in place of its own, such as image=1,224,224,3; once an input',
    parseShape,
  );

/** For what importModel takes. */
export const importOptions = ({ shape }: ShapeOptions): ImportOptions => (shape ? { shapes: shape } : {});

/** Throws usage where shapes are given for a model whose shapes are what they are. */
export function refuseShapes(path: string, { shape }: ShapeOptions): void {
  if (shape) throw new LiteBlockError('usage', `${path}: --shape is for a .tflite or .pt2`);
}
