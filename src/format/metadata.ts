import { LiteBlockError } from './errors.ts';
import type { Metadata } from './model-file.ts';

/**
 * What a value must be: a text (''), a whole number from this one on, a finite number (NaN), a list whose every element is
 * like this one, or an object with these members, of which those that end in "?" may be missing.
 */
type Like = string | number | [Like] | { readonly [member: string]: Like };

/** Every member of `Metadata`. Members that are not listed are passed over: a later version may have more. */
const like: Like = {
  name: '',
  inputs: [''],
  outputs: [''],
  // A row of zero points belongs to no node: its stage has the node −1.
  stages: [{ name: '', op: '', kernel: '', node: -1, macs: 0, parameters: 0, 'blocks?': [{ path: '', type: '' }] }],
  'preprocessing?': { mean: [Number.NaN], std: [Number.NaN] },
  ram: { activations: 0, zeroRows: 0, scratch: 0, state: 0, unused: 0 },
};

/** What is wrong with a value, by its path; '' where nothing is. */
function problemOf(value: unknown, wanted: Like, path: string): string {
  const wrong = (what: string) => `${path || 'it'} is ${value === undefined ? 'missing' : `no ${what}`}`;
  if (typeof wanted === 'string') return typeof value === 'string' ? '' : wrong('text');
  if (typeof wanted === 'number') {
    if (Number.isNaN(wanted)) return Number.isFinite(value) ? '' : wrong('finite number');
    return Number.isSafeInteger(value) && Number(value) >= wanted ? '' : wrong(`whole number from ${wanted}`);
  }
  if (Array.isArray(wanted)) {
    if (!Array.isArray(value)) return wrong('list');
    for (const [i, each] of value.entries()) {
      const problem = problemOf(each, wanted[0], `${path}[${i}]`);
      if (problem) return problem;
    }
    return '';
  }
  if (typeof value !== 'object' || value === null) return wrong('object');
  const own: Readonly<Record<string, unknown>> = { ...value };
  for (const [key, member] of Object.entries(wanted)) {
    const name = key.replace('?', '');
    const problem =
      name !== key && own[name] === undefined ? '' : problemOf(own[name], member, path ? `${path}.${name}` : name);
    if (problem) return problem;
  }
  return '';
}

/** The metadata section as a value, for a file of so many inputs, outputs and stages. Throws file-invalid with the path of the first wrong member. */
export function readMetadata(
  section: Uint8Array,
  counts: { readonly inputs: number; readonly outputs: number; readonly stages: number },
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
  const problem = problemOf(metadata, like, '');
  if (problem) throw invalid(`does not fit: ${problem}`);
  for (const name of ['inputs', 'outputs', 'stages'] as const) {
    const { length } = metadata[name];
    if (length !== counts[name]) throw invalid(`does not fit: ${name} has ${length} entries, the file ${counts[name]}`);
  }
  return metadata;
}
