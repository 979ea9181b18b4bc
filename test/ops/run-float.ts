import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Op } from '../../src/graph/op.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { verify } from '../../src/graph/verify.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';

/** A shape and its values: the image as [h, w, c], constants as their op has them. */
export type Real = readonly [shape: readonly number[], values: readonly number[]];

/** A graph of one op on real values: the first is the image, the others are constants. */
export function runFloat<A>(op: Op<A>, attributes: A, image: Real, ...constants: readonly Real[]): number[] {
  const builder = new GraphBuilder();
  const [shape, values] = image;
  const ids = [
    builder.input('x', [1, ...shape] as unknown as NHWC, undefined, { dtype: 'f32' }),
    ...constants.map(([shape, data], i) => builder.constant(`c${i}`, shape, Float32Array.from(data))),
  ];
  builder.output(builder.add(op, attributes, ids, { dtype: 'f32' }));
  const graph = builder.build();
  verify(graph);
  return [...(evaluateFloat(graph)([Float32Array.from(values)])[0] as Float32Array)];
}
