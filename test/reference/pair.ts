import type { optionTypes } from '../../src/import/tflite/schema.ts';
import type { WriteTensor } from '../import/write-tflite.ts';
import { type Generator, imageShape, oneOperator, options, quantized, type Random } from './generator.ts';

/** Two shapes that numpy broadcasts to the third; either may be smaller, along any axes and with fewer of them. */
export function broadcastShapes(random: Random): readonly [a: number[], b: number[], y: number[]] {
  const y = imageShape(random);
  const smaller = (): number[] => y.map((size) => (random.once(3) ? 1 : size));
  const [whole, part] = [y, random.once(4) ? y : smaller()];
  const short = random.once(4) ? part.slice(part.findIndex((size) => size !== 1)) : part;
  if (random.once(4)) {
    const [one, other] = [smaller(), smaller()];
    return [one, other, y.map((_, i) => Math.max(one[i] ?? 1, other[i] ?? 1))];
  }
  return random.once(2) ? [whole, short, y] : [short, whole, y];
}

interface Choices {
  readonly types?: readonly ('int8' | 'uint8')[];
  /** All tensors have one scale and zero point. */
  readonly kept?: boolean;
  /** Numbers of fused activations, in field 0 of the options; empty: there is no such field. */
  readonly activations?: readonly number[];
}

/** An operator of two values, one of which may be a constant. */
export const pairGenerator = (
  operator: string,
  type: keyof typeof optionTypes,
  { types = ['int8', 'int8', 'int8', 'int8', 'int8', 'uint8'], kept, activations = [0, 0, 0, 1, 2, 3] }: Choices = {},
): Generator => ({
  operator,
  model(random) {
    const [a, b, y] = broadcastShapes(random);
    const constant = random.pick(['a', 'b', 'neither', 'neither']);
    const dtype = random.pick(types);
    // TFLite takes fewer axes for a constant and an activation alike; an activation keeps its batch axis here.
    const whole = (shape: number[]): number[] => [...new Array<number>(y.length - shape.length).fill(1), ...shape];
    const tensors = [
      quantized(random, constant === 'a' ? a : whole(a), { constant: constant === 'a', type: dtype }),
      quantized(random, constant === 'b' ? b : whole(b), { constant: constant === 'b', type: dtype }),
      quantized(random, y, { type: dtype }),
    ];
    const [{ scale = [], zeroPoint = [] }] = tensors as [WriteTensor];
    const given = kept ? tensors.map((tensor) => ({ ...tensor, scale, zeroPoint })) : tensors;
    const fields = activations.map((activation) => [0, 'int8', activation] as const);
    return oneOperator(operator, given, options(type, fields.length > 0 ? [random.pick(fields)] : []));
  },
});
