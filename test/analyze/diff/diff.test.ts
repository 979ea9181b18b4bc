import { describe, expect, it } from 'vitest';
import { diff } from '../../../src/analyze/diff/diff.ts';
import type { Trace, Traced } from '../../../src/analyze/diff/trace.ts';
import type { Activation } from '../../../src/graph/attributes.ts';
import { GraphBuilder, quantizedBy } from '../../../src/graph/builder.ts';
import { type Graph, viewOf } from '../../../src/graph/graph.ts';
import type { TensorId } from '../../../src/graph/tensor.ts';
import { add } from '../../../src/ops/add.ts';
import { evaluate } from '../../../src/ops/evaluate.ts';
import { averagePool2dGraph } from '../../cases/average-pool2d.ts';
import { convGraph } from '../../cases/conv2d.ts';
import { depthwiseGraph } from '../../cases/depthwise-conv2d.ts';
import { fullyConnectedGraph } from '../../cases/fully-connected.ts';
import { meanGraph } from '../../cases/mean.ts';
import { padGraph } from '../../cases/pad.ts';
import { inputsOf } from '../../support/values.ts';
import { averagePoolGraph } from './graphs.ts';

const limits = { steps: 0, tolerance: 0 };

/** A run of the plain references. */
function traceOf(graph: Graph): Trace {
  const values = evaluate(graph, inputsOf(graph)).tensors;
  const traced = (id: TensorId): Traced => {
    const { name, shape } = graph.tensors[id] as Graph['tensors'][number];
    return { id, names: [name], shape, values: values.get(id) as Int8Array };
  };
  return {
    graph,
    tensors: [
      ...graph.inputs.map((id): Traced => ({ ...traced(id), input: true })),
      ...graph.nodes.map(({ index, op, name, outputs }) => ({
        ...traced(outputs[0] as TensorId),
        maker: { index, op: op.type, name },
      })),
    ],
  };
}

/** The rules that explain what the graph `other` does, which is not part of what they see. */
function rulesOf(graph: Graph, other: Graph): string[] {
  const { graph: _, ...dumps } = traceOf(other);
  const { first } = diff(traceOf(graph), dumps, limits);
  return first?.verdict.kind === 'rule'
    ? first.verdict.rules.map(({ rule }) => rule)
    : [first?.verdict.kind ?? 'equal'];
}

/** The same with other attributes or tensors. */
const changed = (
  graph: Graph,
  node: object,
  tensors: (tensor: Graph['tensors'][number]) => Graph['tensors'][number] = (tensor) => tensor,
): Graph => ({
  ...graph,
  tensors: graph.tensors.map(tensors),
  nodes: graph.nodes.map((each) => ({ ...each, attributes: { ...(each.attributes as object), ...node } })),
});

const around = { top: 1, left: 1, bottom: 1, right: 1 };
const same = { top: 0, left: 0, bottom: 1, right: 1 };
const wide = { shape: [1, 8, 8, 3], padding: same, stride: [2, 2] } as const;

