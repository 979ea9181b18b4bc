import { LiteBlockError } from '../../format/errors.ts';
import { ZipArchive } from '../zip/read-zip.ts';
import { exportingLines } from './exporting.ts';
import { type Pickled, unpickle } from './pickle.ts';
import { storageType } from './pickle-machine.ts';
import { isReal, readTensor, Storage, TensorView } from './storage.ts';

/** A tensor of a checkpoint. `data` is absent for types that hold no reals; all others become float32. */
export interface CheckpointTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data?: Float32Array;
}

const zipMagic = [0x50, 0x4b, 0x03, 0x04];
/** Protocol 2 and the number that `torch.save` wrote before archives: 0x1950a86a20f9469cfc6c. */
const streamMagic = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];

const startsWith = (bytes: Uint8Array, magic: readonly number[]): boolean =>
  magic.every((byte, i) => bytes[i] === byte);

/** Whether bytes are those of a file of `torch.save`, an archive or the older stream. */
export function isCheckpoint(bytes: Uint8Array, names: readonly string[]): boolean {
  if (startsWith(bytes, zipMagic)) return names.some((name) => /(^|\/)data\.pkl$/.test(name));
  return startsWith(bytes, streamMagic);
}

/**
 * The tensors of a state_dict that `torch.save` wrote, by name: of the archive (`.pt`, `.pth`) or of the older stream. Its pickle
 * is read as data, no code is run. A state_dict inside a checkpoint (under `state_dict`, `model` …) is taken where it is the
 * only one, and `onNote` is told. `source` names the file in messages. Throws file-truncated, file-invalid or unsupported.
 */
export function readCheckpoint(
  bytes: Uint8Array,
  source: string,
  onNote?: (text: string) => void,
): ReadonlyMap<string, CheckpointTensor> {
  const value = startsWith(bytes, zipMagic) ? readArchive(bytes, source) : readStream(bytes, source);
  const tensors = stateDictOf(value, source, onNote);
  return new Map(
    Array.from(tensors, ([name, view]): [string, CheckpointTensor] => {
      const { storage, shape } = view;
      const { dtype } = storage;
      if (isReal(dtype) === false) return [name, { dtype, shape }];
      return [name, { dtype, shape, data: readTensor(view, `${source}: tensor "${name}"`) as Float32Array }];
    }),
  );
}

/** What a pickle in an archive holds, whose storages are files beside it. */
export function readArchive(bytes: Uint8Array, source: string): Pickled {
  const zip = new ZipArchive(bytes, source);
  const pickles = zip.names.filter((name) => /(^|\/)data\.pkl$/.test(name));
  const [path] = pickles;
  if (path === undefined || pickles.length > 1) {
    throw new LiteBlockError('file-invalid', `${source}: the archive has ${pickles.length} files data.pkl (one)`);
  }
  const folder = path.slice(0, -'data.pkl'.length);
  if (zip.names.some((name) => name.startsWith(`${folder}code/`))) {
    throw new LiteBlockError(
      'unsupported',
      `${source}: this is a TorchScript program, which is code. ${exportingLines}`,
    );
  }
  checkByteOrder(zip, `${folder}byteorder`);
  const known = new Map<string, Storage>();
  return unpickle(zip.read(path), 0, source, {
    persistent: (id) => storageOf(id, source, known, (key) => zip.read(`${folder}data/${key}`)),
  }).value;
}

function checkByteOrder(zip: ZipArchive, name: string): void {
  if (zip.sizeOf(name) === undefined) return;
  const order = new TextDecoder().decode(zip.read(name));
  if (order === 'little') return;
  throw new LiteBlockError('unsupported', `${zip.source}: its byte order is ${JSON.stringify(order)} (little)`);
}

