import { elements, type Quantization, type TensorId } from '../../graph/tensor.ts';
import { type Layout, shapeOf } from './layout.ts';

/** A tensor of the graph, seen as the user's. */
export interface Activation {
  readonly kind: 'activation';
  readonly id: TensorId;
  readonly layout: Layout;
}

/** Values that are known on import, in the user's shape and order: weights, and the sizes and axes that operators take. */
export interface Constant {
  readonly kind: 'constant';
  readonly name: string;
  readonly shape: readonly number[];
  /** float32 where the values are real; doubles where they are whole numbers or truth values. */
  readonly data: Float32Array | Float64Array;
  /** The type of whole numbers in the file, where it is known: `uint8`. */
  readonly type?: string;
  /** How the file quantised it: `data` are the real values. `axis` is one of the user's. */
  readonly quantization?: Quantization & { readonly type: 'i8' | 'i32' };
}

/** What an operator takes or gives. */
export type Value = Activation | Constant;

export const shapeOfValue = (value: Value): readonly number[] =>
  value.kind === 'constant' ? value.shape : shapeOf(value.layout);

export const realConstant = (shape: readonly number[], data: Float32Array, name = 'constant'): Constant => ({
  kind: 'constant',
  name,
  shape,
  data,
});

export const integerConstant = (shape: readonly number[], data: ArrayLike<number>, name = 'constant'): Constant => ({
  kind: 'constant',
  name,
  shape,
  data: Float64Array.from(data),
});

export const scalar = (value: number): Constant => realConstant([], Float32Array.of(value));

export const isReal = ({ data }: Constant): boolean => data instanceof Float32Array;

/** Rows of strides: how far the next element of each axis is. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => elements(shape.slice(axis + 1)));
}
