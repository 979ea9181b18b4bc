import { int32Bytes, type WriteModel, type WriteTensor } from '../import/write-tflite.ts';
import { type Generator, imageShape, oneOperator, options, quantized, type Random } from './generator.ts';

export const integerTensor = (values: readonly number[], shape: readonly number[] = [values.length]): WriteTensor => ({
  shape,
  type: 'int32',
  bytes: int32Bytes(values),
});

/** A tensor of the type, scale and zero point of another. */
export const like = (tensor: WriteTensor, shape: readonly number[]): WriteTensor => {
  const { bytes: _, ...others } = tensor;
  return { ...others, shape };
};

/** What an operator that only moves elements makes of a shape. */
export interface Moved {
  readonly y: readonly number[];
  /** Its constant inputs behind x. */
  readonly constants?: readonly WriteTensor[];
  readonly fields?: Parameters<typeof options>[1];
}

/** An operator whose output has the scale of its input. */
export const movingGenerator = (
  operator: string,
  type: Parameters<typeof options>[0],
  move: (random: Random, shape: number[]) => Moved,
  ranks: readonly number[] = [2, 3, 4],
): Generator => ({
  operator,
  model(random): WriteModel {
    const shape = imageShape(random, ranks);
    const x = quantized(random, shape, { type: random.once(6) ? 'uint8' : 'int8' });
    const { y, constants = [], fields } = move(random, shape);
    return oneOperator(operator, [x, ...constants, like(x, y)], options(type, fields));
  },
});

/** An axis that is not the batch, and the same as a file may have it: counted from the end. */
export function anyAxis(random: Random, shape: readonly number[]): readonly [axis: number, given: number] {
  const axis = random.integer(1, shape.length - 1);
  return [axis, random.once(2) ? axis : axis - shape.length];
}
