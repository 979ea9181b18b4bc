import type { optionTypes } from '../../src/import/tflite/schema.ts';
import { type Generator, imageShape, oneOperator, options, quantized, type Random } from './generator.ts';

/** An operator of one 8-bit value: x and y have any scales and zero points, but for those that `output` gives y. */
export const functionGenerator = (
  operator: string,
  type: keyof typeof optionTypes,
  {
    types = ['int8', 'uint8'] as readonly ('int8' | 'uint8')[],
    output = {} as { readonly scale?: readonly number[]; readonly zeroPoint?: readonly number[] },
  } = {},
): Generator => ({
  operator,
  model(random: Random) {
    const shape = imageShape(random);
    const dtype = random.pick(types);
    const y = { ...quantized(random, shape, { type: dtype }), ...output };
    return oneOperator(operator, [quantized(random, shape, { type: dtype }), y], options(type));
  },
});
