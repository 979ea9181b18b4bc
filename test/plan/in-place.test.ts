import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import { select } from '../../src/pack/select.ts';
import { withOverwriting } from '../../src/plan/in-place.ts';
import { withViews } from '../../src/plan/layout.ts';
import { partsOf } from '../../src/plan/parts.ts';
import { placesOf } from '../../src/plan/places.ts';
import { readsOf } from '../../src/plan/reads.ts';
import { replay } from '../../src/plan/replay.ts';
import { ringsOf } from '../../src/plan/rings.ts';
import { layerByLayer } from '../../src/plan/schedule.ts';
import { anyGraph } from '../support/random-graph.ts';
import { anyNetwork } from '../support/random-network.ts';

/** The memories by a replay for each output, and by first and last uses. */
function bothWays(graph: Graph) {
  const kernels = select(graph);
  const reads = readsOf(graph, kernels);
  const parts = partsOf(graph, kernels);
  const places = placesOf(graph, kernels, parts);
  const layout = withViews(graph, ringsOf(graph, reads, parts, places), parts, places);
  const steps = layerByLayer(graph, layout);
  return {
    replayed: withOverwriting(graph, reads, layout, steps),
    inOrder: withOverwriting(graph, reads, layout, steps, true),
    faultless: replay(graph, reads, layout, steps) === undefined,
  };
}

it('says of nodes in order what a replay of the schedule for each output says', () => {
  let shared = 0;
  fc.assert(
    fc.property(fc.oneof(anyGraph, anyNetwork), (graph) => {
      const { replayed, inOrder, faultless } = bothWays(graph);
      expect(faultless).toBe(true);
      expect(inOrder.memory).toEqual(replayed.memory);
      shared += inOrder.memory.filter((at, id) => at !== id).length;
    }),
    { numRuns: 600 },
  );
  expect(shared).toBeGreaterThan(100);
});
