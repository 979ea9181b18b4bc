import { checkKind } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import { shortName } from '../graph/short-name.ts';
import type { FileModel, FileOperator, FileTensor } from './file-model.ts';
import { leadingOf } from './shapes.ts';

/** Sizes of inputs, by their names, in place of those that the file leaves open, or of others. */
export type GivenShapes = Readonly<Record<string, readonly number[]>>;

export interface ShapedModel<Operator extends FileOperator> {
  /** Inputs have the shapes that they are compiled for; those that nobody gave are left open. */
  readonly model: FileModel<Operator>;
  /** What the file declares behind the inputs is for other sizes: each operator tells its own. */
  readonly infers: boolean;
}

const isOpen = ({ shape, shapeSignature }: FileTensor): boolean =>
  shapeSignature.length === shape.length && shapeSignature.some((size) => size < 0);

/** Sizes are open that are not the batch, which becomes 1. */
export function hasOpenSizes(file: FileTensor): boolean {
  const { shape, shapeSignature } = file;
  return isOpen(file) && (leadingOf(shape) === undefined ? shapeSignature : shapeSignature.slice(1)).some((s) => s < 0);
}

/** Inputs as they are given, and with a batch of 1 where the file leaves it open. Throws usage. */
export function giveShapes<Operator extends FileOperator>(
  model: FileModel<Operator>,
  shapes: GivenShapes,
): ShapedModel<Operator> {
  const inputs = model.inputs.map((index) => model.tensors[index]);
  checkNames(model.source, inputs, shapes);
  const tensors = [...model.tensors];
  let changed = false;
  for (const file of inputs) {
    const name = [file.name, shortName(file.name)].find((each) => Object.hasOwn(shapes, each));
    const given = name === undefined ? undefined : shapes[name];
    if (given) checkShape(model.source, file, given);
    else if (!isOpen(file)) continue;
    if (!given && hasOpenSizes(file)) {
      changed = true;
      continue;
    }
    const shape = given ?? [1, ...file.shape.slice(1)];
    changed ||= String(shape) !== String(file.shape);
    tensors[file.index] = { ...file, shape, shapeSignature: [] };
  }
  const made = model.operators.flatMap(({ outputs }) => outputs.map((index) => model.tensors[index]));
  return { model: { ...model, tensors }, infers: changed || made.some(hasOpenSizes) };
}

/** [-1, 224, 224, 3]. */
export const signatureText = ({ shape, shapeSignature }: FileTensor): string =>
  `[${(shapeSignature.length > 0 ? shapeSignature : shape).join(', ')}]`;

const shown = (file: FileTensor): string => `"${shortName(file.name)}" ${signatureText(file)}`;

function checkNames(source: string, inputs: readonly FileTensor[], shapes: GivenShapes): void {
  const stray = Object.keys(shapes).find(
    (name) => !inputs.some((file) => [file.name, shortName(file.name)].includes(name)),
  );
  if (stray === undefined) return;
  const known = inputs.map(shown).join(', ');
  throw new LiteBlockError('usage', `${source}: a shape for "${stray}", which is not an input (${known})`);
}

function checkShape(source: string, file: FileTensor, given: readonly number[]): void {
  checkKind(`${source}: the shape of "${shortName(file.name)}"`, given, 'Array');
  const usage = (what: string) => new LiteBlockError('usage', `${source}: the shape [${given.join(', ')}] ${what}`);
  if (given.length !== file.shape.length) {
    throw usage(`has ${given.length} sizes, the input ${shown(file)} has ${file.shape.length}`);
  }
  if (!given.every((size) => Number.isInteger(size) && size >= 1)) {
    throw usage(`for the input ${shown(file)} has a size that is not a whole number from 1`);
  }
}

/** "give --shape 'x=1,H,W,3'": for an input with sizes that nobody gave. */
export function wantedShape({ name, shapeSignature }: FileTensor): string {
  const letters = ['N', 'H', 'W', 'C'].slice(-shapeSignature.length);
  const sizes = shapeSignature.map((size, axis) =>
    size >= 0 ? size : axis === 0 && letters.length > 1 ? 1 : letters[axis],
  );
  return `--shape '${shortName(name)}=${sizes.join(',')}'`;
}
