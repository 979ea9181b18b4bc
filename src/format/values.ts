/** The array that holds the values of each type. */
interface ValuesByType {
  readonly i8: Int8Array;
  readonly u8: Uint8Array;
  readonly i16: Int16Array;
  readonly i32: Int32Array;
  readonly i64: BigInt64Array;
  readonly f32: Float32Array;
  readonly bool: Uint8Array;
}

/** A type whose values an array holds. JavaScript has no array of float16. */
export type ValueType = keyof ValuesByType;

/** The values of a tensor, row-major: of the given type, or of any. */
export type Values<Type extends ValueType = ValueType> = ValuesByType[Type];

/** Values that JavaScript computes with as numbers: all but 64-bit integers. */
export type Numbers = Exclude<Values, BigInt64Array>;

/** A constructor of such arrays. */
export interface ValuesArray<Type extends ValueType = ValueType> {
  new (length: number): Values<Type>;
  new (buffer: ArrayBufferLike): Values<Type>;
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
}

const arrays: { readonly [Type in ValueType]: ValuesArray<Type> } = {
  i8: Int8Array,
  u8: Uint8Array,
  i16: Int16Array,
  i32: Int32Array,
  i64: BigInt64Array,
  f32: Float32Array,
  bool: Uint8Array,
};

/** The array of a type's values; undefined for a type that no array holds. There is no other table from types to arrays. */
export function arrayOf<Type extends ValueType>(dtype: Type): ValuesArray<Type>;
export function arrayOf(dtype: string): ValuesArray | undefined;
export function arrayOf(dtype: string): ValuesArray | undefined {
  return Object.hasOwn(arrays, dtype) ? arrays[dtype as ValueType] : undefined;
}

/** The least and the greatest value of an integer array. */
export function integerRange(values: Values): readonly [min: bigint, max: bigint] {
  const bits = 8 * values.BYTES_PER_ELEMENT;
  if (values instanceof Uint8Array) return [0n, 255n];
  return [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n];
}

/** How many values one image of an input or output has. */
export const valuesPerImage = ({
  dtype,
  imageBytes,
}: {
  readonly dtype: ValueType;
  readonly imageBytes: number;
}): number => imageBytes / arrayOf(dtype).BYTES_PER_ELEMENT;
