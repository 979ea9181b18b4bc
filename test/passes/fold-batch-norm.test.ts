import { expect, it } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { noPadding } from '../../src/graph/tensor.ts';
import { batchNorm } from '../../src/ops/batch-norm.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { foldBatchNorm } from '../../src/passes/fold-batch-norm.ts';
import { fuseActivation } from '../../src/passes/fuse-activation.ts';
import { lower } from '../../src/passes/lower.ts';
import { removeDead } from '../../src/passes/remove-dead.ts';
import { refusal } from '../import/refusal.ts';
import { type FloatNetwork, floatNetwork } from '../support/float-network.ts';
import { difference, opsOf, valuesOf, verified } from './outcome.ts';

const pointwise = {
  stride: [1, 1],
  dilation: [1, 1],
  padding: noPadding,
  groups: 1,
  activation: 'none',
  scaleProduct: 'f64',
} as const;

/** A 1×1 convolution of one channel, x · weight + bias. */
function line(net: FloatNetwork, x: TensorId, weight: number, bias?: number): TensorId {
  const w = net.constant('w', [1, 1, 1, 1], 0, 0, [weight]);
  const b = bias === undefined ? -1 : net.constant('b', [1], 0, 0, [bias]);
  return net.adopt(net.build.add(conv2d, pointwise, [x, w, b], { name: 'line', dtype: 'f32' }));
}

const one = { weight: [2], bias: [0.5], mean: [1], variance: [0.5], eps: 0.5 };

it('computes by hand: weight · 2, and (bias − 1) · 2 + 0.5', () => {
  const net = floatNetwork();
  const graph = net.graph(net.batchNorm(line(net, net.input([1, 1, 1, 1]), 3, 0.25), one));
  const folded = removeDead(verified(foldBatchNorm, graph));
  expect(opsOf(folded)).toEqual(['Conv2d']);
  expect(folded.tensors.map(({ name, data }) => [name, data && [...data]])).toEqual([
    ['x', undefined],
    ['0', undefined],
    ['w', [6]],
    ['b', [-1]],
  ]);
  expect(valuesOf(folded, 10)).toEqual([59]);
});

it('keeps what training saw by hand: mean bias 0.5, deviation 2 · √(0.5 / (0.5 + 0.5))', () => {
  const net = floatNetwork();
  const graph = net.graph(net.batchNorm(line(net, net.input([1, 1, 1, 1]), 3, 0.25), one));
  const { trained } = verified(foldBatchNorm, graph).nodes[0] ?? {};
  expect(trained).toEqual({ mean: Float64Array.of(0.5), deviation: Float64Array.of(2 * Math.SQRT1_2) });
});

it('makes a bias where there is none', () => {
  const net = floatNetwork();
  const graph = net.graph(net.batchNorm(line(net, net.input([1, 1, 1, 1]), 3), one));
  const folded = verified(foldBatchNorm, graph);
  expect(folded.tensors.at(-1)).toMatchObject({ name: 'line.bias', shape: [1], data: Float32Array.of(-1.5) });
  expect(valuesOf(folded, 10)).toEqual([58.5]);
});

it('does not fold through an activation, be it a node or fused: −2 gives −1.5, not 0', () => {
  for (const fused of [false, true]) {
    const net = floatNetwork();
    const graph = net.graph(net.batchNorm(net.relu(line(net, net.input([1, 1, 1, 1]), 1), 'relu'), one));
    const lowered = lower(fused ? fuseActivation(graph) : graph);
    expect(opsOf(lowered)).toEqual(['Conv2d', 'DepthwiseConv2d']);
    expect(valuesOf(lowered, -2)).toEqual([-1.5]);
    expect(valuesOf(lowered, 3)).toEqual([4.5]);
  }
});

it.each<[string, (net: FloatNetwork, x: TensorId) => TensorId]>([
  ['a convolution in groups', (net, x) => net.conv(x, { outputs: 6, groups: 2 })],
  ['a depthwise convolution of several filters a channel', (net, x) => net.depthwise(x, { multiplier: 3 })],
  ['a matrix product', (net, x) => net.dense(x, { outputs: 5, bias: false })],
])('goes into %s, channel by channel', (_, linear) => {
  const net = floatNetwork();
  const graph = net.graph(net.batchNorm(linear(net, net.input([1, 5, 4, 4]))));
  const folded = verified(foldBatchNorm, graph);
  expect(folded.nodes.length).toBe(1);
  expect(difference(graph, folded)).toBeLessThan(2e-6);
});

it('goes into one convolution after another where several stand in a row', () => {
  const net = floatNetwork();
  const graph = net.graph(net.batchNorm(net.batchNorm(net.conv(net.input([1, 4, 4, 3])))));
  const folded = verified(foldBatchNorm, graph);
  expect(folded.nodes.length).toBe(1);
  expect(difference(graph, folded)).toBeLessThan(2e-6);
});

