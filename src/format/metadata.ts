import { LiteBlockError } from './errors.ts';
import { type Like, problemOf } from './like.ts';
import type { Metadata } from './model-file.ts';

/** Every member of `Metadata`. Members that are not listed are passed over: a later version may have more. */
const metadataLike: Like = {
  name: '',
  inputs: [''],
  outputs: [''],
  'variables?': [''],
  // A row of zero points belongs to no node: its stage has the node −1.
  stages: [{ name: '', op: '', kernel: '', node: -1, macs: 0, parameters: 0, 'blocks?': [{ path: '', type: '' }] }],
  'preprocessing?': { mean: [Number.NaN], std: [Number.NaN] },
  ram: { activations: 0, zeroRows: 0, scratch: 0, state: 0, unused: 0 },
};

/** The metadata section as a value, for a file of so many inputs, outputs, stages and variables. Throws file-invalid with the path of the first wrong member. */
export function readMetadata(
  section: Uint8Array,
  counts: { readonly inputs: number; readonly outputs: number; readonly stages: number; readonly variables: number },
  source: string,
): Metadata {
  const invalid = (what: string, cause?: unknown) =>
    new LiteBlockError('file-invalid', `${source}: its metadata ${what} (compile the model again)`, [], { cause });
  let metadata: Metadata;
  try {
    metadata = JSON.parse(new TextDecoder().decode(section));
  } catch (cause) {
    throw invalid('is not JSON', cause);
  }
  const problem = problemOf(metadata, metadataLike);
  if (problem) throw invalid(`does not fit: ${problem}`);
  for (const name of ['inputs', 'outputs', 'stages', 'variables'] as const) {
    const { length } = metadata[name] ?? [];
    if (length !== counts[name]) throw invalid(`does not fit: ${name} has ${length} entries, the file ${counts[name]}`);
  }
  return metadata;
}
