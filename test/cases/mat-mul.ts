import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { matMul } from '../../src/ops/mat-mul.ts';
import { type OperatorCases, problems } from '../support/operator-cases.ts';

interface Sizes {
  readonly rows: number;
  readonly m: number;
  readonly depth: number;
  readonly n: number;
  /** The second matrix is one for all rows. */
  readonly one?: boolean;
  readonly yScale?: number;
}

export function matMulGraph({ rows, m, depth, n, one = false, yScale = 0.3 }: Sizes): Graph {
  const build = new GraphBuilder(`matMul${one ? ' by one matrix' : ''}`);
  const a = build.input('a', [1, rows, m, depth], quantizedBy(0.05, 3));
  const b = build.input('b', [1, one ? 1 : rows, n, depth], quantizedBy(0.02, -10), { perImage: !one });
  build.output(build.add(matMul, {}, [a, b], { name: 'y', quantization: quantizedBy(yScale, -5) }));
  return build.build();
}

const small = matMulGraph({ rows: 3, m: 2, depth: 5, n: 4 });
const byOne = matMulGraph({ rows: 3, m: 2, depth: 5, n: 4, one: true });

export const matMulCases: OperatorCases = {
  op: matMul,
  tails: (c, w) => [
    matMulGraph({ rows: 2, m: w, depth: c, n: 3 }),
    matMulGraph({ rows: 2, m: 2, depth: 9, n: c, one: true }),
  ],
  rings: {
    matMul: matMulGraph({ rows: 30, m: 3, depth: 11, n: 5 }),
    'matMul, by one matrix': matMulGraph({ rows: 30, m: 3, depth: 11, n: 5, one: true }),
  },
  hostile: [small, byOne],
  needs: { graphs: { 'of rows': small, 'by one matrix': byOne } },
  extremes: {
    'a multiplier of every size': () =>
      problems(...[-12, -6, -1, 0, 5, 12].map((e) => matMulGraph({ rows: 2, m: 3, depth: 17, n: 4, yScale: 2 ** e }))),
  },
  refused: [
    [{ shift: 31 }, small],
    [{ shift: -32 }, small],
    [{ rowKind2: 3 }, small],
    [{ x2: -1 }, small],
    [{ x: 1, x2: 0 }, small],
  ],
  rounded: matMulGraph({ rows: 1, m: 2, depth: 2, n: 2 }),
};
