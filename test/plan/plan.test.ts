import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { select } from '../../src/pack/select.ts';
import { type Plan, type PlanOptions, plan } from '../../src/plan/plan.ts';
import { conv, mean, relu, window } from '../support/fake-ops.ts';
import { checkPlan } from '../support/plan-checker.ts';
import { anyGraph } from '../support/random-graph.ts';
import { ringSchedule } from '../support/ring-schedule.ts';

const planOf = (graph: Graph, options?: PlanOptions): Plan => plan(graph, select(graph), options);
const same = { top: 1, left: 1, bottom: 1, right: 1 };

describe('a plan', () => {
  it('lets every step find what it reads, layer by layer', () => {
    fc.assert(fc.property(anyGraph, (graph) => checkPlan(graph, planOf(graph))));
  });

  it('lets every step find what it reads, in rings filled on demand', () => {
    fc.assert(fc.property(anyGraph, (graph) => checkPlan(graph, planOf(graph, ringSchedule(graph)))));
  });

  it('lets every step find what it reads, with inputs pushed row by row', () => {
    fc.assert(fc.property(anyGraph, (graph) => checkPlan(graph, planOf(graph, ringSchedule(graph, graph.inputs)))));
  });

  it('lets every step find what it reads, when everything is kept', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const kept = planOf(graph, { keep: 'all' });
        checkPlan(graph, kept);
        for (const { kind, first, last } of kept.buffers) {
          if (kind === 'activations') expect([first, last]).toEqual([0, Math.max(kept.steps.length - 1, 0)]);
        }
        const run = kept.stages.flatMap(({ node }) => (node < 0 ? [] : [node]));
        expect(new Set(run).size).toBe(graph.nodes.length);
      }),
    );
  });

  it('has the same figures and offsets each time', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        expect(JSON.stringify(planOf(graph))).toBe(JSON.stringify(planOf(graph))); // a span's rule is a new function each time
      }),
    );
  });

  it('adds up: the parts of the RAM figure, and none below what is in use', () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const { ram, ramBytes, liveBytes } = planOf(graph);
        expect(Object.values(ram).reduce((sum, bytes) => sum + bytes, 0)).toBe(ramBytes);
        expect(ramBytes - ram.unused).toBe(liveBytes);
        expect(ram.unused).toBeGreaterThanOrEqual(16);
      }),
    );
  });
});

/** in → 3×3 → 3×3 stride 2 → 1×1 → mean */
function chain(): Graph {
  const build = new GraphBuilder('chain');
  const quantization = quantizedBy(1, -128);
  const x = build.input('in', [1, 16, 16, 3], quantization);
  const a = build.add(conv, window({ window: 3, padding: same, channels: 8 }), [x], { name: 'a', quantization });
  const b = build.add(conv, window({ window: 3, stride: 2, padding: same, channels: 8 }), [a], {
    name: 'b',
    quantization,
  });
  const c = build.add(conv, window({ channels: 16 }), [b], { name: 'c', quantization });
  build.output(build.add(mean, null, [c], { name: 'y', quantization }));
  return build.build();
}

describe('rings', () => {
  it('need less than whole tensors', () => {
    expect(planOf(chain(), ringSchedule(chain())).ramBytes).toBeLessThan(planOf(chain()).ramBytes);
  });

  it('of one row less are refused, by name', () => {
    const graph = chain();
    const { schedule, capacities } = ringSchedule(graph);
    expect([...capacities.values()]).toEqual([3, 1, 8]); // the mean reads c whole
    for (const [id, rows] of capacities) {
      const tight = new Map([...capacities, [id, rows - 1]]);
      expect(() => planOf(graph, { schedule, capacities: tight })).toThrow(`"${graph.tensors[id]?.name}"`);
    }
  });

  it('of one row less than a plan has fail in the checker, whichever is shrunk', () => {
    fc.assert(
      fc.property(anyGraph, fc.nat(99), (graph, which) => {
        const good = planOf(graph, ringSchedule(graph));
        const read = new Set<TensorId>(good.stages.flatMap(({ x, x2 }) => [x, x2]));
        for (const id of graph.outputs) read.add(good.operandOf[id] as number);
        const wide = good.operands.flatMap(({ buffer, capacity }, i) =>
          buffer >= 0 && capacity > 1 && read.has(i) ? [i] : [],
        );
        const shrunk = wide[which % wide.length];
        fc.pre(shrunk !== undefined && !beyondNeed(graph, good, shrunk));
        const operands = good.operands.map((operand, i) => {
          return i === shrunk ? { ...operand, capacity: operand.capacity - 1 } : operand;
        });
        expect(() => checkPlan(graph, { ...good, operands })).toThrow();
      }),
    );
  });
});

/**
 * A graph input may have a last row that nothing reads, or be read so early that a pushed ring of it would do. Where there
 * are views or parts, rings are as large as copies of these would have wanted.
 */
