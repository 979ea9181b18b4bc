import { LiteBlockError } from '../format/errors.ts';
import { modelBase } from '../format/instructions.ts';
import { isModel, readHeader } from '../format/read.ts';
import { readLeb, readSignedLeb, type Section, sectionIds, sectionsOf } from './wasm.ts';

/** A model that was taken out of a bundle. */
export interface Unbundled {
  /** The `.lbm`. */
  readonly bytes: Uint8Array;
  /** Whether the bundle is a WASI command, which `load` does not take. */
  readonly isCommand: boolean;
}

/**
 * The `.lbm` in a bundle, which is not run for it. `source` names the bundle in messages. Throws file-invalid for a module
 * that is damaged or has no model in it.
 */
export function unbundle(bundle: Uint8Array, source: string): Unbundled {
  const invalid = (what: string, cause?: unknown) =>
    new LiteBlockError('file-invalid', `${source}: ${what}`, [], { cause });
  try {
    const sections = sectionsOf(bundle);
    const file = sections.flatMap(segmentsOf).find(({ offset, bytes }) => offset === modelBase && isModel(bytes));
    if (!file) throw invalid('this module has no model in it (liteblock bundle makes one that has)');
    const bytes = file.bytes.slice(0, readHeader(file.bytes, source).fileBytes);
    return { bytes, isCommand: sections.some(({ id }) => id === sectionIds.import) };
  } catch (cause) {
    if (cause instanceof LiteBlockError) throw cause;
    throw invalid(`this WebAssembly module is incomplete: ${(cause as Error).message}`, cause);
  }
}

interface Segment {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const i32Const = 0x41;
const end = 0x0b;

/** The active data segments of memory 0, up to the first of another kind: an engine has no others. */
function segmentsOf({ id, contents }: Section): Segment[] {
  if (id !== sectionIds.data) return [];
  const segments: Segment[] = [];
  const count = readLeb(contents, 0);
  let at = count.end;
  for (let i = 0; i < count.value && contents[at] === 0 && contents[at + 1] === i32Const; i++) {
    const offset = readSignedLeb(contents, at + 2);
    if (contents[offset.end] !== end) break;
    const size = readLeb(contents, offset.end + 1);
    if (size.end + size.value > contents.length) throw new RangeError('a data segment is cut off');
    segments.push({ offset: offset.value, bytes: contents.subarray(size.end, size.end + size.value) });
    at = size.end + size.value;
  }
  return segments;
}
