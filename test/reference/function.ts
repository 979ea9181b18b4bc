import type { optionTypes } from '../../src/import/tflite/schema.ts';
import type { WriteOperator, WriteTensor } from '../import/write-tflite.ts';
import { type Generator, imageShape, oneOperator, options, quantized, type Random } from './generator.ts';

interface Choices {
  readonly types?: readonly ('int8' | 'uint8')[];
  readonly inputScales?: readonly [least: number, most: number];
  /** What x and y have in place of random values. */
  readonly input?: Partial<WriteTensor>;
  readonly output?: Partial<WriteTensor>;
  readonly fields?: (random: Random) => WriteOperator['options'];
}

/** An operator of one 8-bit value: x and y have any scales and zero points, but for what is given. */
export const functionGenerator = (
  operator: string,
  type: keyof typeof optionTypes,
  { types = ['int8', 'uint8'], inputScales, input, output, fields = () => [] }: Choices = {},
): Generator => ({
  operator,
  model(random: Random) {
    const shape = imageShape(random);
    const dtype = random.pick(types);
    const y = { ...quantized(random, shape, { type: dtype }), ...output };
    const x = { ...quantized(random, shape, { type: dtype, ...(inputScales && { scales: inputScales }) }), ...input };
    return oneOperator(operator, [x, y], options(type, fields(random)));
  },
});
