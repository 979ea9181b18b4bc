import { describe, expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { add, conv, denseConv, join, part, relu, reshape, spillingConv, window } from '../support/fake-ops.ts';
import { memories, operandOf, planned, stages } from '../support/planned.ts';
import { ringSchedule } from '../support/ring-schedule.ts';

const same = { top: 1, left: 1, bottom: 1, right: 1 };
const quantization = quantizedBy(1, -3);

interface Joined {
  readonly build: GraphBuilder;
  readonly x: TensorId;
  readonly p: TensorId;
  readonly q: TensorId;
}

/** in → p (2 channels) and q (3); `rest` makes what reads them. */
function two(rest: (given: Joined) => void, ops: readonly [typeof conv, typeof conv] = [conv, conv]): Graph {
  const build = new GraphBuilder('joined');
  const x = build.input('in', [1, 6, 6, 4], quantization);
  const p = build.add(ops[0], window({ channels: 2 }), [x], { name: 'p', quantization });
  const q = build.add(ops[1], window({ channels: 3 }), [x], { name: 'q', quantization });
  rest({ build, x, p, q });
  return build.build();
}

const joined = ({ build }: Joined, inputs: readonly TensorId[], name = 'y'): TensorId =>
  build.add(join, null, inputs, { name, quantization });

const read = ({ build }: Joined, x: TensorId, name: string, op = conv): void =>
  build.output(build.add(op, window(), [x], { name }));

describe('a concatenation', () => {
  it('of what is made for it costs no stage and no byte', () => {
    const graph = two((given) => read(given, joined(given, [given.p, given.q]), 'z', denseConv));
    const made = planned(graph);
    expect(stages(graph)).toEqual(['p', 'q', 'z']);
    expect(memories(made)).toEqual(['in', 'y ⊃ p ⊃ q', 'z']);
    expect(operandOf(graph, made, 'q')).toMatchObject({ channels: 3, pixelStride: 5, origin: 2, rowBytes: 30 });
    expect(made.buffers.find(({ name }) => name.startsWith('y'))).toMatchObject({ bytes: 6 * 30, first: 0, last: 2 });
  });

  it('may be an output, and its parts may have other readers that take pixels apart', () => {
    const graph = two((given) => {
      read(given, given.p, 'early');
      given.build.output(joined(given, [given.p, given.q]));
    });
    expect(stages(graph)).toEqual(['p', 'q', 'early']);
  });

  it('copies the input that another reader needs dense, or that its kernel would spill over, and only that', () => {
    const dense = two((given) => {
      read(given, given.p, 'early', denseConv);
      read(given, joined(given, [given.p, given.q]), 'z');
    });
    expect(stages(dense)).toEqual(['p', 'q', 'early', 'y', 'z']);
    expect(memories(planned(dense))).toEqual(['in', 'p', 'y ⊃ q', 'early', 'z']);
    const spilling = two((given) => read(given, joined(given, [given.p, given.q]), 'z'), [conv, spillingConv]);
    expect(memories(planned(spilling))).toEqual(['in', 'y ⊃ p', 'q', 'z']);
  });

  it('copies what a host has: inputs, outputs and constants', () => {
    const graph = two((given) => {
      const constant = given.build.constant('one', [1, 6, 6, 1], new Int8Array(36));
      read(given, joined(given, [given.x, given.p, given.q, constant]), 'z');
      given.build.output(given.p);
    });
    expect(stages(graph)).toEqual(['p', 'q', 'y', 'y', 'y', 'z']);
    expect(memories(planned(graph))).toEqual(['in', 'p', 'y ⊃ q', 'z']);
  });

  it('copies an input that it has twice, and all from a view or a part', () => {
    const twice = two((given) => read(given, joined(given, [given.p, given.q, given.p]), 'z'));
    expect(stages(twice)).toEqual(['p', 'q', 'y', 'y', 'z']);
    const views = two((given) => {
      const r = given.build.add(reshape, { shape: [1, 6, 6, 2] }, [given.p], { name: 'r', quantization });
      const s = given.build.add(part, { first: 1, channels: 2 }, [given.q], { name: 's', quantization });
      read(given, joined(given, [r, s]), 'z');
    });
    expect(stages(views)).toEqual(['p', 'q', 'y', 'y', 'z']);
  });

  it('of a concatenation is one memory', () => {
    const graph = two((given) => {
      const y = joined(given, [given.p, given.q]);
      const r = given.build.add(conv, window({ channels: 1 }), [y], { name: 'r', quantization });
      read(given, joined(given, [y, r], 'yy'), 'z', denseConv);
    });
    const made = planned(graph);
    expect(stages(graph)).toEqual(['p', 'q', 'r', 'z']);
    expect(memories(made)).toEqual(['in', 'yy ⊃ p ⊃ q ⊃ y ⊃ r', 'z']);
    expect(operandOf(graph, made, 'q')).toMatchObject({ channels: 3, pixelStride: 6, origin: 2 });
    expect(operandOf(graph, made, 'y')).toMatchObject({ channels: 5, pixelStride: 6, origin: 0 });
  });

  it('of what another concatenation has already is copied', () => {
    const graph = two((given) => {
      read(given, joined(given, [given.p, given.q]), 'z');
      read(given, joined(given, [given.q, given.p], 'yy'), 'zz');
    });
    expect(stages(graph)).toEqual(['p', 'q', 'z', 'yy', 'yy', 'zz']);
  });

  it('has the padding columns that readers of its parts need', () => {
    const graph = two((given) => {
      const threes = window({ window: 3, padding: same });
      given.build.output(given.build.add(conv, threes, [given.p], { name: 'early' }));
      read(given, joined(given, [given.p, given.q]), 'z');
    });
    const made = planned(graph);
    expect(stages(graph)).toEqual(['p', 'q', 'early', 'z']);
    for (const name of ['p', 'q', 'y']) {
      expect(operandOf(graph, made, name)).toMatchObject({ left: 1, right: 1, rowBytes: 40, pixelStride: 5 });
    }
  });

  it('may be split again', () => {
    const graph = two((given) => {
      const y = joined(given, [given.p, given.q]);
      read(given, given.build.add(part, { first: 1, channels: 3 }, [y], { name: 's', quantization }), 'z');
    });
    expect(stages(graph)).toEqual(['p', 'q', 'z']);
    expect(memories(planned(graph))).toEqual(['in', 'y ⊃ p ⊃ q ⊃ s', 'z']);
  });

  it('in rings copies row by row', () => {
    const graph = two((given) => read(given, joined(given, [given.p, given.q]), 'z'));
    expect(stages(graph, ringSchedule(graph))).toEqual(['p', 'q', 'y', 'y', 'z']);
    expect(stages(graph, ringSchedule(graph, graph.inputs))).toEqual(['p', 'q', 'y', 'y', 'z']);
  });

  it('has a memory of its own, as its inputs have, where everything is kept', () => {
    const graph = two((given) => read(given, joined(given, [given.p, given.q]), 'z'));
    expect(memories(planned(graph, { keep: 'all' }))).toEqual(['in', 'p', 'q', 'y', 'z']);
  });
});

describe('memory of a concatenation', () => {
  it('is taken over once its parts are read, and not before', () => {
    const over = (late: boolean): Graph =>
      two((given) => {
        const y = joined(given, [given.p, given.q]);
        const s = given.build.add(relu, null, [y], { name: 's' });
        read(given, s, 'z');
        if (late) read(given, given.p, 'late');
      });
    expect(memories(planned(over(false)))).toEqual(['in', 'y = s ⊃ p ⊃ q', 'z']);
    expect(memories(planned(over(true)))).toEqual(['in', 'y ⊃ p ⊃ q', 's', 'z', 'late']);
  });

  it('is not taken over in part, since padding columns are those of the whole', () => {
    const graph = two((given) => {
      const { build, p, q } = given;
      const y = joined(given, [p, q]);
      read(given, y, 'z');
      const r = build.add(relu, null, [p], { name: 'r', quantization: quantizedBy(1, 5) });
      const t = build.add(relu, null, [q], { name: 't', quantization: quantizedBy(1, 5) });
      read(given, build.add(join, null, [r, t], { name: 'yy', quantization: quantizedBy(1, 5) }), 'zz');
    });
    expect(memories(planned(graph))).toEqual(['in', 'y ⊃ p ⊃ q', 'z', 'yy ⊃ r ⊃ t', 'zz']);
  });

  it('is not where a sum lies that takes over its input', () => {
    const graph = two((given) => {
      const a = given.build.add(conv, window({ channels: 2 }), [given.x], { name: 'a', quantization });
      const sum = given.build.add(add, null, [given.p, a], { name: 'sum', quantization });
      read(given, joined(given, [sum, given.q]), 'z');
    });
    expect(memories(planned(graph))).toEqual(['in', 'p', 'y ⊃ q ⊃ sum', 'a', 'z']);
  });
});

describe('a concatenation whose first part waits for long', () => {
  it('is copied where that saves more than a quarter of the RAM', () => {
    const waiting = (channels: number): Graph =>
      two((given) => {
        const { build, x, p } = given;
        const wide = (from: TensorId, count: number): TensorId =>
          build.add(conv, window({ channels: count }), [from], { quantization });
        const late = wide(wide(wide(x, channels), channels), channels);
        read(given, joined(given, [p, late]), 'z');
      });
    expect(stages(waiting(60)).filter((name) => name === 'y')).toHaveLength(2);
    expect(stages(waiting(3)).filter((name) => name === 'y')).toHaveLength(0);
  });
});