it.each<[string, (net: FloatNetwork) => Graph]>([
  ['an input of the graph', (net) => net.graph(net.batchNorm(net.input([1, 3, 3, 2])))],
  [
    'a sum',
    (net) => {
      const x = net.input([1, 3, 3, 2]);
      return net.graph(net.batchNorm(net.add(x, x)));
    },
  ],
  [
    'what another node reads too',
    (net) => {
      const y = net.conv(net.input([1, 3, 3, 2]));
      return net.graph(net.add(net.batchNorm(y), y));
    },
  ],
  [
    'an output of the graph',
    (net) => {
      const y = net.conv(net.input([1, 3, 3, 2]));
      return net.graph(y, net.batchNorm(y));
    },
  ],
  [
    'a convolution that clamps',
    (net) => net.graph(net.batchNorm(net.conv(net.input([1, 3, 3, 2]), { activation: 'relu' }))),
  ],
])('becomes a scale and shift of its own after %s, with the same bits', (_, build) => {
  const graph = build(floatNetwork());
  const folded = verified(foldBatchNorm, graph);
  expect(opsOf(folded)).toEqual(opsOf(graph).map((type) => (type === 'BatchNorm' ? 'DepthwiseConv2d' : type)));
  expect(difference(graph, folded)).toBe(0);
});

it('leaves weights alone that another node reads', () => {
  const net = floatNetwork();
  const x = net.input([1, 1, 1, 1]);
  const w = net.constant('w', [1, 1, 1, 1], 0, 0, [3]);
  const both = [1, 2].map(() => net.adopt(net.build.add(conv2d, pointwise, [x, w, -1], { dtype: 'f32' })));
  const graph = net.graph(net.batchNorm(both[0] as TensorId, one), both[1] as TensorId);
  expect(evaluateFloat(lower(graph))([Float32Array.of(1)]).map(([y]) => y)).toEqual([4.5, 3]);
});

it.each([1e-3, 1e-5])('honours eps %d where the variance is 0, and a weight of 0', (eps) => {
  const net = floatNetwork();
  const given = { eps, weight: [2, 0], bias: [0.5, 7], mean: [1, 1], variance: [0, 0] };
  const graph = net.graph(net.batchNorm(net.conv(net.input([1, 1, 1, 1]), { outputs: 2, window: 1 }), given));
  const folded = lower(graph);
  const [w = 0, b = 0] = [0, 1].map((i) => graph.tensors[graph.nodes[0]?.inputs[1 + i] as number]?.data?.[0] as number);
  const scale = 2 / Math.sqrt(eps);
  const data = folded.nodes[0]?.inputs
    .slice(1)
    .map((id) => Array.from(folded.tensors[id]?.data as Float32Array, Math.abs));
  expect(data).toEqual([
    [Math.abs(Math.fround(w * scale)), 0],
    [Math.abs(Math.fround(b * scale + (0.5 - scale))), 7],
  ]);
});

it('stays apart where float32 would not hold the product of weight and factor', () => {
  const net = floatNetwork();
  const huge = { eps: 0, weight: [1e30], bias: [0], mean: [0], variance: [1] };
  const graph = net.graph(net.batchNorm(line(net, net.input([1, 1, 1, 1]), 1e30), huge));
  expect(opsOf(lower(graph))).toEqual(['Conv2d', 'DepthwiseConv2d']);
  expect(valuesOf(lower(graph), 1e-30)).toEqual(valuesOf(graph, 1e-30));
});

it.each<[string, object, RegExp]>([
  ['a negative variance', { variance: [1, -0.25] }, /^net: node 1 BatchNorm "1": channel 1 has the variance -0.25 /],
  [
    'a weight that is not a number',
    { weight: [NaN, 1] },
    /^net: node 1 BatchNorm "1": channel 0 has no finite factors/,
  ],
  ['an infinite mean', { mean: [1, Infinity] }, /"1": channel 1 has no finite factors: .*mean Infinity/],
])('names the module that has %s', (_, given, message) => {
  const net = floatNetwork();
  const graph = net.graph(net.batchNorm(net.conv(net.input([1, 1, 1, 1]), { outputs: 2 }), given));
  const error = refusal(() => lower(graph));
  expect(error.message).toMatch(message);
  expect([error.code, error.problems[0]?.name]).toEqual(['graph-invalid', '1']);
});

it('gives the same object where there is none, or where parameters are computed', () => {
  const net = floatNetwork();
  const x = net.input([1, 1, 1, 2]);
  const none = net.graph(net.conv(x));
  expect(foldBatchNorm(none)).toBe(none);
  const computed = floatNetwork();
  const y = computed.input([1, 1, 1, 2]);
  computed.build.output(computed.build.add(batchNorm, { eps: 1 }, [y, y, y, y, y], { dtype: 'f32' }));
  const graph = computed.graph();
  expect(foldBatchNorm(graph)).toBe(graph);
});