function beyondNeed(graph: Graph, { operands, stages }: Plan, operand: number): boolean {
  const id = operands[operand]?.tensor as TensorId;
  const hasViews = graph.nodes.some((_, n) => !stages.some(({ node }) => node === n));
  return graph.inputs.includes(id) || hasViews;
}

describe('buffers', () => {
  it('are sized with the padding columns of the widest reader', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 4, 5, 2]);
    const wide = { top: 0, left: 2, bottom: 0, right: 1 };
    build.output(build.add(conv, window({ window: 3, padding: same }), [x]));
    build.output(build.add(conv, window({ window: 4, padding: wide }), [x]));
    const { operands } = planOf(build.build());
    expect(operands[0]).toMatchObject({ left: 2, right: 1, rowBytes: 16, origin: 4, pixelStride: 2, capacity: 4 });
  });

  it('hold one zero row for each zero point and row length, filled just before its first reader', () => {
    const build = new GraphBuilder();
    const quantization = quantizedBy(1, 7);
    const threes = window({ window: 3, padding: same, channels: 2 });
    const x = build.input('in', [1, 4, 5, 2], quantization);
    const a = build.add(conv, window({ channels: 2 }), [x], { name: 'pointwise', quantization });
    const b = build.add(conv, threes, [a], { name: 'first', quantization });
    const c = build.add(conv, threes, [b], { name: 'second', quantization: quantizedBy(1, 9) });
    build.output(build.add(conv, threes, [c], { name: 'third', quantization }));
    const planned = planOf(build.build());
    const order = planned.stages.map(({ node, zeroRow }) => [node, planned.operands[zeroRow]?.zeroPoint ?? null]);
    expect(order).toEqual([
      [0, null],
      [-1, null],
      [1, 7],
      [2, 7],
      [-1, null],
      [3, 9],
    ]);
    const rows = planned.buffers.filter(({ kind }) => kind === 'zeroRows');
    expect(rows.map(({ bytes, first, last }) => [bytes, first, last])).toEqual([
      [14, 1, 3],
      [14, 4, 5],
    ]);
    expect(planned.operands[planned.stages[1]?.y ?? 0]).toMatchObject({ height: 1, capacity: 1, width: 7, left: 0 });
  });

  it('have no zero row where windows stay inside', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 5, 5, 2]);
    build.output(build.add(conv, window({ window: 3 }), [x]));
    expect(planOf(build.build()).stages).toHaveLength(1);
  });

  it('of inputs that are given once are in use throughout and never taken over', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 4, 4, 4], undefined, { perImage: false });
    const a = build.add(relu, null, [x]);
    build.output(build.add(conv, window(), [a]));
    const { buffers, operands, operandOf } = planOf(build.build());
    expect(operands[operandOf[a] as number]?.buffer).not.toBe(operands[operandOf[x] as number]?.buffer);
    expect(buffers[0]).toMatchObject({ first: 0, last: 1 });
  });

  it('of scratch hold the row tables of the largest step and what the kernel asks for', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 10, 4, 4]);
    build.output(build.add(conv, window({ window: 3, stride: 2, padding: same }), [x]));
    const steps = [1, 3, 1].map((rows) => ({ node: 0, rows }));
    const { buffers, stages } = planOf(build.build(), { schedule: steps });
    // 3 rows: (3 − 1)·2 + 3 = 7 of x, 3 of y: 40 bytes, rounded to 48; the fake kernel wants 40 + rows.
    expect(buffers[stages[1]?.scratch ?? 0]?.bytes).toBe(48 + 43);
  });
});

describe('a schedule', () => {
  const graph = chain();

  it('that misses rows is refused', () => {
    const { schedule } = ringSchedule(graph);
    expect(() => planOf(graph, { schedule: schedule.slice(0, -1) })).toThrow('0 of 1 rows of "y" are made');
  });

  it('that reads rows not yet made is refused', () => {
    const early = [{ node: 1, rows: 1 }];
    expect(() => planOf(graph, { schedule: early })).toThrow('step 0, 1 rows of "b": row 0 of "a"');
  });

  it('whose step does not fit the ring is refused', () => {
    expect(() => planOf(graph, { capacities: new Map([[1, 3]]) })).toThrow('16 rows of "a": 16 are left and 3 fit');
  });
});

it('refuses a map too tall for a step before it walks over its rows', () => {
  const build = new GraphBuilder('tower');
  const x = build.input('x', [1, 2 ** 24, 1, 1], quantizedBy(1, 0));
  build.output(build.add(relu, null, [x], { name: 'y', quantization: quantizedBy(1, 0) }));
  const graph = build.build();
  expect(() => plan(graph, select(graph))).toThrow(
    'tower: node 0 Relu "y": "x" [1, 16777216, 1, 1] is too large: it has 16,777,216 rows (at most 65,535)',
  );
});
