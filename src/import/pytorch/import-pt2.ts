import { checkKind } from '../../format/arguments.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import type { GivenShapes } from '../given-shapes.ts';
import type { Completion } from '../quantization/completion.ts';
import { readProgramArchive } from './archive.ts';
import { convertProgram, type ShapedProgram } from './convert-program.ts';
import type { Program, ProgramTensor } from './program.ts';

export interface Pt2Options {
  /** Shapes of inputs, by name, in the program's axes: for sizes that the file leaves open. */
  readonly shapes?: GivenShapes;
  /** How what a quantised program leaves in real values is quantised, too. Absent: it is refused, by name. */
  readonly completion?: Completion;
}

/**
 * The program of a `.pt2` that `torch.export.save` wrote, as a graph of one image: NHWC, float32. `source` names the file in
 * messages. Throws file-truncated, file-invalid or file-version for a damaged file or one of another version, usage for
 * `shapes` that are none of its inputs', and unsupported with every problem of a sound one at once.
 */
export function importPt2(bytes: Uint8Array, source: string, { shapes = {}, completion }: Pt2Options = {}): Graph {
  const shaped = shapedProgram(readProgramArchive(bytes, source), shapes);
  return convertProgram({ ...shaped, ...(completion && { completion }) }, nameOf(source));
}

const nameOf = (source: string): string => (source.split(/[\\/]/).at(-1) as string).replace(/\.pt2$/, '') || source;

const shown = ({ name, shape }: ProgramTensor): string => `"${name}" [${shape.join(', ')}]`;

/** A batch that is open becomes 1; other sizes that are open are given. */
function shapedProgram(program: Program, shapes: GivenShapes): ShapedProgram {
  const { inputs, source } = program;
  const stray = Object.keys(shapes).find((name) => !inputs.some((input) => input.name === name));
  if (stray !== undefined) {
    const known = inputs.map(shown).join(', ');
    throw new LiteBlockError('usage', `${source}: a shape for "${stray}", which is no input (${known})`);
  }
  let infers = false;
  const inputShapes = inputs.map((input) => {
    const given = shapes[input.name];
    if (given) checkShape(source, input, given);
    const sizes = given ?? input.shape.map((size, axis) => (axis === 0 && typeof size === 'string' ? 1 : size));
    infers ||= String(sizes) !== String(input.shape);
    return sizes.every((size) => typeof size === 'number') ? (sizes as readonly number[]) : undefined;
  });
  const batched = inputShapes.find((shape) => shape && shape.length >= 2);
  return { program, inputShapes, infers, batch: batched?.[0] ?? 1 };
}

function checkShape(source: string, input: ProgramTensor, given: readonly number[]): void {
  checkKind(`${source}: the shape of "${input.name}"`, given, 'Array');
  const fits = given.length === input.shape.length && given.every((size) => Number.isInteger(size) && size >= 1);
  if (fits) return;
  const what = `the shape [${given.join(', ')}] does not fit the input ${shown(input)} (as many sizes, from 1)`;
  throw new LiteBlockError('usage', `${source}: ${what}`);
}
