import { LiteBlockError } from '../../format/errors.ts';
import { exportingLines } from './exporting.ts';
import { dtypeOfStorage, isStorage, Storage, TensorView } from './storage.ts';

/** A global that may be named in a pickle: it stands for itself, and is never called. */
export class Global {
  readonly module: string;
  readonly name: string;

  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }
}

/** A value of a pickle. Sets and tuples are lists, numbers beyond 2^53 are inexact. */
export type Pickled =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | Pickled[]
  | Map<Pickled, Pickled>
  | Global
  | Storage
  | TensorView;

/** What a call of a global stands for; `args` are those of the call. */
type Call = (machine: PickleMachine, args: readonly Pickled[]) => Pickled;

const first: Call = (_, args) => args[0] ?? null;

/** A tensor of (storage, offset, shape, strides, …). */
const rebuildTensor: Call = (machine, [storage, offset, shape, strides]) => {
  const isIndex = (value: Pickled): value is number => typeof value === 'number' && Number.isSafeInteger(value);
  const areIndices = (value: Pickled | undefined): value is number[] => Array.isArray(value) && value.every(isIndex);
  if (!(storage instanceof Storage) || !isIndex(offset ?? null) || !areIndices(shape) || !areIndices(strides)) {
    throw machine.invalid('a tensor is not made of a storage, an offset, a shape and strides');
  }
  return new TensorView(storage, offset as number, shape, strides);
};

/** Every global that is known, and what a call of it gives. */
const globals: Readonly<Record<string, Call | undefined>> = {
  'collections.OrderedDict': (_, args) => mapOf(args[0]),
  'torch._utils._rebuild_tensor': rebuildTensor,
  'torch._utils._rebuild_tensor_v2': rebuildTensor,
  'torch._utils._rebuild_parameter': first,
  'torch._utils._rebuild_parameter_with_state': first,
  'torch.nn.parameter.Parameter': first,
  'torch._tensor._rebuild_from_type_v2': (_, args) => (Array.isArray(args[2]) ? (args[2][0] ?? null) : null),
  'torch.Size': (_, args) => args[0] ?? [],
  'torch.device': () => null,
  'torch.serialization._get_layout': () => null,
  'builtins.set': (_, args) => args[0] ?? [],
  'builtins.frozenset': (_, args) => args[0] ?? [],
  'builtins.list': (_, args) => args[0] ?? [],
  'builtins.dict': (_, args) => mapOf(args[0]),
  'builtins.bytearray': (_, args) => args[0] ?? null,
};

const mapOf = (pairs: Pickled | undefined): Pickled =>
  pairs instanceof Map
    ? pairs
    : new Map((Array.isArray(pairs) ? pairs : []).flatMap((pair) => (Array.isArray(pair) ? [[pair[0], pair[1]]] : [])));

/** Types of elements, as `torch.float32`: plain marks. */
const isType = (module: string, name: string): boolean =>
  module === 'torch' && /^(u?int|b?float|bool|complex)\d*$/.test(name);

/** A global by its name. Throws unsupported where it is none of the few that tensors and plain containers need. */
export function globalOf(machine: PickleMachine, module: Pickled, name: Pickled): Global {
  if (typeof module !== 'string' || typeof name !== 'string') throw machine.invalid('a global has no name');
  const full = `${module.replace(/^__builtin__$/, 'builtins')}.${name}`;
  const known = Object.hasOwn(globals, full) || isStorage(module, name) || isType(module, name);
  if (known) return new Global(full.slice(0, -name.length - 1), name);
  const shown = full.length > 120 ? `${full.slice(0, 120)}…` : full;
  const whole = machine.isEmpty;
  const what = whole
    ? `it is a whole pickled module (${shown}), which is code: only tensors in plain containers are read`
    : `the pickle names ${shown}, which is neither a tensor nor a plain container: nothing of it is read or run`;
  throw new LiteBlockError('unsupported', `${machine.source}: ${what}. ${exportingLines}`);
}

