import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { NHWC } from '../../src/graph/tensor.ts';
import { argMax } from '../../src/ops/arg-max.ts';
import type { OperatorCases } from '../support/operator-cases.ts';

export function argMaxGraph(
  shape: NHWC,
  of: 'max' | 'min' = 'max',
  from: 'i8' | 'u8' = 'i8',
  to: 'i32' | 'i64' = 'i32',
) {
  const build = new GraphBuilder(`arg ${of} ${from} to ${to}`);
  const x = build.input('x', shape, quantizedBy(0.05, 3), { dtype: from });
  build.output(build.add(argMax, { of }, [x], { name: 'y', dtype: to }));
  return build.build();
}

export const argMaxCases: OperatorCases = {
  op: argMax,
  tails: (c, w) => [argMaxGraph([1, 3, w, c], w % 2 ? 'max' : 'min', c % 2 ? 'i8' : 'u8', w > 1 ? 'i32' : 'i64')],
  rings: { 'arg-max': argMaxGraph([1, 30, 5, 7]), 'arg-min, 64 bits': argMaxGraph([1, 30, 5, 7], 'min', 'u8', 'i64') },
  hostile: [argMaxGraph([1, 3, 2, 5], 'max', 'i8', 'i64')],
};