describe('every op is explained by its own reference', () => {
  it.each<[string, Graph, Graph, string]>([
    ['a convolution that begins elsewhere', convGraph(wide), changed(convGraph(wide), { padding: around }), 'padding'],
    ['a depthwise one', depthwiseGraph(wide), changed(depthwiseGraph(wide), { padding: around }), 'padding'],
    [
      'a pool',
      averagePool2dGraph({ ...wide, window: [3, 3] }),
      changed(averagePool2dGraph({ ...wide, window: [3, 3] }), { padding: around }),
      'padding',
    ],
    [
      'a clamp',
      convGraph({ shape: [1, 5, 5, 2], activation: 'relu6' }),
      convGraph({ shape: [1, 5, 5, 2], activation: 'none', yZeroPoint: 3 }),
      'activation',
    ],
    [
      'no bias',
      fullyConnectedGraph({ shape: [1, 1, 1, 9] }),
      fullyConnectedGraph({ shape: [1, 1, 1, 9], bias: false }),
      'bias',
    ],
    [
      'a zero point',
      meanGraph([1, 4, 4, 3], 'hw'),
      changed(meanGraph([1, 4, 4, 3], 'hw'), {}, (tensor) =>
        tensor.name === 'x' ? { ...tensor, quantization: quantizedBy(0.05, -6) } : tensor,
      ),
      'zero point',
    ],
    [
      'a frame of raw 0',
      padGraph([1, 4, 4, 3], [1, 1, 0], [1, 1, 0]),
      changed(padGraph([1, 4, 4, 3], [1, 1, 0], [1, 1, 0]), {}, (tensor) => ({
        ...tensor,
        quantization: quantizedBy(0.05, 0),
      })),
      'padding',
    ],
    ['a border that counts in a mean', averagePoolGraph(), averagePoolGraph(true), 'padding'],
  ])('%s', (_, graph, other, rule) => {
    expect(rulesOf(graph, other)[0]).toBe(rule);
    expect(rulesOf(graph, graph)).toEqual(['equal']);
  });

  it('weights in another order of axes', () => {
    const graph = convGraph({ shape: [1, 6, 6, 4], outputs: 5 });
    const weights = graph.tensors.find(({ name }) => name === 'w')?.data as Int8Array;
    // OIHW read as OHWI
    const data = weights.map((_, at) => {
      const [o, rest] = [Math.floor(at / 36), at % 36];
      const [i, tap] = [Math.floor(rest / 9), rest % 9];
      return weights[o * 36 + tap * 4 + i] as number;
    });
    const other = changed(graph, {}, (tensor) => (tensor.name === 'w' ? { ...tensor, data } : tensor));
    expect(rulesOf(graph, other)).toEqual(['layout']);
  });
});

function sumGraph(activation: Activation = 'none'): Graph {
  const build = new GraphBuilder('sum');
  const x = build.input('x', [1, 4, 4, 2], quantizedBy(0.05, 3));
  const first = build.add(add, { activation }, [x, x], { name: 'first', quantization: quantizedBy(0.1, 3) });
  build.output(build.add(add, { activation }, [first, x], { name: 'second', quantization: quantizedBy(0.06, -2) }));
  return build.build();
}

describe('dumps', () => {
  it('that a later layer wrote over are left out, and named', () => {
    const trace = traceOf(sumGraph());
    const [x, first, second] = trace.tensors as [Traced, Traced, Traced];
    const dumps = { tensors: [x, { ...first, values: second.values }, second] };
    const result = diff(trace, dumps, limits);
    expect(result.equal).toBe(true);
    expect(result.compared.map(({ overwrittenBy }) => overwrittenBy)).toEqual([undefined, 'second', undefined]);
  });

  it('of another size are a difference of their own', () => {
    const trace = traceOf(sumGraph());
    const [x, first] = trace.tensors as [Traced, Traced];
    const { first: found } = diff(
      trace,
      { tensors: [x, { ...first, shape: [1, 2, 4, 2], values: new Int8Array(16) }] },
      limits,
    );
    expect(found).toMatchObject({ name: 'first', misshapen: true, verdict: { kind: 'none' } });
  });

  it('a difference that comes of earlier ones within the limit is inherited', () => {
    const graph = sumGraph();
    const trace = traceOf(graph);
    const [x, first, second] = trace.tensors as [Traced, Traced, Traced];
    const moved = (first.values as Int8Array).map((q) => Math.min(q + 2, 127));
    const node = graph.nodes[1] as Graph['nodes'][number];
    const values = new Int8Array(32);
    node.op.reference(viewOf(graph, node), [moved, x.values], [values]);
    const dumps = { tensors: [x, { ...first, values: moved }, { ...second, values }] };
    expect(diff(trace, dumps, { steps: 1, tolerance: 0 }).first?.name).toBe('first');
    const { first: found } = diff(trace, dumps, { steps: 2, tolerance: 0 });
    expect(found).toMatchObject({ name: 'second', verdict: { kind: 'inherited' } });
  });
});