/** The stack of a pickle and its memo. All that is read lies within the bytes. */
export class PickleMachine {
  readonly source: string;
  at: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #stack: Pickled[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, Pickled>();
  readonly #persistent: (id: Pickled) => Pickled;

  constructor(bytes: Uint8Array, start: number, source: string, persistent: (id: Pickled) => Pickled) {
    this.source = source;
    this.at = start;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#persistent = persistent;
  }

  invalid(what: string): LiteBlockError {
    return new LiteBlockError('file-invalid', `${this.source}: this pickle is damaged: ${what}`);
  }

  /** Nothing has been read yet. */
  get isEmpty(): boolean {
    return this.#stack.length === 0 && this.#memo.size === 0;
  }

  protocol(): void {
    const protocol = this.u8();
    if (protocol > 5) throw this.invalid(`protocol ${protocol} (2 to 5)`);
  }

  push(value: Pickled): void {
    this.#stack.push(value);
  }

  top(): Pickled {
    const value = this.#stack.at(-1);
    if (value === undefined) throw this.invalid('its stack is empty');
    return value;
  }

  pop(): Pickled {
    const value = this.top();
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw this.invalid('a mark has nothing behind it');
    this.#stack.pop();
    return value;
  }

  popMany(count: number): Pickled[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  popMark(): Pickled[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.invalid('it has no mark');
    return this.#stack.splice(mark);
  }

  append(values: readonly Pickled[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw this.invalid('it appends to what is no list');
    for (const value of values) list.push(value);
  }

  setItems(items: readonly Pickled[]): void {
    const map = this.top();
    if (!(map instanceof Map) || items.length % 2 !== 0) throw this.invalid('it sets items of what is no map');
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  }

  /** Calls what a global stands for. */
  reduce(): void {
    const [callee, args] = this.popMany(2);
    if (!(callee instanceof Global) || !Array.isArray(args)) throw this.invalid('it calls what is no global');
    const full = `${callee.module}.${callee.name}`;
    const call = Object.hasOwn(globals, full) ? globals[full] : undefined;
    if (!call) throw this.invalid(`it calls ${full}`);
    this.push(call(this, args));
  }

  /** Attributes of a map or a tensor, of which none is needed. */
  build(): void {
    this.pop();
    const value = this.top();
    if (!(value instanceof Map) && !(value instanceof TensorView)) {
      throw this.invalid('it gives attributes to what is neither a map nor a tensor');
    }
  }

  persistent(id: Pickled): Pickled {
    return this.#persistent(id);
  }

  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): Pickled {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.invalid(`it recalls entry ${index}, which it has not`);
    return value;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }

  u64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }

  f64(): number {
    return this.#view.getFloat64(this.#take(8), false);
  }

  /** A whole number in two's complement of as many bytes. */
  long(count: number): number {
    if (count > 16) throw this.invalid(`a whole number has ${count} bytes (at most 16)`);
    const bytes = this.raw(count);
    const value = bytes.reduceRight((all, byte) => (all << 8n) | BigInt(byte), 0n);
    return Number(BigInt.asIntN(Math.max(8 * count, 1), value));
  }

  raw(count: number): Uint8Array {
    const from = this.#take(count);
    return this.#bytes.subarray(from, from + count);
  }

  text(count: number): string {
    return new TextDecoder().decode(this.raw(count));
  }

  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.at);
    if (end < 0) throw this.#truncated();
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }

  #take(count: number): number {
    const from = this.at;
    if (!(count >= 0) || from + count > this.#bytes.length) throw this.#truncated();
    this.at += count;
    return from;
  }

  #truncated(): LiteBlockError {
    return new LiteBlockError('file-truncated', `${this.source}: the pickle ends before it is complete`);
  }
}

/** The type of a storage that a persistent id names: `torch.FloatStorage`. */
export function storageType(value: Pickled | undefined): string | undefined {
  return value instanceof Global ? dtypeOfStorage(value.module, value.name) : undefined;
}
