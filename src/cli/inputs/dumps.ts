import { existsSync, readdirSync } from 'node:fs';
import { basename, extname, join, sep } from 'node:path';
import type { Trace, Traced } from '../../analyze/diff/trace.ts';
import { LiteBlockError } from '../../format/errors.ts';
import { arrayOf, type Values } from '../../format/values.ts';
import { elements } from '../../graph/tensor.ts';
import { isNpy, type Npy, readNpy } from '../../import/npy/read-npy.ts';
import { readInput } from '../files/read-input.ts';
import { reading } from './image-folder.ts';
import { naturalOrder } from './natural-order.ts';

/** What headerless files hold that no index.json tells of. */
export type RawType = 'i8' | 'u8' | 'i32' | 'i64' | 'f32';

/** Tensors of another runtime, one a file. */
export interface Dumps extends Trace {
  /** Files that hold something else than integers or real values. */
  readonly leftOut: number;
}

const rawEndings = ['.bin', '.raw'];

/**
 * A folder of dumps: by its index.json, whose `layers` name files and what is in them, or else every `.npy`, `.bin` and `.raw`
 * in it, named by its tensor; folders within are parts of names.
 */
export function openDumps(path: string, raw: (bytes: number) => RawType): Dumps {
  const index = join(path, 'index.json');
  const entries = existsSync(index) ? indexed(index, path) : named(path);
  const read = entries.map((entry) => tensorOf(entry, raw));
  const tensors = read.filter((tensor) => tensor !== undefined);
  if (tensors.length > 0) return { tensors, leftOut: read.length - tensors.length };
  throw new LiteBlockError(
    'input',
    `${path}: it has no dumps; expected an index.json, or one .npy per tensor, named after the tensor`,
  );
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
  const text = new TextDecoder().decode(readInput(index));
  let json: { readonly layers?: unknown } | null;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(`it is not JSON: ${(cause as Error).message}`);
  }
  const layers = json?.layers;
  if (!Array.isArray(layers)) throw invalid('it has no list "layers"');
  return layers.map((layer: Entry, i) => {
    if (typeof layer?.file !== 'string' || typeof layer.name !== 'string') {
      throw invalid(`layer ${i} must have a "file" and a "name"`);
    }
    const wrong = faultOf(layer);
    if (wrong) throw invalid(`layer ${i} "${layer.name}": ${wrong}`);
    // A path may be one from elsewhere: the file of its last part lies beside the index.
    const beside = [join(folder, layer.file), join(folder, basename(layer.file))].find((path) => existsSync(path));
    if (!beside) throw invalid(`layer ${i} "${layer.name}": there is no file ${layer.file}`);
    return { ...layer, file: beside };
  });
}

/** What a program that wrote the index took for something else; undefined where all is as an entry has it. */
function faultOf({
  shape,
  dtype,
  scale,
  zero_point: zeroPoint,
}: Readonly<Partial<Record<keyof Entry, unknown>>>): string | undefined {
  const isSize = (size: unknown): boolean => Number.isInteger(size) && Number(size) >= 0;
  const isNumber = (value: unknown): boolean => value === undefined || value === null || Number.isFinite(value);
  if (shape !== undefined && !(Array.isArray(shape) && shape.every(isSize))) return '"shape" is not a list of sizes';
  if (dtype !== undefined && typeof dtype !== 'string') return '"dtype" is not a string, such as "int8"';
  if (!isNumber(scale)) return '"scale" is not a number';
  return isNumber(zeroPoint) ? undefined : '"zero_point" is not a number';
}

function named(folder: string): Entry[] {
  return reading(folder, () => readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    .filter((path) => ['.npy', ...rawEndings].includes(extname(path)) && !basename(path).startsWith('.'))
    .sort(naturalOrder)
    .map((path) => ({ file: join(folder, path), name: path.slice(0, -extname(path).length).split(sep).join('/') }));
}

function tensorOf(entry: Entry, raw: (bytes: number) => RawType): Traced | undefined {
  const { file, name, scale, zero_point: zeroPoint, op, op_index: index = -1 } = entry;
  const content = contentOf(entry, raw);
  if (!content) return undefined;
  if (content.values.length !== elements(content.shape)) {
    const what = `${content.values.length} values, but its shape [${content.shape.join(', ')}] has ${elements(content.shape)}`;
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
  int32: 'i32',
  int64: 'i64',
  float32: 'f32',
  i8: 'i8',
  u8: 'u8',
  i32: 'i32',
  i64: 'i64',
  f32: 'f32',
};

/** The numbers of a `.npy` as a tensor has them, each in a type that holds it exactly, float64 rounded. Undefined for others. */
function valuesOfNpy({ type, data }: Npy): Values | undefined {
  if (data instanceof Float64Array) return Float32Array.from(data);
  if (data instanceof Int16Array || data instanceof Uint16Array) return Int32Array.from(data);
  if (data instanceof Uint32Array) return BigInt64Array.from(data, BigInt);
  return type === 'u8' ? undefined : (data as Exclude<typeof data, BigUint64Array>);
}

/** Undefined for numbers of another type. */
function contentOf({ file, shape, dtype }: Entry, raw: (bytes: number) => RawType): Content | undefined {
  const bytes = new Uint8Array(readInput(file));
  if (isNpy(bytes) || extname(file) === '.npy') {
    const npy = readNpy(bytes, file);
    const values = valuesOfNpy(npy);
    return values && { shape: npy.shape, values };
  }
  const type = dtype === undefined ? raw(bytes.length) : Object.hasOwn(rawTypes, dtype) ? rawTypes[dtype] : undefined;
  if (!type) return undefined;
  const array = arrayOf(type);
  if (bytes.length % array.BYTES_PER_ELEMENT !== 0) {
    throw new LiteBlockError(
      'input',
      `${file}: ${bytes.length} bytes are not a whole number of ${dtype ?? type} values`,
    );
  }
  const values = new array(bytes.buffer);
  return { shape: shape ?? [values.length], values };
}
