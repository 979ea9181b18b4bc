import type { AveragePool2dAttributes } from '../../src/graph/attributes.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { averagePool2d } from '../../src/ops/average-pool2d.ts';
import type { maxPool2d } from '../../src/ops/max-pool2d.ts';
import { geometry, square, type Windowed } from './windowed.ts';

/** `rounding`: as legacy uint8 rounds means. */
export type Pooled = Windowed & Pick<AveragePool2dAttributes, 'rounding'>;

export function poolGraph(given: Pooled, op: typeof averagePool2d | typeof maxPool2d): Graph {
  const { shape, window = square(2), activation = 'none' } = given;
  const build = new GraphBuilder(op.type);
  const x = build.input('x', shape, quantizedBy(0.05, -7));
  const rounding = given.rounding && { rounding: given.rounding };
  const attributes = { ...geometry(given), window, activation, ...rounding };
  build.output(build.add(op, attributes, [x], { name: 'y', quantization: quantizedBy(0.05, -7) }));
  return build.build();
}
