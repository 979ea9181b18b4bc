import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { LiteBlockError } from '../../format/errors.ts';

/** Messages inside messages: a graph has nodes, which have attributes, which have tensors. */
const mostNested = 32;

/**
 * A protobuf message, of which the positions of the fields are known and nothing else is decoded: weights stay where they are in
 * the file. What is damaged is told with its place: 'file-truncated' where a length leads beyond the end, else 'file-invalid'.
 */
export class ProtoMessage {
  readonly #reader: BinaryReader;
  readonly #bytes: Uint8Array;
  /** The message and its place in the file: `model.onnx: graph.node[3]`. */
  readonly #what: string;
  readonly #depth: number;
  /** By the number of a field: where its values begin, times 8, and their wire type. */
  readonly #fields = new Map<number, number[]>();

  constructor(bytes: Uint8Array, what: string, depth = 0) {
    this.#bytes = bytes;
    this.#what = what;
    this.#depth = depth;
    this.#reader = new BinaryReader(bytes);
    if (depth > mostNested) this.#fail(`messages lie more than ${mostNested} deep in each other`);
    this.#decode('its fields', () => {
      while (this.#reader.pos < bytes.length) {
        const [field, wire] = this.#reader.tag();
        const list = this.#fields.get(field);
        const entry = this.#reader.pos * 8 + wire;
        if (list) list.push(entry);
        else this.#fields.set(field, [entry]);
        this.#reader.skip(wire, field);
      }
    });
  }

  #fail(what: string): never {
    throw new LiteBlockError('file-invalid', `${this.#what}: ${what}`);
  }

  #decode<T>(what: string, read: () => T): T {
    try {
      return read();
    } catch (cause) {
      if (cause instanceof LiteBlockError) throw cause;
      if (cause instanceof RangeError) {
        const text = `${what} go beyond the end of its ${this.#bytes.length} bytes`;
        throw new LiteBlockError('file-truncated', `${this.#what}: ${text}`, [], { cause });
      }
      const text = `no protobuf message: ${what}: ${(cause as Error).message}`;
      throw new LiteBlockError('file-invalid', `${this.#what}: ${text}`, [], { cause });
    }
  }

  #entries(field: number): readonly number[] {
    return this.#fields.get(field) ?? [];
  }

  has(field: number): boolean {
    return this.#fields.has(field);
  }

  /** How often a field is there. */
  count(field: number): number {
    return this.#entries(field).length;
  }

  /** A value at an entry, which must be of a wire type. */
  #value<T>(field: number, entry: number, wire: WireType, read: (reader: BinaryReader) => T): T {
    if (entry % 8 !== wire) this.#fail(`its field ${field} is of wire type ${entry % 8} (${wire})`);
    this.#reader.pos = Math.floor(entry / 8);
    return this.#decode(`the values of field ${field}`, () => read(this.#reader));
  }

  /** All values of a numeric field: single ones, and many in one packed run. */
  #numbers(field: number, wire: WireType, read: (reader: BinaryReader) => number): number[] {
    const values: number[] = [];
    for (const entry of this.#entries(field)) {
      if (entry % 8 !== WireType.LengthDelimited) {
        values.push(this.#value(field, entry, wire, read));
        continue;
      }
      const run = this.#value(field, entry, WireType.LengthDelimited, (reader) => reader.bytes());
      const inner = new BinaryReader(run);
      this.#decode(`the values of field ${field}`, () => {
        while (inner.pos < run.length) values.push(read(inner));
        if (inner.pos > run.length) throw new RangeError('beyond the run');
      });
    }
    return values;
  }

  /** The last value of a field counts, as protobuf has it. */
  #last<T>(field: number, wire: WireType, read: (reader: BinaryReader) => T): T | undefined {
    const entry = this.#entries(field).at(-1);
    return entry === undefined ? undefined : this.#value(field, entry, wire, read);
  }

  /** Whole numbers of int64: inexact beyond 2^53. */
  integers(field: number): number[] {
    return this.#numbers(field, WireType.Varint, (reader) => Number(reader.int64()));
  }

  /** The same of uint64. */
  unsigned(field: number): number[] {
    return this.#numbers(field, WireType.Varint, (reader) => Number(reader.uint64()));
  }

  integer(field: number): number | undefined {
    return this.#last(field, WireType.Varint, (reader) => Number(reader.int64()));
  }

  floats(field: number): number[] {
    return this.#numbers(field, WireType.Bit32, (reader) => reader.float());
  }

  doubles(field: number): number[] {
    return this.#numbers(field, WireType.Bit64, (reader) => reader.double());
  }

  float(field: number): number | undefined {
    return this.#last(field, WireType.Bit32, (reader) => reader.float());
  }

  bytes(field: number): Uint8Array | undefined {
    return this.#last(field, WireType.LengthDelimited, (reader) => reader.bytes());
  }

  text(field: number): string | undefined {
    return this.#last(field, WireType.LengthDelimited, (reader) => reader.string());
  }

  texts(field: number): string[] {
    return this.#entries(field).map((entry) =>
      this.#value(field, entry, WireType.LengthDelimited, (reader) => reader.string()),
    );
  }

  /** A message in a field; `name` is what it is called in messages. */
  message(field: number, name: string): ProtoMessage | undefined {
    const entry = this.#entries(field).at(-1);
    return entry === undefined ? undefined : this.#inner(field, entry, name);
  }

  messages(field: number, name: string): ProtoMessage[] {
    return this.#entries(field).map((entry, i) => this.#inner(field, entry, `${name}[${i}]`));
  }

  #inner(field: number, entry: number, name: string): ProtoMessage {
    const bytes = this.#value(field, entry, WireType.LengthDelimited, (reader) => reader.bytes());
    const inside = this.#depth === 0 ? `${this.#what}: ` : `${this.#what}.`;
    return new ProtoMessage(bytes, `${inside}${name}`, this.#depth + 1);
  }
}
