/**
 * The fields of ONNX's messages that are read, by their numbers in onnx.proto (onnx 1.23, IR version 13), which never change.
 */
export const modelFields = { irVersion: 1, graph: 7, opsetImport: 8, functions: 25 } as const;

export const opsetFields = { domain: 1, version: 2 } as const;

export const graphFields = {
  node: 1,
  initializer: 5,
  input: 11,
  output: 12,
  valueInfo: 13,
  sparseInitializer: 15,
} as const;

export const nodeFields = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 } as const;

export const attributeFields = {
  name: 1,
  f: 2,
  i: 3,
  s: 4,
  t: 5,
  g: 6,
  floats: 7,
  ints: 8,
  strings: 9,
  type: 20,
} as const;

/** AttributeProto.AttributeType. */
export const attributeTypes = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 } as const;

export const tensorFields = {
  dims: 1,
  dataType: 2,
  floatData: 4,
  int32Data: 5,
  stringData: 6,
  int64Data: 7,
  name: 8,
  rawData: 9,
  doubleData: 10,
  uint64Data: 11,
  externalData: 13,
  dataLocation: 14,
} as const;

export const entryFields = { key: 1, value: 2 } as const;

export const valueInfoFields = { name: 1, type: 2 } as const;

/** TypeProto: tensors alone. */
export const typeFields = { tensor: 1 } as const;

export const tensorTypeFields = { elementType: 1, shape: 2 } as const;

export const shapeFields = { dim: 1 } as const;

export const dimensionFields = { value: 1, parameter: 2 } as const;

/** TensorProto.DataType: the type of elements by its number. */
export const dataTypes: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  12: 'uint32',
  13: 'uint64',
  14: 'complex64',
  15: 'complex128',
  16: 'bfloat16',
  17: 'float8e4m3fn',
  18: 'float8e4m3fnuz',
  19: 'float8e5m2',
  20: 'float8e5m2fnuz',
  21: 'uint4',
  22: 'int4',
  23: 'float4e2m1',
};

export const dataTypeOf = (number: number | undefined): string => {
  const name = number === undefined ? undefined : dataTypes[number];
  return name ?? `type ${number ?? 0}`;
};
