import { describe, expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { select } from '../../src/pack/select.ts';
import { plan } from '../../src/plan/plan.ts';
import { add, conv, mean, relu, reshape, window } from '../support/fake-ops.ts';
import { checkPlan } from '../support/plan-checker.ts';
import { ringSchedule } from '../support/ring-schedule.ts';

const same = { top: 1, left: 1, bottom: 1, right: 1 };

/** Which tensors lie in the same memory as others, as names. */
function shared(graph: Graph, options = {}): string[] {
  const planned = plan(graph, select(graph), options);
  checkPlan(graph, planned);
  return planned.buffers.filter(({ name }) => name.includes(' = ')).map(({ name }) => name);
}

describe('a view', () => {
  it('costs nothing between whole tensors without padding columns', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 4, 4, 2]);
    const a = build.add(conv, window({ channels: 3 }), [x], { name: 'a' });
    const b = build.add(reshape, { shape: [1, 1, 1, 48] }, [a], { name: 'b' });
    build.output(build.add(conv, window({ channels: 2 }), [b], { name: 'y' }));
    expect(shared(build.build())).toEqual(['a = b']);
    expect(plan(build.build(), select(build.build())).stages).toHaveLength(2);
  });

  it('is a copy where a reader needs padding columns', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 1, 1, 32]);
    const a = build.add(conv, window({ channels: 32 }), [x], { name: 'a' });
    const b = build.add(reshape, { shape: [1, 4, 4, 2] }, [a], { name: 'b' });
    build.output(build.add(conv, window({ window: 3, padding: same }), [b], { name: 'y' }));
    expect(shared(build.build())).toEqual([]);
  });

  it('of a graph input takes the shape that its reader needs, since the host writes it row by row', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 1, 1, 490]);
    const a = build.add(reshape, { shape: [1, 49, 10, 1] }, [x], { name: 'a' });
    build.output(build.add(conv, window({ window: 3, padding: same }), [a], { name: 'y' }));
    const graph = build.build();
    expect(shared(graph)).toEqual(['in = a']);
    const { operands, operandOf } = plan(graph, select(graph));
    expect(operands[operandOf[x] as number]).toMatchObject({ height: 49, width: 10, channels: 1, left: 1, right: 1 });
  });

  it('of a view of a graph input reaches back to the host', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 1, 1, 32]);
    const a = build.add(reshape, { shape: [1, 2, 8, 2] }, [x], { name: 'a' });
    const b = build.add(reshape, { shape: [1, 4, 4, 2] }, [a], { name: 'b' });
    build.output(build.add(conv, window({ window: 3, padding: same }), [b], { name: 'y' }));
    expect(shared(build.build())).toEqual(['in = a = b']);
  });

  it('of a graph input with another reader, or another zero point, is a copy', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 1, 1, 32], quantizedBy(1, 3));
    const z = build.input('other', [1, 1, 1, 32], quantizedBy(1, 3));
    const a = build.add(reshape, { shape: [1, 4, 4, 2] }, [x], { name: 'a', quantization: quantizedBy(1, 3) });
    const b = build.add(reshape, { shape: [1, 4, 4, 2] }, [z], { name: 'b', quantization: quantizedBy(1, 4) });
    for (const id of [a, b]) build.output(build.add(conv, window({ window: 3, padding: same }), [id]));
    build.output(build.add(conv, window(), [x]));
    expect(shared(build.build())).toEqual([]);
  });
});

describe('memory is taken over', () => {
  /** in → a → [b →] sum, with a residual edge from a. */
  function residual(late: boolean, output = false): { graph: Graph; a: TensorId } {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 6, 6, 4]);
    const a = build.add(conv, window(), [x], { name: 'a' });
    const b = build.add(conv, window(), [a], { name: 'b' });
    const sum = build.add(add, null, [a, b], { name: 'sum' });
    build.output(late ? build.add(add, null, [sum, a], { name: 'late' }) : sum);
    if (output) build.output(a);
    return { graph: build.build(), a };
  }

  it('by a sum, from its first input that is read no more', () => {
    expect(shared(residual(false).graph)).toEqual(['a = sum']);
  });

  it('from the other input where the first is read later or is an output', () => {
    expect(shared(residual(true).graph)).toEqual(['b = sum = late']);
    expect(shared(residual(false, true).graph)).toEqual(['b = sum']);
  });

  it('row by row in rings, where the schedule allows', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 6, 6, 4]);
    const a = build.add(conv, window(), [x], { name: 'a' });
    const b = build.add(conv, window(), [a], { name: 'b' });
    const sum = build.add(add, null, [a, b], { name: 'sum' });
    build.output(build.add(conv, window(), [sum], { name: 'y' }));
    const graph = build.build();
    expect(shared(graph, ringSchedule(graph))).toEqual(['a = sum']);
  });

  it('through a chain of elementwise ops, from the graph input to the output', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 3, 3, 4]);
    const a = build.add(relu, null, [x], { name: 'a', quantization: quantizedBy(1, 5) });
    build.output(build.add(relu, null, [a], { name: 'y' }));
    expect(shared(build.build())).toEqual(['in = a = y']);
  });

  it('not where padding columns differ', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 3, 3, 4]);
    const a = build.add(relu, null, [x], { name: 'a' });
    build.output(build.add(conv, window({ window: 3, padding: same }), [a], { name: 'y' }));
    expect(shared(build.build())).toEqual([]);
  });

  it('not from a row that is broadcast, nor from a constant', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 3, 3, 4]);
    const row = build.constant('row', [1, 1, 1, 4], new Int8Array(4));
    const a = build.add(conv, window(), [x], { name: 'a' });
    const m = build.add(mean, null, [x], { name: 'm' });
    const one = build.add(reshape, { shape: [1, 1, 1, 4] }, [m], { name: 'one' });
    const b = build.add(add, null, [one, row], { name: 'b' });
    build.output(a);
    build.output(b);
    expect(shared(build.build())).toEqual(['m = one = b']);
  });

  it('not when everything is kept', () => {
    expect(shared(residual(false).graph, { keep: 'all' })).toEqual([]);
  });
});
