import type { Numbers, Values } from '../../src/format/values.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Op } from '../../src/graph/op.ts';
import type { DType, NHWC, Quantization, Tensor } from '../../src/graph/tensor.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { tensor, viewOf } from '../kernels/views.ts';

/** An int8 map of the given values. */
export const map = (
  [h, w, c]: readonly [h: number, w: number, c: number],
  values: ArrayLike<number>,
  given: { readonly scale?: number; readonly zeroPoint?: number } = {},
): Tensor => tensor('x', [1, h, w, c], { ...given, data: Int8Array.from(values) });

/** 1, 2, 3 … n. */
export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

/** Every int8 value from −128, as pixels of one channel. */
export const everyByte = (given: { readonly scale?: number; readonly zeroPoint?: number } = {}): Tensor =>
  map(
    [1, 256, 1],
    upTo(256).map((n) => n - 129),
    given,
  );

export interface Result {
  readonly dtype?: DType;
  readonly scale?: number;
  readonly zeroPoint?: number;
}

/** What a graph of one op makes of tensors with data: the first is the image, the others are constants. */
export function valuesByReference<A>(
  op: Op<A>,
  attributes: A,
  inputs: readonly Tensor[],
  { dtype = 'i8', scale = 1, zeroPoint = 0 }: Result = {},
): Values {
  const builder = new GraphBuilder();
  const [x, ...constants] = inputs as [Tensor, ...Tensor[]];
  const ids = [
    builder.input('x', x.shape as unknown as NHWC, x.quantization, { dtype: x.dtype }),
    ...constants.map(({ name, shape, data, quantization }) =>
      builder.constant(name, shape, data as Values, quantization),
    ),
  ];
  const quantization: Quantization = { scale: [Math.fround(scale)], zeroPoint: [zeroPoint], axis: 0 };
  builder.output(builder.add(op, attributes, ids, { dtype, quantization }));
  return evaluate(builder.build(), [x.data as Values]).outputs[0] as Values;
}

/** The same as numbers, for ops that make no 64-bit integers. */
export const runReference = <A>(op: Op<A>, attributes: A, inputs: readonly Tensor[], result: Result = {}): number[] => [
  ...(valuesByReference(op, attributes, inputs, result) as Numbers),
];

/** A view whose output has the shape that the op gives it. */
export const opView = <A>(op: Op<A>, attributes: A, inputs: readonly (Tensor | undefined)[]) =>
  viewOf(attributes, inputs, tensor('y', op.outputShapes(inputs, attributes)[0] as readonly number[]));
