import { describe, expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { add, conv, denseConv, mean, part, relu, reshape, window } from '../support/fake-ops.ts';
import { memories, operandOf, planned, stages } from '../support/planned.ts';

const same = { top: 1, left: 1, bottom: 1, right: 1 };
const threes = window({ window: 3, padding: same });

/** in → a, split into p (2 channels) and q (3), and what reads them. */
function split(read: (build: GraphBuilder, parts: { a: number; p: number; q: number }) => void): Graph {
  const build = new GraphBuilder('split');
  const quantization = quantizedBy(1, -3);
  const x = build.input('in', [1, 6, 6, 4], quantization);
  const a = build.add(conv, window({ channels: 5 }), [x], { name: 'a', quantization });
  const p = build.add(part, { first: 0, channels: 2 }, [a], { name: 'p', quantization });
  const q = build.add(part, { first: 2, channels: 3 }, [a], { name: 'q', quantization });
  read(build, { a, p, q });
  return build.build();
}

const readBoth = (op: typeof conv) =>
  split((build, { p, q }) => {
    build.output(build.add(op, window(), [p], { name: 'y' }));
    build.output(build.add(op, window(), [q], { name: 'z' }));
  });

describe('a part of a tensor', () => {
  it('costs no stage and no byte', () => {
    const graph = readBoth(conv);
    const made = planned(graph);
    expect(stages(graph)).toEqual(['a', 'y', 'z']);
    expect(memories(made)).toEqual(['in', 'a ⊃ p ⊃ q', 'y', 'z']);
    expect(operandOf(graph, made, 'q')).toMatchObject({ channels: 3, pixelStride: 5, origin: 2, rowBytes: 30 });
    expect(made.buffers.find(({ name }) => name.startsWith('a'))).toMatchObject({ bytes: 6 * 30, last: 2 });
  });

  it('is a copy where a reader needs neighboring pixels', () => {
    expect(stages(readBoth(denseConv))).toEqual(['a', 'p', 'q', 'y', 'z']);
  });

  it('is a copy where the host reads it', () => {
    const graph = split((build, { p, q }) => {
      build.output(p);
      build.output(build.add(conv, window(), [q], { name: 'y' }));
    });
    expect(stages(graph)).toEqual(['a', 'p', 'y']);
  });

  it('is a copy of a ring, whose rows would go before they are read', () => {
    const graph = readBoth(conv);
    const byRows = Array.from({ length: 6 }, () => [0, 1, 2].map((node) => ({ node, rows: 1 }))).flat();
    const schedule = [...byRows, { node: 3, rows: 6 }, { node: 4, rows: 6 }];
    expect(stages(graph, { capacities: new Map([[1, 1]]), schedule })).toEqual(['a', 'p', 'q', 'y', 'z']);
  });

  it('is a tensor of its own where everything is kept', () => {
    const graph = readBoth(conv);
    expect(memories(planned(graph, { keep: 'all' }))).toEqual(['in', 'a', 'p', 'q', 'y', 'z']);
  });

  it('has its padding columns in the rows of the whole', () => {
    const graph = split((build, { a, p, q }) => {
      build.output(build.add(conv, threes, [p], { name: 'y' }));
      build.output(build.add(conv, window({ window: 5, padding: { ...same, left: 2 } }), [q], { name: 'z' }));
      build.output(build.add(conv, window(), [a], { name: 'whole' }));
    });
    const made = planned(graph);
    for (const name of ['a', 'p', 'q']) {
      expect(operandOf(graph, made, name)).toMatchObject({ left: 2, right: 1, rowBytes: 45, pixelStride: 5 });
    }
    expect(operandOf(graph, made, 'q')?.origin).toBe(2 * 5 + 2);
    expect(stages(graph)).toEqual(['a', 'y', 'z', 'whole']);
  });

  it('of a part is a part of the whole', () => {
    const graph = split((build, { q }) => {
      const r = build.add(part, { first: 1, channels: 2 }, [q], { name: 'r', quantization: quantizedBy(1, -3) });
      build.output(build.add(conv, threes, [r], { name: 'y' }));
    });
    const made = planned(graph);
    expect(stages(graph)).toEqual(['a', 'y']);
    expect(operandOf(graph, made, 'r')).toMatchObject({ channels: 2, origin: 5 + 3, left: 1, right: 1 });
  });

  it('of a graph input lies where the host wrote it', () => {
    const build = new GraphBuilder();
    const x = build.input('in', [1, 4, 4, 4], undefined, { perImage: false });
    const p = build.add(part, { first: 1, channels: 2 }, [x], { name: 'p' });
    build.output(build.add(conv, threes, [p], { name: 'y' }));
    expect(memories(planned(build.build()))).toEqual(['in ⊃ p', 'y']);
  });

  it('is copied by a reshape, whose elements do not lie side by side', () => {
    const graph = split((build, { q }) => {
      const flat = build.add(reshape, { shape: [1, 1, 1, 108] }, [q], {
        name: 'flat',
        quantization: quantizedBy(1, -3),
      });
      build.output(build.add(conv, window(), [flat], { name: 'y' }));
    });
    expect(stages(graph)).toEqual(['a', 'flat', 'y']);
  });
});

describe('memory with parts', () => {
  it('is not taken over by what reads a part of it, nor by what reads the whole while parts are still to be read', () => {
    const graph = split((build, { a, p, q }) => {
      const r = build.add(relu, null, [p], { name: 'r' });
      const s = build.add(relu, null, [a], { name: 's' });
      build.output(build.add(conv, window(), [r], { name: 'y' }));
      build.output(build.add(conv, window(), [s], { name: 'z' }));
      build.output(build.add(conv, window(), [q], { name: 'late' }));
    });
    expect(memories(planned(graph))).toEqual(['in', 'a ⊃ p ⊃ q', 'r', 's', 'y', 'z', 'late']);
  });

  it('is taken over once its parts are read', () => {
    const graph = split((build, { a, p, q }) => {
      build.output(build.add(conv, window(), [p], { name: 'y' }));
      build.output(build.add(conv, window(), [q], { name: 'z' }));
      build.output(build.add(conv, window(), [build.add(relu, null, [a], { name: 's' })], { name: 'late' }));
    });
    expect(memories(planned(graph))).toEqual(['in', 'a = s ⊃ p ⊃ q', 'y', 'z', 'late']);
  });

  it('is not taken over by a sum that broadcasts a part of the same row', () => {
    const build = new GraphBuilder();
    const m = build.add(mean, null, [build.input('in', [1, 4, 4, 4])], { name: 'm' });
    const p = build.add(part, { first: 0, channels: 1 }, [m], { name: 'p' });
    build.output(build.add(add, null, [m, p], { name: 'y' }));
    expect(memories(planned(build.build()))).toEqual(['in', 'm ⊃ p', 'y']);
  });

  it('of all its channels is the tensor itself, and may be taken over', () => {
    const build = new GraphBuilder();
    const a = build.add(conv, window(), [build.input('in', [1, 4, 4, 4])], { name: 'a' });
    const p = build.add(part, { first: 0, channels: 4 }, [a], { name: 'p' });
    build.output(build.add(relu, null, [p], { name: 'y' }));
    expect(memories(planned(build.build()))).toEqual(['in', 'a = p = y']);
  });
});
