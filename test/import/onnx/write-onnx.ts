import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** A tensor of float32, or of int64 where `integers`. */
export interface WrittenTensor {
  readonly name?: string;
  readonly dims: readonly number[];
  readonly values?: readonly number[];
  readonly integers?: boolean;
  /** Bytes in place of the values; null for none at all. */
  readonly raw?: Uint8Array | null;
  readonly dataType?: number;
  /** Entries of external_data. */
  readonly external?: Readonly<Record<string, string>>;
}

type Attribute = number | string | readonly number[] | { readonly float: number } | { readonly tensor: WrittenTensor };

export interface WrittenNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly name?: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
}

export interface WrittenModel {
  readonly nodes: readonly WrittenNode[];
  /** Shapes by name; a text is the name of an open size. */
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly outputs: readonly string[];
  readonly tensors?: readonly WrittenTensor[];
  readonly opset?: number;
}

type Write = (writer: BinaryWriter) => unknown;

const message = (writer: BinaryWriter, field: number, write: Write): void => {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
};
const text = (writer: BinaryWriter, field: number, value: string) =>
  writer.tag(field, WireType.LengthDelimited).string(value);
const integer = (writer: BinaryWriter, field: number, value: number) =>
  writer.tag(field, WireType.Varint).int64(BigInt(value));

function writeTensor(writer: BinaryWriter, tensor: WrittenTensor): void {
  const { name, dims, values = [], integers, raw, external } = tensor;
  for (const size of dims) integer(writer, 1, size);
  integer(writer, 2, tensor.dataType ?? (integers ? 7 : 1));
  if (name !== undefined) text(writer, 8, name);
  for (const [key, value] of Object.entries(external ?? {})) {
    message(writer, 13, (entry) => {
      text(entry, 1, key);
      text(entry, 2, value);
    });
  }
  if (external) integer(writer, 14, 1);
  else if (raw !== null) {
    const own = integers ? BigInt64Array.from(values, BigInt) : Float32Array.from(values);
    writer.tag(9, WireType.LengthDelimited).bytes(raw ?? new Uint8Array(own.buffer));
  }
}

function writeAttribute(writer: BinaryWriter, name: string, value: Attribute): void {
  text(writer, 1, name);
  if (typeof value === 'number') {
    integer(writer, 3, value);
    integer(writer, 20, 2);
  } else if (typeof value === 'string') {
    text(writer, 4, value);
    integer(writer, 20, 3);
  } else if ('float' in value) {
    writer.tag(2, WireType.Bit32).float(value.float);
    integer(writer, 20, 1);
  } else if ('tensor' in value) {
    message(writer, 5, (inner) => writeTensor(inner, value.tensor));
    integer(writer, 20, 4);
  } else {
    for (const each of value) integer(writer, 8, each);
    integer(writer, 20, 7);
  }
}

function writeInfo(writer: BinaryWriter, name: string, shape: readonly (number | string)[] | undefined): void {
  text(writer, 1, name);
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      integer(tensor, 1, 1);
      if (!shape) return;
      message(tensor, 2, (own) => {
        for (const size of shape) {
          message(own, 1, (dim) => (typeof size === 'number' ? integer(dim, 1, size) : text(dim, 2, size)));
        }
      });
    }),
  );
}

/** The bytes of an `.onnx`. */
export function writeOnnx({ nodes, inputs, outputs, tensors = [], opset = 17 }: WrittenModel): Uint8Array {
  const writer = new BinaryWriter();
  integer(writer, 1, 8);
  message(writer, 7, (graph) => {
    for (const { op, name, inputs: read, outputs: made, attributes = {} } of nodes) {
      message(graph, 1, (node) => {
        for (const each of read) text(node, 1, each);
        for (const each of made) text(node, 2, each);
        if (name !== undefined) text(node, 3, name);
        text(node, 4, op);
        for (const [key, value] of Object.entries(attributes)) {
          message(node, 5, (attribute) => writeAttribute(attribute, key, value));
        }
      });
    }
    for (const tensor of tensors) message(graph, 5, (inner) => writeTensor(inner, tensor));
    for (const [name, shape] of Object.entries(inputs)) message(graph, 11, (info) => writeInfo(info, name, shape));
    for (const name of outputs) message(graph, 12, (info) => writeInfo(info, name, undefined));
  });
  message(writer, 8, (set) => integer(set, 2, opset));
  return writer.finish();
}
