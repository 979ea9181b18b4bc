import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { verify } from '../../src/graph/verify.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import type { PlanOptions } from '../../src/plan/plan.ts';
import { loaded, raw, runOnce, tiers } from '../support/engine.ts';
import { checkPlan } from '../support/plan-checker.ts';
import { anyNetwork } from '../support/random-network.ts';
import { referenceModels } from '../support/reference-models.ts';
import { ringSchedule } from '../support/ring-schedule.ts';
import { describeShared } from '../support/shared-data.ts';
import { inputsOf } from '../support/values.ts';

const plans: [name: string, options: (graph: Graph) => PlanOptions][] = [
  ['layer by layer', () => ({})],
  ['in rings', ringSchedule],
  ['with everything kept', () => ({ keep: 'all' })],
];

describe.each(plans)('a network %s', (_, options) => {
  it('gives the bytes of the plain references, twice, on either tier', () => {
    fc.assert(
      fc.property(anyNetwork, (graph) => {
        verify(graph);
        const { bytes, plan } = compile(graph, options(graph));
        checkPlan(graph, plan);
        const inputs = inputsOf(graph);
        const expected = evaluate(graph, inputs).outputs.map(raw);
        for (const tier of tiers) {
          const engine = loaded(tier, bytes);
          expect(runOnce(engine, inputs)).toEqual(expected);
          expect(runOnce(engine, inputs)).toEqual(expected);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describeShared('the plan of a real model', (data) => {
  describe.each(referenceModels(data))('$id', ({ path, id }) => {
    it.each(plans)('%s holds every row that is read', (_, options) => {
      const graph = importModel(readFileSync(path), id);
      checkPlan(graph, compile(graph, options(graph)).plan);
    });
  });
});
