import { LiteBlockError } from '../../format/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import { shortName } from '../../graph/short-name.ts';
import { convertModel, type OperatorTable } from '../convert-model.ts';
import { type GivenShapes, giveShapes } from '../given-shapes.ts';
import { realWeights } from './dynamic-range.ts';
import type { TfliteEntry } from './entry.ts';
import { foldConstants } from './fold-constants.ts';
import { foldSpaceToBatch } from './fold-space-to-batch.ts';
import { readTflite, type TfliteFile, type TfliteModel, type TfliteOperator } from './model.ts';
import type { TfliteNode } from './node.ts';
import { notesOf } from './notes.ts';
import { customOperators, operators } from './operators.ts';
import { takePostprocess } from './postprocess.ts';
import { refusedOperators } from './refused-operators.ts';
import { optionTypes } from './schema.ts';
import { foldShape } from './shape-arithmetic.ts';
import { shiftUint8 } from './shift-uint8.ts';
import { unpackInt4 } from './unpack-int4.ts';
import { resolveVariables } from './variables.ts';

/** Options of `importModel`. */
export interface ImportOptions {
  /**
   * Shapes of inputs, by name, in the file's axes: for sizes that the file leaves open, or in place of others where all
   * operators take them. An open batch alone is 1 without being given.
   */
  readonly shapes?: GivenShapes;
  /** Which of several signatures, or subgraphs, of a `.tflite` is imported. Absent: the first. */
  readonly signature?: string;
  /** Told what was done about the file that its owner may not expect. */
  readonly onNote?: ((text: string) => void) | undefined;
}

/**
 * A .tflite file as a graph: one image, NHWC, explicit paddings; int8 (legacy uint8 between its inputs and outputs, too), or
 * float32 where the file is that throughout.
 * `source` names the file in messages. With `shapes`, or where the file leaves sizes open, the shapes of everything behind the
 * inputs are inferred. Throws 'file-truncated', 'file-invalid' or 'file-version' for a damaged file, 'usage' for `shapes` that
 * are none of its inputs', and 'unsupported' with every problem of a sound one at once.
 */
export function importTflite(bytes: Uint8Array, source: string, options: ImportOptions = {}): Graph {
  const { shapes = {}, signature, onNote } = options;
  const read = readTflite(bytes, source, signature);
  if (signature === undefined && read.others.length > 0) onNote?.(othersText(source, read));
  refuseInt16(read);
  const { model: split, postprocess } = takePostprocess(foldConstants(unpackInt4(resolveVariables(read))));
  const { model: real, isDynamicRange } = realWeights(split);
  const { model, infers } = giveShapes(real, shapes);
  const converted = convertModel({ model: shiftUint8(foldSpaceToBatch(model)), infers }, nameOf(source), table);
  const graph = { ...converted, ...(postprocess && { postprocess }) };
  const notes = notesOf(graph, bytes, source, onNote);
  const hasNotes = Object.keys(notes).length > 0;
  return { ...graph, ...(isDynamicRange && { isDynamicRange }), ...(hasNotes && { notes }) };
}

function othersText(source: string, { signature, others }: TfliteFile): string {
  const names = others.map((name) => `"${shortName(name)}"`).join(', ');
  const first = signature === undefined ? 'the first' : `"${shortName(signature)}"`;
  return `${source}: it has several signatures: ${first} is used; --signature NAME selects another (${names})`;
}

/** int16 activations with int8 weights are told by their name: each operator has several types of its own, then. */
function refuseInt16({ source, tensors, operators }: TfliteModel): void {
  const isOf = (type: string) => (id: number) => tensors[id]?.type === type && tensors[id].quantization !== undefined;
  const isMixed = ({ inputs, outputs }: TfliteOperator): boolean =>
    outputs.some(isOf('int16')) && inputs.some(isOf('int8'));
  if (!operators.some(isMixed)) return;
  const cure = 'export the model with int8 activations, or quantise its float form (liteblock quantize)';
  const what = `int16x8 quantisation is not supported (int16 activations, int8 weights): ${cure}`;
  throw new LiteBlockError('unsupported', `${source}: ${what}`, [{ node: -1, op: '', name: source, what }]);
}

/** A graph is called what its file is: subgraphs are all called "main". */
const nameOf = (source: string): string => (source.split(/[\\/]/).at(-1) as string).replace(/\.tflite$/, '') || source;

function fault(node: TfliteNode, { options }: TfliteEntry): string | undefined {
  const { operator } = node;
  if (operator.options && operator.optionsType !== optionTypes[options]) {
    return `its options are of type ${operator.optionsType} (${optionTypes[options]}, ${options})`;
  }
  return mixesTypes(node) ? 'it mixes uint8 and int8 tensors: convert between them with QUANTIZE' : undefined;
}

/** Legacy uint8 and int8 in one operator, which means nothing to TFLite. */
function mixesTypes({ operator, model }: TfliteNode): boolean {
  if (operator.name === 'QUANTIZE') return false;
  const tensors = [...operator.inputs, ...operator.outputs].map((index) => model.tensors[index]);
  const int8 = tensors.filter((tensor) => tensor?.type === 'int8');
  return int8.some((tensor) => tensor?.shifted) && int8.some((tensor) => !tensor?.shifted);
}

const table: OperatorTable<TfliteOperator, TfliteEntry> = {
  operators,
  custom: customOperators,
  refused: refusedOperators,
  foldShape,
  fault,
};
