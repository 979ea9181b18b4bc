import type { Preprocessing } from '../../format/model-file.ts';
import { parseLabels } from '../labels.ts';
import { openZip } from './appended-zip.ts';
import { bytesOf, type FlatTable, float32s, openFlatbuffer, scalar, table, tables, text } from './flatbuffer.ts';
import * as schema from './metadata-schema.ts';
import { buffer, metadata, model } from './schema.ts';

/** What a `.tflite` says of its first input and output, beside its operators. */
export interface TfliteMetadata {
  /** Names of classes, and the file in the archive that has them. */
  readonly labels?: { readonly file: string; readonly names: readonly string[] };
  /** How pixels become the real values of the input. */
  readonly preprocessing?: Preprocessing;
}

/** Bytes of the longest list of labels: tens of thousands of names. */
const mostLabelBytes = 2 ** 20;

/**
 * Reads TFLite metadata (metadata_schema.fbs, M001): NormalizationOptions of the first input, and labels of the first output, or
 * with `ofBoxes` of any, a file in the zip archive that is appended to the model. A model without them has none. Throws what `openFlatbuffer` and
 * `openZip` throw.
 */
export function readMetadata(bytes: Uint8Array, source: string, ofBoxes = false): TfliteMetadata {
  const stored = metadataBytes(openFlatbuffer(bytes, source));
  if (!stored || String.fromCharCode(...stored.subarray(4, 8)) !== schema.identifier) return {};
  const [graph] = tables(openFlatbuffer(stored, `${source}: its metadata`), schema.modelMetadata.subgraphs);
  if (!graph) return {};
  const [input] = tables(graph, schema.subgraphMetadata.inputs);
  const outputs = tables(graph, schema.subgraphMetadata.outputs);
  const preprocessing = input && normalizationOf(input);
  const labels = ofBoxes
    ? labelsOf(outputs, boxLabels, bytes, source)
    : labelsOf(outputs.slice(0, 1), axisLabels, bytes, source);
  return { ...(labels && { labels }), ...(preprocessing && { preprocessing }) };
}

function metadataBytes(root: FlatTable): Uint8Array | undefined {
  const entry = tables(root, model.metadata).find((each) => text(each, metadata.name) === 'TFLITE_METADATA');
  const found = entry && tables(root, model.buffers)[scalar(entry, metadata.buffer, 'Uint32')];
  return found && bytesOf(found, buffer.data);
}

function normalizationOf(input: FlatTable): Preprocessing | undefined {
  const unit = tables(input, schema.tensorMetadata.processUnits).find(
    (each) => scalar(each, schema.processUnit.optionsType, 'Uint8') === schema.normalizationOptionsType,
  );
  const options = unit && table(unit, schema.processUnit.options);
  if (!options) return undefined;
  const [mean, std] = [schema.normalizationOptions.mean, schema.normalizationOptions.std].map((slot) =>
    float32s(options, slot),
  ) as [number[], number[]];
  return mean.length > 0 && std.length > 0 ? { mean, std } : undefined;
}

/** Types of files that name the channels of an output; a detection head also gives indices of classes. */
const axisLabels: readonly number[] = [schema.tensorAxisLabels];
const boxLabels: readonly number[] = [...axisLabels, schema.tensorValueLabels];

function labelsOf(
  outputs: readonly FlatTable[],
  types: readonly number[],
  bytes: Uint8Array,
  source: string,
): TfliteMetadata['labels'] {
  const files = outputs
    .flatMap((output) => tables(output, schema.tensorMetadata.associatedFiles))
    .filter((each) => types.includes(scalar(each, schema.associatedFile.type, 'Int8')));
  // Where there are several, others are translations, with a locale.
  const chosen = files.find((each) => !text(each, schema.associatedFile.locale)) ?? files[0];
  const file = chosen && text(chosen, schema.associatedFile.name);
  const list = file === undefined ? undefined : openZip(bytes, source)?.read(file, mostLabelBytes);
  return file !== undefined && list ? { file, names: parseLabels(new TextDecoder().decode(list)) } : undefined;
}
