import { type Generator, imageShape, options, quantized } from './generator.ts';
import { anyAxis, like } from './same.ts';

export const unpackGenerator: Generator = {
  operator: 'UNPACK',
  model(random) {
    const shape = imageShape(random);
    const [axis, given] = anyAxis(random, shape);
    const x = quantized(random, shape);
    const count = shape[axis] as number;
    const parts = Array.from({ length: count }, () =>
      like(
        x,
        shape.filter((_, i) => i !== axis),
      ),
    );
    const outputs = parts.map((_, i) => i + 1);
    return {
      tensors: [x, ...parts],
      operators: [
        {
          name: 'UNPACK',
          inputs: [0],
          outputs,
          ...options('UnpackOptions', [
            [0, 'int32', count],
            [1, 'int32', given],
          ]),
        },
      ],
      inputs: [0],
      outputs,
    };
  },
};