/** The storage of a persistent id ('storage', type, key, place, size). One key is one storage. */
function storageOf(
  id: Pickled,
  source: string,
  known: Map<string, Storage>,
  read: (key: string) => Uint8Array,
): Storage {
  const parts = Array.isArray(id) ? id : [];
  const [kind, type, key] = parts;
  const dtype = storageType(type);
  if (kind !== 'storage' || dtype === undefined || typeof key !== 'string') {
    throw new LiteBlockError('file-invalid', `${source}: this pickle is damaged: a persistent id is no storage`);
  }
  const storage = known.get(key) ?? new Storage(dtype, key, () => read(key));
  known.set(key, storage);
  return storage;
}

/** The older stream: four pickles, the keys of the storages in the order in which their bytes follow, and these. */
function readStream(bytes: Uint8Array, source: string): Pickled {
  const places = new Map<string, Uint8Array>();
  const known = new Map<string, Storage>();
  const plain = { persistent: (): Pickled => null };
  const readPlace = (key: string): Uint8Array => {
    const place = places.get(key);
    if (!place) throw new LiteBlockError('file-invalid', `${source}: the storage ${key} has no bytes in the file`);
    return place;
  };
  let at = 0;
  for (let i = 0; i < 3; i++) at = unpickle(bytes, at, source, plain).end;
  const { value, end } = unpickle(bytes, at, source, {
    persistent: (id) => storageOf(id, source, known, readPlace),
  });
  const keys = unpickle(bytes, end, source, plain);
  at = keys.end;
  for (const key of Array.isArray(keys.value) ? keys.value : []) {
    const storage = typeof key === 'string' ? known.get(key) : undefined;
    if (!storage || typeof key !== 'string') {
      throw new LiteBlockError('file-invalid', `${source}: it has bytes of a storage that no tensor is in`);
    }
    const size = sizeAt(bytes, at) * storageBytes(storage);
    if (!(size >= 0) || at + 8 + size > bytes.length) {
      throw new LiteBlockError('file-truncated', `${source}: the file ends within the storage ${key}`);
    }
    places.set(key, bytes.subarray(at + 8, at + 8 + size));
    at += 8 + size;
  }
  return value;
}

function sizeAt(bytes: Uint8Array, at: number): number {
  if (at + 8 > bytes.length) return Number.NaN;
  return Number(new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigInt64(0, true));
}

const elementBytes: Readonly<Record<string, number>> = {
  float32: 4,
  float64: 8,
  int64: 8,
  int32: 4,
  uint8: 1,
  int8: 1,
  bool: 1,
};
const storageBytes = ({ dtype }: Storage): number => elementBytes[dtype] ?? 2;

type Views = ReadonlyMap<string, TensorView>;

/** Names of tensors in a map; undefined where it has no tensor. */
function viewsOf(value: Pickled): Views | undefined {
  if (!(value instanceof Map)) return undefined;
  const views = new Map<string, TensorView>();
  for (const [name, each] of value) if (typeof name === 'string' && each instanceof TensorView) views.set(name, each);
  return views.size > 0 ? views : undefined;
}

/** Where frameworks put a model's weights in a checkpoint, the first that there is. */
const usualNames = ['state_dict', 'model_state_dict', 'model', 'model_state', 'net', 'params'];

function stateDictOf(value: Pickled, source: string, onNote?: (text: string) => void): Views {
  const own = viewsOf(value);
  if (own) return own;
  const inside = new Map<string, Views>();
  if (value instanceof Map) {
    for (const [name, each] of value) {
      const views = viewsOf(each);
      if (views && typeof name === 'string') inside.set(name, views);
    }
  }
  const usual = usualNames.filter((name) => inside.has(name));
  const [name] = inside.size === 1 ? [...inside.keys()] : usual;
  const views = name === undefined ? undefined : inside.get(name);
  if (!views) {
    const shown = [...inside.keys()].slice(0, 5).join(', ');
    const what = inside.size > 1 ? `it has several: ${shown}` : 'it has no tensors by name';
    throw new LiteBlockError(
      'file-invalid',
      `${source}: no state_dict is found in it: ${what}. Write torch.save(model.state_dict(), 'model.pt')`,
    );
  }
  onNote?.(`${source}: the weights are those under "${name}"`);
  return views;
}
