import { LiteBlockError } from '../../format/errors.ts';
import { float16 } from '../float16.ts';
import { foreignFile } from '../foreign-file.ts';
import { duplicateKey, nestsDeeper } from './duplicate-key.ts';

/** Bytes of one value of each type that the format knows. */
const dtypes: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
};

const mostHeaderBytes = 100_000_000;

/** The header, a tensor's entry, its shape. */
const mostNested = 3;

/** A text of the file in a message: a name may be as long as the header. */
const shown = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);

/** One tensor of a file. `data` is absent for types that hold no reals; F16 and BF16 become float32 exactly. */
export interface SafeTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data?: Float32Array;
}

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * The tensors of a .safetensors file, in the order of their bytes. The rules of the format are kept: a header of its stated
 * length that is a JSON object without a key twice, known types, sizes from 0, and ranges that cover the rest of the file
 * without a gap or an overlap. `source` names the file in messages. Throws 'file-truncated' or 'file-invalid'.
 */
export function readSafetensors(bytes: Uint8Array, source: string): ReadonlyMap<string, SafeTensor> {
  const foreign = foreignFile(bytes);
  if (foreign && foreign.kind !== 'safetensors') {
    throw invalid(source, `this is ${foreign.what}: ${foreign.forWeights}`);
  }
  const { header, start } = readHeader(bytes, source);
  const entries = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => entryOf(name, value, source))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  checkMetadata(header.__metadata__, source);
  checkRanges(entries, bytes.length - start, source);
  const body = bytes.subarray(start);
  return new Map(entries.map((entry) => [entry.name, tensorOf(entry, body)]));
}

const invalid = (source: string, what: string, cause?: unknown): LiteBlockError =>
  new LiteBlockError('file-invalid', `${source}: ${what}`, [], { cause });

function readHeader(bytes: Uint8Array, source: string): { header: Record<string, unknown>; start: number } {
  const { length } = bytes;
  if (length < 8) {
    throw new LiteBlockError(
      'file-truncated',
      `${source}: ${length} bytes are too few for a .safetensors (8 of length, a header)`,
    );
  }
  const size = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (size > mostHeaderBytes) throw invalid(source, `its header has ${size} bytes (at most ${mostHeaderBytes})`);
  if (8 + size > length) {
    throw new LiteBlockError(
      'file-truncated',
      `${source}: its header has ${size} bytes, of which ${length - 8} are there`,
    );
  }
  let text: string;
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(8, 8 + size));
    header = nestsDeeper(text, mostNested) ? undefined : JSON.parse(text);
  } catch (cause) {
    throw invalid(source, `its header is not JSON in UTF-8: ${(cause as Error).message}`, cause);
  }
  if (header === undefined) {
    throw invalid(
      source,
      `its header has values nested more than ${mostNested} deep (the header, a tensor, its shape)`,
    );
  }
  if (!text.startsWith('{') || !isObject(header))
    throw invalid(source, "its header is not a JSON object that begins with '{'");
  const twice = duplicateKey(text);
  if (twice !== undefined) throw invalid(source, `its header has the key "${shown(twice)}" twice`);
  return { header, start: 8 + size };
}

function entryOf(name: string, value: unknown, source: string): Entry {
  const fail = (what: string): LiteBlockError => invalid(source, `tensor "${shown(name)}": ${what}`);
  if (!isObject(value)) throw fail('its entry is not an object (dtype, shape, data_offsets)');
  const { dtype, shape, data_offsets: offsets, ...rest } = value;
  const stray = Object.keys(rest)[0];
  if (stray !== undefined) throw fail(`there is no field "${shown(stray)}" (dtype, shape, data_offsets)`);
  const bytes = typeof dtype === 'string' && Object.hasOwn(dtypes, dtype) ? dtypes[dtype] : undefined;
  if (bytes === undefined)
    throw fail(`dtype ${shown(String(JSON.stringify(dtype)))} is not known (${Object.keys(dtypes).join(', ')})`);
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    throw fail(`shape ${shown(String(JSON.stringify(shape)))} is not a list of sizes (whole numbers from 0)`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    throw fail(`data_offsets ${shown(String(JSON.stringify(offsets)))} are not a range ([begin, end])`);
  }
  const [from, to] = offsets as [number, number];
  const wanted = shape.reduce<number>((product, size) => product * size, 1) * bytes;
  if (!Number.isSafeInteger(wanted))
    throw fail(`shape ${shown(`[${shape.join(', ')}]`)} has more values than can be counted`);
  if (to - from !== wanted) {
    throw fail(
      `data_offsets [${from}, ${to}] hold ${to - from} bytes, ${dtype} ${shown(`[${shape.join(', ')}]`)} has ${wanted}`,
    );
  }
  return { name, dtype: dtype as string, shape: shape, from, to };
}

function checkMetadata(metadata: unknown, source: string): void {
  if (metadata === undefined) return;
  const texts = isObject(metadata) && Object.values(metadata).every((value) => typeof value === 'string');
  if (!texts) throw invalid(source, '__metadata__ is not an object of strings');
}

/** Ranges in order, one after another, to the end. */
function checkRanges(entries: readonly Entry[], size: number, source: string): void {
  let at = 0;
  for (const { name, from, to } of entries) {
    if (to > size) {
      throw new LiteBlockError(
        'file-truncated',
        `${source}: tensor "${shown(name)}": it ends at ${to}, but the file's data ends at ${size}`,
      );
    }
    if (from !== at) {
      const what = from > at ? 'a gap before it' : 'an overlap with another';
      throw invalid(source, `tensor "${shown(name)}": it begins at ${from}, ${what} (${at})`);
    }
    at = to;
  }
  if (at !== size) throw invalid(source, `its tensors end at ${at}, but the file's data ends at ${size}`);
}

function tensorOf({ dtype, shape, from, to }: Entry, body: Uint8Array): SafeTensor {
  const read = reals[dtype];
  return { dtype, shape, ...(read && { data: read(new DataView(body.buffer, body.byteOffset + from, to - from)) }) };
}

const reals: Readonly<Record<string, (view: DataView) => Float32Array>> = {
  F32: (view) => Float32Array.from({ length: view.byteLength / 4 }, (_, i) => view.getFloat32(i * 4, true)),
  F16: (view) => Float32Array.from({ length: view.byteLength / 2 }, (_, i) => float16(view.getUint16(i * 2, true))),
  BF16(view) {
    const bits = Uint32Array.from({ length: view.byteLength / 2 }, (_, i) => view.getUint16(i * 2, true) << 16);
    return new Float32Array(bits.buffer);
  },
};
