import { it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { select } from '../../src/pack/select.ts';
import { plan } from '../../src/plan/plan.ts';
import { printPlan } from '../../src/plan/print.ts';
import { add, conv, mean, reshape, window } from '../support/fake-ops.ts';
import { expectGolden } from '../support/golden.ts';
import { ringSchedule } from '../support/ring-schedule.ts';

/** Stem, one inverted residual, pooling and a classifier that reads a reshape. */
function network(): Graph {
  const build = new GraphBuilder('network');
  const quantization = quantizedBy(1, -128);
  const threes = { window: 3, padding: { top: 1, left: 1, bottom: 1, right: 1 } };
  const x = build.input('image', [1, 16, 16, 3], quantization);
  const layer = (name: string, from: number, given: Parameters<typeof window>[0]) =>
    build.add(conv, window(given), [from], { name, quantization });
  const stem = layer('stem', x, { ...threes, stride: 2, channels: 8 });
  const expand = layer('expand', stem, { channels: 24 });
  const depthwise = layer('depthwise', expand, { ...threes, channels: 24 });
  const project = layer('project', depthwise, { channels: 8 });
  const sum = build.add(add, null, [stem, project], { name: 'sum', quantization });
  const pooled = build.add(mean, null, [sum], { name: 'mean', quantization });
  const flat = build.add(reshape, { shape: [1, 1, 1, 8] }, [pooled], { name: 'flat', quantization });
  build.output(layer('logits', flat, { channels: 10 }));
  return build.build();
}

it('prints the arena of a plan layer by layer and of one in rings', () => {
  const graph = network();
  const kernels = select(graph);
  expectGolden('plan/layer-by-layer.txt', printPlan(plan(graph, kernels)));
  expectGolden('plan/rings.txt', printPlan(plan(graph, kernels, ringSchedule(graph))));
});
