import { LiteBlockError } from '../../format/errors.ts';
import { elements } from '../../graph/tensor.ts';
import { type JsonReader, parseJson } from '../json-reader.ts';
import type { Constant } from '../nchw/value.ts';
import { ZipArchive } from '../zip/read-zip.ts';
import { isCurrent, isEarlier, readText } from './archive-names.ts';
import { readArchive } from './checkpoint.ts';
import { once } from './once.ts';
import { type Program, type ProgramConstant, scalarTypes } from './program.ts';
import { readProgram } from './read-program.ts';
import { readTensor, Storage, TensorView } from './storage.ts';

/** Values of all constants of a program together: half a gigabyte of float32. */
const mostValues = 2 ** 27;

/**
 * The program of an archive of `torch.export.save`, in the form of today or that of torch 2.6. `source` names the file in
 * messages. Throws file-truncated, file-invalid, file-version or unsupported.
 */
export function readProgramArchive(bytes: Uint8Array, source: string): Program {
  const zip = new ZipArchive(bytes, source);
  const current = zip.names.filter(isCurrent);
  const earlier = zip.names.filter(isEarlier);
  const [path] = current.length > 0 ? current : earlier;
  if (path === undefined) throw new LiteBlockError('file-invalid', `${source}: the archive has no program`);
  if (current.length > 1) {
    throw new LiteBlockError('unsupported', `${source}: the archive has ${current.length} programs (one)`);
  }
  const graph = readProgram(readJson(zip, path), source);
  const read = current.length > 0 ? currentTensors(zip, path) : earlierTensors(zip, path);
  let values = 0;
  const constants = new Map<string, ProgramConstant>();
  for (const [name, fqn] of graph.parameters) {
    const readOnce = once((): Constant => {
      const view = read(fqn);
      values += elements(view.shape);
      if (values > mostValues) {
        throw new LiteBlockError('unsupported', `${source}: the program has more than 2^27 values of weights`);
      }
      return { kind: 'constant', name: fqn, shape: view.shape, data: readTensor(view, `${source}: tensor "${fqn}"`) };
    });
    constants.set(name, { path: fqn, read: readOnce });
  }
  const { parameters: _, ...rest } = graph;
  return { source, ...rest, constants };
}

function readJson(zip: ZipArchive, name: string): JsonReader {
  return parseJson(readText(zip, name), `${zip.source}: ${name}`);
}

const missing = (zip: ZipArchive, name: string): never => {
  throw new LiteBlockError(
    'file-invalid',
    `${zip.source}: the tensor "${name}" of the program has no values in the archive`,
  );
};

/** Tensors of the archive of today: a file of bytes each, which two lists describe. */
function currentTensors(zip: ZipArchive, program: string): (name: string) => TensorView {
  const root = program.slice(0, program.lastIndexOf('models/'));
  const model = program.slice(root.length + 'models/'.length, -'.json'.length);
  checkByteOrder(zip, `${root}byteorder`);
  const described = new Map<string, { readonly folder: string; readonly json: JsonReader }>();
  for (const kind of ['weights', 'constants']) {
    const folder = `${root}data/${kind}/`;
    const list = `${folder}${model}_${kind}_config.json`;
    if (zip.sizeOf(list) === undefined) continue;
    for (const [name, json] of readJson(zip, list).at('config').entries()) described.set(name, { folder, json });
  }
  return (name) => {
    const found = described.get(name);
    if (!found) return missing(zip, name);
    const { folder, json } = found;
    if (json.at('use_pickle').value === true) {
      throw new LiteBlockError('unsupported', `${zip.source}: the tensor "${name}" is a pickle (plain values)`);
    }
    const path = `${folder}${json.at('path_name').text()}`;
    if (zip.sizeOf(path) === undefined) missing(zip, name);
    const meta = json.at('tensor_meta');
    const dtype = scalarTypes[meta.at('dtype').integer()] ?? `number ${meta.at('dtype').integer()}`;
    const sizes = (field: string): number[] =>
      meta
        .at(field)
        .list()
        .map((item) => item.at('as_int').integer());
    const storage = new Storage(dtype, path, () => zip.read(path));
    return new TensorView(storage, meta.at('storage_offset').at('as_int').integer(), sizes('sizes'), sizes('strides'));
  };
}

/** Tensors of the archive of torch 2.6: two files of `torch.save`. */
function earlierTensors(zip: ZipArchive, program: string): (name: string) => TensorView {
  const root = program.slice(0, program.lastIndexOf('serialized_exported_program.json'));
  const load = once(() => {
    const tensors = new Map<string, TensorView>();
    for (const file of ['serialized_state_dict.pt', 'serialized_constants.pt']) {
      const path = `${root}${file}`;
      if (!zip.sizeOf(path)) continue;
      const held = readArchive(zip.read(path), `${zip.source}: ${file}`);
      if (!(held instanceof Map)) continue;
      for (const [name, view] of held)
        if (typeof name === 'string' && view instanceof TensorView) tensors.set(name, view);
    }
    return tensors;
  });
  return (name) => load().get(name) ?? missing(zip, name);
}

function checkByteOrder(zip: ZipArchive, name: string): void {
  if (zip.sizeOf(name) === undefined) return;
  const order = new TextDecoder().decode(zip.read(name)).trim();
  if (order === 'little') return;
  throw new LiteBlockError('unsupported', `${zip.source}: its byte order is ${JSON.stringify(order)} (little)`);
}
