import type { Activation, AddAttributes } from '../../src/graph/attributes.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { Op } from '../../src/graph/op.ts';
import { elements, type NHWC } from '../../src/graph/tensor.ts';
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
  op: Op<AddAttributes>,
  shape: NHWC,
  second: Second = 'equal',
  activation: Activation = 'none',
  yScale = 0.06,
): Graph {
  const build = new GraphBuilder(`${op.type}, ${second}`);
  const [, h, w, c] = shape;
  const first = quantizedBy(0.05, 3);
  const isKept = op.operands.inputs[1]?.sameAs !== undefined;
  const other = isKept ? first : quantizedBy(0.02, -10);
  const a = build.input('a', shape, first);
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
    ? build.constant('b', size, bytesOf(7, elements(size)), other)
    : build.input('b', size, other, { perImage: size[1] === h });
  build.output(
    build.add(op, { activation }, [a, b], { name: 'y', quantization: isKept ? first : quantizedBy(yScale, -5) }),
  );
  return build.build();
}
