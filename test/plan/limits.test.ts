import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { mostAnswerOperations } from '../../src/compiler/known-answer.ts';
import { LiteBlockError } from '../../src/format/errors.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { maxPool2d } from '../../src/ops/max-pool2d.ts';
import { relu } from '../../src/ops/relu.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { select } from '../../src/pack/select.ts';
import { mostNodes, mostRowsRead } from '../../src/plan/limits.ts';
import { plan } from '../../src/plan/plan.ts';

const quantization = quantizedBy(0.5, 0);
const clamp = { activation: 'relu' } as const;
type Shape = readonly [n: 1, h: number, w: number, c: number];

function clamps(count: number, shape: Shape = [1, 2, 2, 2]): Graph {
  const build = new GraphBuilder('clamps');
  let x = build.input('in', shape, quantization);
  for (let i = 0; i < count; i++) x = build.add(relu, clamp, [x], { name: `r${i}`, quantization });
  build.output(x);
  return build.build();
}

function pooled(rows: number, window: number): Graph {
  const build = new GraphBuilder('pooled');
  const x = build.input('in', [1, rows, 1, 1], quantization);
  const padding = { top: window >> 1, left: 0, bottom: window - 1 - (window >> 1), right: 0 };
  const attributes = { window: [window, 1], stride: [1, 1], dilation: [1, 1], padding, activation: 'none' } as const;
  build.output(build.add(maxPool2d, attributes, [x], { name: 'pool', quantization }));
  return build.build();
}

const planOf = (graph: Graph) => plan(graph, select(graph));

function failure(run: () => unknown): LiteBlockError {
  try {
    run();
  } catch (error) {
    if (error instanceof LiteBlockError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('the planner', () => {
  it('takes 400 nodes, and refuses more in words', () => {
    expect(planOf(clamps(mostNodes)).stages).toHaveLength(mostNodes);
    const { code, message } = failure(() => planOf(clamps(mostNodes + 1)));
    expect([code, message]).toEqual([
      'unsupported',
      'clamps: 401 nodes are too many to plan (at most 400): split the model',
    ]);
  });

  it('refuses more inputs of a graph than its files are for', () => {
    const build = new GraphBuilder('wide');
    for (let i = 0; i < 129; i++) build.input(`in${i}`, [1, 1, 1, 1], quantization);
    build.output(build.add(relu, clamp, [0], { quantization }));
    expect(failure(() => planOf(build.build())).message).toBe(
      'wide: 129 inputs are too many to plan (at most 128): split the model',
    );
  });

  it('refuses rows that windows read again and again, by node', () => {
    expect(planOf(pooled(65_535, 255)).stages).toHaveLength(1);
    const { message, problems } = failure(() => planOf(pooled(65_535, 257)));
    expect(65_535 * 257).toBeGreaterThan(mostRowsRead);
    expect(message).toContain('pooled: node 0 MaxPool2d "pool": it reads 16,842,495 rows');
    expect(problems).toMatchObject([{ node: 0, op: 'MaxPool2d', name: 'pool' }]);
  });

  it.each([
    [[1, 65_536, 1, 1], '65,536 rows (at most 65,535)'],
    [[1, 1, 1_048_577, 1], '1,048,577 columns (at most 1,048,576)'],
    [[1, 1, 1, 1_048_577], '1,048,577 channels (at most 1,048,576)'],
    [[1, 65_535, 1, 65_535], '4,294,836,225 elements (at most 536,870,912)'],
  ] as const)('refuses the shape [%s] by node', (shape, what) => {
    const { problems } = failure(() => planOf(clamps(1, shape as Shape)));
    expect(problems[0]).toMatchObject({ node: 0, op: 'Relu' });
    expect(problems[0]?.what).toContain(what);
  });

  it('copies a reshape whose rows have only bytes in common, and gives no memory to a replay of each', () => {
    const build = new GraphBuilder('odd');
    const shape = [1, 312, 65_521, 1] as const;
    const x = build.add(relu, clamp, [build.input('in', shape, quantization)], { name: 'x', quantization });
    const y = build.add(reshape, { shape: [1, 65_521, 312, 1] }, [x], { name: 'y', quantization });
    build.output(build.add(relu, clamp, [y], { name: 'z', quantization }));
    const { stages, buffers } = planOf(build.build());
    expect(stages).toHaveLength(3);
    const names = buffers.filter(({ kind }) => kind === 'activations').map(({ name }) => name);
    expect(names).toEqual(['in = x', 'y = z']);
  });
});

describe('compile', () => {
  const answering = (run: (graph: Graph, compiled?: Uint8Array) => void) => ({
    evaluate: (graph: Graph, compiled?: Uint8Array) => {
      run(graph, compiled);
      return (): Int8Array[] => [new Int8Array(8)];
    },
  });

  it('hands the compiled file to what runs it for its known answer', () => {
    const handed: (Uint8Array | undefined)[] = [];
    const { model, unanswered } = compile(
      clamps(1),
      answering((_, compiled) => handed.push(compiled)),
    );
    expect(handed).toEqual([compile(clamps(1)).bytes]);
    expect([model.digest !== undefined, unanswered]).toEqual([true, undefined]);
  });

  it('does not run what costs more, and says so', () => {
    const build = new GraphBuilder('pooled');
    const x = build.input('in', [1, 256, 256, 1], quantization);
    const padding = { top: 40, left: 40, bottom: 39, right: 39 };
    const attributes = { window: [80, 80], stride: [1, 1], dilation: [1, 1], padding, activation: 'none' } as const;
    build.output(build.add(maxPool2d, attributes, [x], { quantization }));
    const never = answering(() => expect.fail('it was run'));
    const { model, unanswered } = compile(build.build(), never);
    expect(model.digest).toBeUndefined();
    expect(unanswered).toMatch(/^it has no known answer for self-tests: a run takes 419,\d{3},\d{3} operations/);
  });

  it('does not run what needs more than 32 MiB', () => {
    const { model, unanswered } = compile(
      clamps(1, [1, 1024, 33_000, 1]),
      answering(() => expect.fail('it was run')),
    );
    expect(model.digest).toBeUndefined();
    expect(unanswered).toMatch(/^it has no known answer for self-tests: it needs 33,\d{3},\d{3} bytes of RAM/);
    expect(2 * 1024 * 33_000).toBeLessThan(mostAnswerOperations);
  });

  it('refuses more than a gigabyte of RAM unless more is allowed, by node', () => {
    const build = new GraphBuilder('huge');
    const shape = [1, 30_000, 14_000, 1] as const;
    const inputs = [0, 1, 2].map((i): TensorId => build.input(`in${i}`, shape, quantization));
    for (const x of inputs) build.output(build.add(relu, clamp, [x], { quantization }));
    const graph = build.build();
    const { code, message, problems } = failure(() => compile(graph));
    expect(code).toBe('ram-exceeded');
    expect(message).toMatch(/^huge: needs 12\d{8} bytes of RAM, the limit is 1073741824; .*node 0 Relu/);
    expect(problems).toMatchObject([{ node: 0, op: 'Relu' }]);
    expect(compile(graph, { ramBytes: 2 ** 31 }).model.ramBytes).toBeGreaterThan(2 ** 30);
    expect(() => compile(clamps(1), { ramBytes: 8 })).toThrow('the limit is 8');
  });
});
