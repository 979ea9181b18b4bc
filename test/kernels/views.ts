import type { Values } from '../../src/format/values.ts';
import type { Activation } from '../../src/graph/attributes.ts';
import type { Node, NodeView, PackContext } from '../../src/graph/op.ts';
import { type DType, elements, type Tensor } from '../../src/graph/tensor.ts';

interface Given {
  readonly dtype?: DType;
  readonly scale?: number | readonly number[];
  readonly zeroPoint?: number;
  readonly axis?: number;
  readonly data?: Values;
}

/** A tensor of scale 1 and zero point 0 unless told otherwise. */
export function tensor(name: string, shape: readonly number[], given: Given = {}): Tensor {
  const { dtype = 'i8', scale = 1, zeroPoint = 0, axis = 0, data } = given;
  const scales = (typeof scale === 'number' ? [scale] : [...scale]).map(Math.fround);
  const quantization = { scale: scales, zeroPoint: scales.map(() => zeroPoint), axis };
  return { name, dtype, shape, fileShape: shape, perImage: true, quantization, ...(data ? { data } : {}) };
}

/** int8 weights; `values` may be given as plain numbers. */
export const weightsOf = (
  shape: readonly number[],
  values: ArrayLike<number>,
  scale: number | readonly number[] = 1,
): Tensor =>
  tensor('weights', shape, { scale, data: Int8Array.from({ length: elements(shape) }, (_, i) => values[i] ?? 0) });

export const biasOf = (...values: readonly number[]): Tensor =>
  tensor('bias', [values.length], { dtype: 'i32', data: Int32Array.from(values) });

/** What a kernel is handed, without a graph. */
export function viewOf<A>(attributes: A, inputs: readonly (Tensor | undefined)[], output: Tensor): NodeView<A> {
  const node = { index: 0, name: 'node', op: {}, inputs: [], outputs: [], attributes } as unknown as Node<A>;
  return { node, attributes, inputs, outputs: [output] };
}

/** A data section that hands back what was put at an offset. */
export function dataSection(): PackContext & { at(offset: number | undefined): number[] } {
  const pieces: number[][] = [];
  return {
    data: (bytes) => pieces.push(Array.from(bytes as Int8Array)) - 1,
    at: (offset) => pieces[offset as number] as number[],
  };
}

export const window = (stride = 1, dilation = 1, padding = 0) => ({
  stride: [stride, stride] as const,
  dilation: [dilation, dilation] as const,
  padding: { top: padding, left: padding, bottom: padding, right: padding },
});

export const linear: { readonly activation: Activation; readonly scaleProduct: 'f64' } = {
  activation: 'none',
  scaleProduct: 'f64',
};
