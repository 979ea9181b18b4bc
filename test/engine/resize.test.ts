import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { loaded, raw, runOnce, tiers } from '../support/engine.ts';
import { bilinearGraph, bilinearWays, inputsOf, nearestGraph } from '../support/problems.ts';

const side = fc.integer({ min: 1, max: 12 });
const longer = fc.integer({ min: 1, max: 40 });

it('any size to any other, in every way, gives the bytes of the reference', () => {
  const problem = fc.record({
    shape: fc.tuple(fc.constant(1), side, side, fc.integer({ min: 1, max: 18 })),
    to: fc.tuple(longer, longer),
    way: fc.constantFrom(...bilinearWays),
    nearest: fc.boolean(),
    seed: fc.nat(1000),
    ends: fc.boolean(),
  });
  fc.assert(
    fc.property(problem, ({ shape, to, way, nearest, seed, ends }) => {
      const graph = (nearest ? nearestGraph : bilinearGraph)(shape, { to, ...way });
      // Only the ends of int8: sums of the largest size, and halves between them.
      const inputs = inputsOf(graph, seed).map((values) => values.map((q) => (ends ? (q < 0 ? -128 : 127) : q)));
      const expected = evaluate(graph, inputs).outputs.map(raw);
      const { bytes } = compile(graph);
      for (const tier of tiers) expect(runOnce(loaded(tier, bytes), inputs), tier).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
