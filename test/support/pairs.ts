import type { Activation } from '../../src/graph/attributes.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { elements, type NHWC } from '../../src/graph/tensor.ts';
import type { add } from '../../src/ops/add.ts';
import type { mul } from '../../src/ops/mul.ts';
import type { sub } from '../../src/ops/sub.ts';
import { bytesOf } from './values.ts';

/** What the second input of an operator of two inputs is. */
export const seconds = [
  'equal',
  'row',
  'column',
  'rows',
  'columns',
  'map',
  'channel',
  'value',
  'constant row',
  'constant column',
  'constant map',
  'constant channel',
  'constant value',
  'constant',
] as const;
export type Second = (typeof seconds)[number];

export function pairGraph(
  op: typeof add | typeof mul | typeof sub,
  shape: NHWC,
  second: Second = 'equal',
  activation: Activation = 'none',
  yScale = 0.06,
): Graph {
  const build = new GraphBuilder(`${op.type}, ${second}`);
  const [, h, w, c] = shape;
  const a = build.input('a', shape, quantizedBy(0.05, 3));
  const sizes: Readonly<Record<string, NHWC>> = {
    row: [1, 1, w, c],
    column: [1, h, 1, c],
    rows: [1, h, 1, 1],
    columns: [1, 1, w, 1],
    map: [1, h, w, 1],
    channel: [1, 1, 1, c],
    value: [1, 1, 1, 1],
  };
  const size = sizes[second.replace('constant ', '')] ?? shape;
  const b = second.startsWith('constant')
    ? build.constant('b', size, bytesOf(7, elements(size)), quantizedBy(0.02, -10))
    : build.input('b', size, quantizedBy(0.02, -10), { perImage: size[1] === h });
  build.output(build.add(op, { activation }, [a, b], { name: 'y', quantization: quantizedBy(yScale, -5) }));
  return build.build();
}
