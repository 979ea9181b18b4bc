import { type Generator, imageShape, oneOperator, options, quantized } from './generator.ts';
import { like } from './same.ts';

export const packGenerator: Generator = {
  operator: 'PACK',
  model(random) {
    const shape = imageShape(random);
    const axis = random.integer(0, shape.length);
    const count = random.integer(1, 6);
    const x = quantized(random, shape);
    const inputs = Array.from({ length: count }, (_, i) =>
      i > 0 && random.once(5)
        ? { ...x, bytes: random.bytes(shape.reduce((all, size) => all * size, 1)) }
        : like(x, shape),
    );
    const y = like(x, [...shape.slice(0, axis), count, ...shape.slice(axis)]);
    const given = random.once(2) ? axis : axis - shape.length - 1;
    return oneOperator(
      'PACK',
      [...inputs, y],
      options('PackOptions', [
        [0, 'int32', count],
        [1, 'int32', given],
      ]),
    );
  },
};
