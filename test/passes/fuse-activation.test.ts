import { expect, it } from 'vitest';
import type { Activation } from '../../src/graph/attributes.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { add } from '../../src/ops/add.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { relu } from '../../src/ops/relu.ts';
import { fuseActivation } from '../../src/passes/fuse-activation.ts';
import { type FloatNetwork, floatNetwork } from '../support/float-network.ts';
import { difference, opsOf, verified } from './outcome.ts';

const clamps = (...activations: readonly Activation[]): Graph => {
  const net = floatNetwork();
  return net.graph(activations.reduce((x, activation) => net.relu(x, activation), net.conv(net.input([1, 4, 4, 2]))));
};

it.each<[string, readonly Activation[], Activation]>([
  ['one', ['relu6'], 'relu6'],
  ['two that are one', ['relu', 'relu6'], 'relu6'],
  ['three in a row, one of which clamps nothing', ['relu6', 'none', 'relu'], 'relu6'],
])('goes into the op before: %s', (_, activations, expected) => {
  const graph = clamps(...activations);
  const fused = verified(fuseActivation, graph);
  expect(fused.nodes.map(({ op, name, attributes }) => [op.type, name, attributes])).toEqual([
    ['Conv2d', '0', expect.objectContaining({ activation: expected })],
  ]);
  expect(difference(graph, fused)).toBe(0);
});

it('stays where no activation is both clamps', () => {
  const graph = clamps('reluN1To1', 'relu');
  const fused = verified(fuseActivation, graph);
  expect(opsOf(fused)).toEqual(['Conv2d', 'Relu']);
  expect(difference(graph, fused)).toBe(0);
});

it.each<[string, (net: FloatNetwork) => Graph]>([
  ['an input of the graph', (net) => net.graph(net.relu(net.input([1, 3, 3, 2])))],
  ['an op without a clamp', (net) => net.graph(net.relu(net.pad(net.input([1, 3, 3, 2]))))],
  [
    'what another node reads too',
    (net) => {
      const y = net.conv(net.input([1, 3, 3, 2]));
      return net.graph(net.add(net.relu(y), y));
    },
  ],
  [
    'an output of the graph',
    (net) => {
      const y = net.conv(net.input([1, 3, 3, 2]));
      return net.graph(y, net.relu(y));
    },
  ],
])('stays after %s', (_, build) => {
  const graph = build(floatNetwork());
  expect(verified(fuseActivation, graph)).toBe(graph);
});

it('goes without a trace where it clamps nothing, whoever reads it', () => {
  const net = floatNetwork();
  const x = net.input([1, 2, 2, 1]);
  const same = net.relu(net.relu(x, 'none'), 'none');
  const graph = net.graph(net.add(net.add(same, x), same));
  const fused = verified(fuseActivation, graph);
  expect(opsOf(fused)).toEqual(['Add', 'Add']);
  expect(difference(graph, fused)).toBe(0);
});

it('does the same to bytes where both have one scale and zero point, and stays where they differ', () => {
  for (const [zeroPoint, expected] of [
    [3, ['Add']],
    [4, ['Add', 'Relu']],
  ] as const) {
    const build = new GraphBuilder();
    const x = build.input('x', [1, 1, 4, 1], quantizedBy(0.05, 3));
    const sum = build.add(add, { activation: 'none' }, [x, x], { quantization: quantizedBy(0.05, 3) });
    const options = { quantization: quantizedBy(0.05, zeroPoint) };
    build.output(build.add(relu, { activation: 'relu6' }, [sum], options));
    const graph = build.build();
    const fused = verified(fuseActivation, graph);
    expect(opsOf(fused)).toEqual(expected);
    const bytes = [Int8Array.of(-100, 3, 40, 127)];
    expect(evaluate(fused, bytes).outputs).toEqual(evaluate(graph, bytes).outputs);
  }
});
