import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { loaded, raw, runOnce, tiers } from '../support/engine.ts';
import { inputsOf, orders, transposeConvGraph, transposeGraph } from '../support/problems.ts';

const upTo = (max: number) => fc.integer({ min: 1, max });

describe.each(tiers)('the %s engine equals the reference', (tier) => {
  const equal = (graph: Graph, seed: number): void => {
    const inputs = inputsOf(graph, seed);
    const expected = evaluate(graph, inputs).outputs.map((values) => raw(values));
    expect(runOnce(loaded(tier, compile(graph).bytes), inputs)).toEqual(expected);
  };

  it('on any order of axes of any sizes', () => {
    fc.assert(
      fc.property(upTo(20), upTo(20), upTo(40), fc.constantFrom(...orders), fc.nat(99), (h, w, c, order, seed) =>
        equal(transposeGraph([1, h, w, c], order), seed),
      ),
      { numRuns: 150 },
    );
  });

  it('on any transposed convolution, whatever of its result is kept', () => {
    const pair = (max: number) => fc.tuple(upTo(max), upTo(max));
    const problem = fc.record({
      seed: fc.nat(99),
      shape: fc.tuple(fc.constant(1 as const), upTo(5), upTo(7), upTo(19)),
      outputs: upTo(18),
      window: pair(5),
      stride: pair(4),
      crop: fc.tuple(fc.nat(3), fc.nat(3)),
      size: pair(17),
      activation: fc.constantFrom('none', 'relu', 'relu6', 'reluN1To1'),
      bias: fc.boolean(),
      weightsZero: fc.constantFrom(0, 0, -128, 5, 127),
    });
    fc.assert(
      fc.property(problem, (given) => equal(transposeConvGraph(given), given.seed)),
      { numRuns: 150 },
    );
  });
});
