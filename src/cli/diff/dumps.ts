import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, extname, join, sep } from 'node:path';
import type { Trace, Traced } from '../../analyze/diff/trace.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { Data8 } from '../../graph/op.ts';
import { elements } from '../../graph/tensor.ts';
import { isNpy, readNpy } from '../../import/npy/read-npy.ts';
import { naturalOrder } from '../natural-order.ts';

/** What headerless files hold that no index.json tells of. */
export type RawType = 'i8' | 'u8' | 'f32';

/** Tensors of another runtime, one a file. */
export interface Dumps extends Trace {
  /** Files that hold something else than 8-bit or real values. */
  readonly leftOut: number;
}

const rawEndings = ['.bin', '.raw'];

/**
 * A folder of dumps: by its index.json, whose `layers` name files and what is in them, or else every `.npy`, `.bin` and `.raw`
 * in it, named by its tensor; folders within are parts of names.
 */
export function openDumps(path: string, raw: RawType): Dumps {
  const index = join(path, 'index.json');
  const entries = existsSync(index) ? indexed(index, path) : named(path);
  const read = entries.map((entry) => tensorOf(entry, raw));
  const tensors = read.filter((tensor) => tensor !== undefined);
  if (tensors.length > 0) return { tensors, leftOut: read.length - tensors.length };
  throw new LiteBlockError('input', `${path}: no dumps in it: an index.json, or a .npy a tensor, named by the tensor`);
}

/** One tensor of an index.json; all but file and name may be left out where the file is a `.npy`. */
interface Entry {
  readonly file: string;
  readonly name: string;
  readonly shape?: readonly number[];
  readonly dtype?: string;
  readonly scale?: number | null;
  readonly zero_point?: number | null;
  readonly op_index?: number;
  readonly op?: string;
}

function indexed(index: string, folder: string): Entry[] {
  const invalid = (what: string) => new LiteBlockError('file-invalid', `${index}: ${what}`);
  let json: { readonly layers?: unknown } | null;
  try {
    json = JSON.parse(readFileSync(index, 'utf8'));
  } catch (cause) {
    throw invalid(`it is no JSON: ${(cause as Error).message}`);
  }
  const layers = json?.layers;
  if (!Array.isArray(layers)) throw invalid('it has no list "layers"');
  return layers.map((layer: Entry, i) => {
    if (typeof layer?.file !== 'string' || typeof layer.name !== 'string') {
      throw invalid(`layer ${i} has no "file" and "name"`);
    }
    if (layer.shape !== undefined && !(Array.isArray(layer.shape) && layer.shape.every(Number.isInteger))) {
      throw invalid(`layer ${i} "${layer.name}": its "shape" is no list of sizes`);
    }
    // A path may be one from elsewhere: the file of its last part lies beside the index.
    const beside = [join(folder, layer.file), join(folder, basename(layer.file))].find((path) => existsSync(path));
    if (!beside) throw invalid(`layer ${i} "${layer.name}": no file ${layer.file}`);
    return { ...layer, file: beside };
  });
}

function named(folder: string): Entry[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => ['.npy', ...rawEndings].includes(extname(path)) && !basename(path).startsWith('.'))
    .sort(naturalOrder)
    .map((path) => ({ file: join(folder, path), name: path.slice(0, -extname(path).length).split(sep).join('/') }));
}

function tensorOf(entry: Entry, raw: RawType): Traced | undefined {
  const { file, name, scale, zero_point: zeroPoint, op, op_index: index = -1 } = entry;
  const content = contentOf(entry, raw);
  if (!content) return undefined;
  if (content.values.length !== elements(content.shape)) {
    const what = `${content.values.length} values, its shape [${content.shape.join(', ')}] has ${elements(content.shape)}`;
    throw new LiteBlockError('input', `${file}: ${what}`);
  }
  const real = content.values instanceof Float32Array;
  return {
    names: [name],
    ...content,
    ...(!real && scale && { quantization: { scale, zeroPoint: zeroPoint ?? 0 } }),
    ...(op === 'INPUT' ? { input: true as const } : op !== undefined && { maker: { index, op, name } }),
  };
}

type Content = Pick<Traced, 'shape' | 'values'>;

const rawTypes: Readonly<Record<string, RawType>> = {
  int8: 'i8',
  uint8: 'u8',
  float32: 'f32',
  i8: 'i8',
  u8: 'u8',
  f32: 'f32',
};

/** Undefined for numbers of another type. */
function contentOf({ file, shape, dtype }: Entry, raw: RawType): Content | undefined {
  const bytes = new Uint8Array(readFileSync(file));
  if (isNpy(bytes) || extname(file) === '.npy') {
    const npy = readNpy(bytes, file);
    if (npy.type === 'f8') return { shape: npy.shape, values: Float32Array.from(npy.data as Float64Array) };
    return ['i1', 'u1', 'f4'].includes(npy.type) ? { shape: npy.shape, values: npy.data as Data8 } : undefined;
  }
  const type = dtype === undefined ? raw : Object.hasOwn(rawTypes, dtype) ? rawTypes[dtype] : undefined;
  if (!type) return undefined;
  if (type === 'f32' && bytes.length % 4 !== 0) {
    throw new LiteBlockError('input', `${file}: ${bytes.length} bytes are no float32 values`);
  }
  const values = type === 'i8' ? new Int8Array(bytes.buffer) : type === 'u8' ? bytes : new Float32Array(bytes.buffer);
  return { shape: shape ?? [values.length], values };
}
