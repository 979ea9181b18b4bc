import { checkKind } from '../../format/arguments.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import type { GivenShapes } from '../given-shapes.ts';
import type { Completion } from '../quantization/completion.ts';
import { convertOnnx, type ShapedOnnx } from './convert-model.ts';
import type { ExternalData } from './external-data.ts';
import type { OnnxModel, OnnxTensor } from './model.ts';
import { readOnnx } from './read-model.ts';
import { withNamedFunctions } from './spellings.ts';

export interface OnnxOptions {
  /** Shapes of inputs, by name, in the file's axes: for sizes that it leaves open. */
  readonly shapes?: GivenShapes;
  /** Reads weights that lie in files beside the model. */
  readonly externalData?: ExternalData;
  /** How what a quantised network leaves in real values is quantised, too. Absent: it is refused, by name. */
  readonly completion?: Completion;
}

/**
 * The network of an `.onnx` as a graph of one image: NHWC, float32. `source` names the file in messages. Throws file-truncated,
 * file-invalid or file-version for a damaged file or one of another version, usage for `shapes` that are none of its inputs', and
 * unsupported with every problem of a sound one at once.
 */
export function importOnnx(bytes: Uint8Array, source: string, options: OnnxOptions = {}): Graph {
  const model = withNamedFunctions(readOnnx(bytes, source, options.externalData));
  const { shapes = {}, completion } = options;
  const shaped = { ...shapedModel(model, shapes), ...(completion && { completion }) };
  try {
    return convertOnnx(shaped, nameOf(source));
  } catch (error) {
    if (shaped.batch === 1) throw error;
    return inOneImage(shaped, nameOf(source), error);
  }
}

/** A leading axis that is mixed with others does not count images: all of it is one. Throws `error` where that is no way either. */
function inOneImage(shaped: ShapedOnnx, name: string, error: unknown): Graph {
  try {
    return convertOnnx({ ...shaped, batch: 1 }, name);
  } catch {
    throw error;
  }
}

const nameOf = (source: string): string => (source.split(/[\\/]/).at(-1) as string).replace(/\.onnx$/, '') || source;

const shown = ({ name, shape }: OnnxTensor): string => `"${name}" ${shape ? `[${shape.join(', ')}]` : 'of no shape'}`;

/** A batch that is open becomes 1; other sizes that are open are given. */
function shapedModel(model: OnnxModel, shapes: GivenShapes): ShapedOnnx {
  const { inputs, source } = model;
  const stray = Object.keys(shapes).find((name) => !inputs.some((input) => input.name === name));
  if (stray !== undefined) {
    const known = inputs.map(shown).join(', ');
    throw new LiteBlockError('usage', `${source}: a shape for "${stray}", which is not an input (${known})`);
  }
  let infers = false;
  const inputShapes = inputs.map((input) => {
    const given = Object.hasOwn(shapes, input.name) ? shapes[input.name] : undefined;
    if (given) checkShape(source, input, given);
    const sizes = given ?? input.shape?.map((size, axis) => (axis === 0 && typeof size === 'string' ? 1 : size));
    infers ||= String(sizes) !== String(input.shape);
    return sizes?.every((size) => typeof size === 'number') ? (sizes as readonly number[]) : undefined;
  });
  const batched = inputShapes.find((shape) => shape && shape.length >= 2);
  return { model, inputShapes, infers, batch: batched?.[0] ?? 1 };
}

function checkShape(source: string, input: OnnxTensor, given: readonly number[]): void {
  checkKind(`${source}: the shape of "${input.name}"`, given, 'Array');
  const isAsLong = !input.shape || given.length === input.shape.length;
  if (isAsLong && given.every((size) => Number.isInteger(size) && size >= 1)) return;
  const what = `the shape [${given.join(', ')}] does not fit the input ${shown(input)} (as many sizes, from 1)`;
  throw new LiteBlockError('usage', `${source}: ${what}`);
}
