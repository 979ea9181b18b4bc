import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { relu } from '../../src/ops/relu.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { sub } from '../../src/ops/sub.ts';
import { builds, loaded, raw, runOnce } from '../support/engine.ts';
import { checkPlan } from '../support/plan-checker.ts';
import { streamGraph } from '../support/stream-graph.ts';

const quantization = quantizedBy(0.5, 0);
const shape = [1, 1, 1, 8] as const;

/** A graph whose variables a, b … become what `next` makes of their values and the input. */
function graphOf(
  count: number,
  next: (build: GraphBuilder, values: readonly number[], x: number) => readonly number[],
): Graph {
  const build = new GraphBuilder('variables');
  const x = build.input('x', shape, quantization);
  const values = Array.from({ length: count }, (_, i) =>
    build.tensor({ name: `v${i}`, dtype: 'i8', shape, fileShape: shape, perImage: true, quantization }),
  );
  const copy = (id: number): number => build.add(reshape, { shape }, [id], { quantization });
  const made = next(build, values, x);
  // What one becomes and another one was is copied first, as importers do.
  const ready = made.map((id) => (values.includes(id) ? copy(id) : id));
  values.forEach((value, i) => {
    const initial = Int8Array.from({ length: 8 }, (_, c) => 10 * i + c);
    build.variable({ name: `v${i}`, value, next: copy(ready[i] as number), initial });
  });
  return build.build();
}

const difference = (build: GraphBuilder, a: number, b: number): number =>
  build.add(sub, { activation: 'none' }, [a, b], { quantization });

const graphs: [what: string, Graph][] = [
  [
    'is written over by what still reads it row by row',
    graphOf(1, (build, [v], x) => {
      const y = difference(build, x, v as number);
      build.output(y);
      return [y];
    }),
  ],
  [
    'is read again after what it becomes is made',
    graphOf(1, (build, [v], x) => {
      const y = difference(build, x, v as number);
      build.output(difference(build, y, v as number));
      return [y];
    }),
  ],
  [
    'becomes the input, and what another one was',
    graphOf(3, (build, [a, b, c], x) => {
      build.output(difference(build, difference(build, a as number, b as number), c as number));
      return [x, a as number, b as number];
    }),
  ],
  [
    'changes places with another one',
    graphOf(2, (build, [a, b], x) => {
      build.output(difference(build, difference(build, x, a as number), b as number));
      return [b as number, a as number];
    }),
  ],
  [
    'becomes an output that hosts read',
    graphOf(2, (build, [a, b], x) => {
      const y = build.add(relu, { activation: 'relu' }, [difference(build, x, a as number)], { quantization });
      build.output(y);
      build.output(difference(build, y, b as number));
      return [y, b as number];
    }),
  ],
];

describe.each(graphs)('a variable that %s', (_, graph) => {
  const frames = Array.from({ length: 5 }, (__, i) => Int8Array.from({ length: 8 }, (___, c) => 7 * i - 3 * c));

  it('is planned so that each reader finds it', () => {
    checkPlan(graph, compile(graph).plan);
    checkPlan(graph, compile(graph, { keep: 'all' }).plan);
  });

  it.each(builds)('has the values of the plain references, frame after frame, on the %s engine', (build) => {
    for (const options of [{}, { keep: 'all' }] as const) {
      const instance = loaded(build, compile(graph, options).bytes);
      const run = evaluateQuantized(graph);
      for (const frame of frames) {
        const wanted = run([frame]).map((values) => new Uint8Array(raw(values as Int8Array)));
        expect(runOnce(instance, [frame])).toEqual(wanted);
      }
    }
  });
});

it('counts variables as state, and copies nothing where a stage can make them in place', () => {
  const { plan } = compile(streamGraph({ kept: 8, given: 2, width: 4, channels: 8 }));
  expect(plan.ram.state).toBe(8 * 4 * 8 + 4 * plan.stages.length);
  const inState = plan.operands.filter(({ buffer }) => plan.buffers[buffer]?.name.startsWith('before'));
  expect(new Set(inState.map(({ height }) => height))).toEqual(new Set([1, 8]));
  // The rows that were kept and those that are given are copied into y, and the last ones back.
  expect(plan.stages.map(({ node }) => node)).toHaveLength(3);
});

it('keeps a variable whole, whatever capacity is given for it', () => {
  const graph = streamGraph();
  const [variable] = graph.variables ?? [];
  const capacities = new Map([[variable?.value as number, 1]]);
  checkPlan(graph, compile(graph, { capacities }).plan);
});
