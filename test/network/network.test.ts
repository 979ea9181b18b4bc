import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { verify } from '../../src/graph/verify.ts';
import type { Layer } from '../../src/network/layers.ts';
import { networkGraph, parametersOf } from '../../src/network/network-graph.ts';
import { network, networkJsonSchema, parseNetwork } from '../../src/network/parse.ts';
import { seededWeights } from '../../src/network/seeded-weights.ts';
import type { StateDict, StateTensor } from '../../src/network/weights.ts';
import * as words from '../../src/network/words.ts';
import { batchNorm } from '../../src/ops/batch-norm.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { lower } from '../../src/passes/lower.ts';
import { f32, net, run } from './net.ts';

const { AvgPool2d, BatchNorm2d, ChannelShuffle, Conv2d, Flatten, Linear, LiteBlock, MaxPool2d } = words;

describe('examples/networks', () => {
  it.each(readdirSync('examples/networks').filter((name) => name.endsWith('.json')))('%s builds and lowers', (name) => {
    const parsed = parseNetwork(readFileSync(`examples/networks/${name}`, 'utf8'), name);
    const graph = lower(networkGraph(parsed, seededWeights(parsed, 1)));
    verify(graph);
    expect(graph.nodes.map(({ op }) => op.type)).not.toContain('BatchNorm');
    expect(graph.name).toBe(parsed.name);
  });
});

it('takes a network from its words, its JSON and its text alike', () => {
  const source = { name: 'n', input: { channels: 3, height: 8, width: 8 }, layers: [LiteBlock({ in: 3, out: 8 })] };
  const parsed = network(source);
  expect(parseNetwork(JSON.parse(JSON.stringify(source)), 'n')).toEqual(parsed);
  expect(parseNetwork(JSON.stringify(parsed), 'n')).toEqual(parsed);
  expect(parsed.layers[0]).toEqual({ type: 'LiteBlock', in: 3, out: 8, stride: 1 });
});

it('has a word for every type', () => {
  const types = (
    networkJsonSchema() as { $defs: Record<string, { oneOf?: { properties: { type: { const: string } } }[] }> }
  ).$defs;
  const named = Object.values(types)
    .flatMap(({ oneOf }) => oneOf ?? [])
    .map(({ properties }) => properties.type.const);
  expect(Object.keys(words).sort()).toEqual([...new Set(named)].sort());
});

it('is laid out once, and each of its nodes checked once', () => {
  const given = net([3, 8, 8], Conv2d({ in: 3, out: 4, kernel: 3 }), BatchNorm2d({ features: 4 }));
  const weights = seededWeights(given, 1);
  const spies = [conv2d, batchNorm].map((op) => vi.spyOn(op, 'outputShapes'));
  expect(networkGraph(given, weights).nodes).toHaveLength(2);
  expect(spies.map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
  vi.restoreAllMocks();
});

describe('tensors', () => {
  const given = net(
    [2, 4, 4],
    Conv2d({ name: 'conv', in: 2, out: 3, kernel: 1 }),
    BatchNorm2d({ name: 'bn', features: 3 }),
  );

  it('are looked up by their names and shapes in PyTorch', () => {
    expect(parametersOf(given)).toEqual([
      { name: 'conv.weight', shape: [3, 2, 1, 1] },
      { name: 'conv.bias', shape: [3] },
      { name: 'bn.weight', shape: [3] },
      { name: 'bn.bias', shape: [3] },
      { name: 'bn.running_mean', shape: [3] },
      { name: 'bn.running_var', shape: [3] },
    ]);
  });

  it('that are missing, misshapen, of no real type or left over are named together', () => {
    const dict = new Map(seededWeights(given, 1)) as Map<string, StateTensor>;
    dict.delete('conv.bias');
    dict.set('conv.weight', f32([3, 2], [1, 2, 3, 4, 5, 6]));
    dict.set('bn.weight', { dtype: 'I64', shape: [3] });
    dict.set('bn.num_batches_tracked', { dtype: 'I64', shape: [] });
    dict.set('head.weight', f32([1], [1]));
    expect(() => networkGraph(given, dict as StateDict)).toThrow(
      [
        'net: conv.weight has the shape [3, 2] ([3, 2, 1, 1])',
        'conv.bias is missing ([3])',
        'bn.weight is I64 (F32, F16 or BF16)',
        'head.weight [1] belongs to no layer',
      ].join('\n'),
    );
  });

  it('without a need for them are not read', () => {
    const plain = net(
      [2, 4, 4],
      BatchNorm2d({ features: 2, affine: false }),
      Conv2d({ in: 2, out: 2, kernel: 1, bias: false }),
    );
    expect(parametersOf(plain).map(({ name }) => name)).toEqual(['0.running_mean', '0.running_var', '1.weight']);
  });

  it('of a seed are the same ever after', () => {
    const [first] = seededWeights(given, 7).values();
    expect([...(first?.data ?? [])].map((value) => value.toFixed(4))).toMatchInlineSnapshot(`
      [
        "-1.6915",
        "-1.5174",
        "1.6521",
        "0.6895",
        "0.0743",
        "-0.3273",
      ]
    `);
  });
});

it('fully connected after flatten counts channels first, as PyTorch does', () => {
  const given = net([2, 2, 2], Flatten(), Linear({ in: 8, out: 1, bias: false }));
  const graph = networkGraph(given, new Map([['1.weight', f32([1, 8], [1, 2, 3, 4, 5, 6, 7, 8])]]));
  // c0 = [1, 2, 3, 4] and c1 = [10, 20, 30, 40], side by side
  expect(run(graph, [1, 10, 2, 20, 3, 30, 4, 40])).toEqual([730]);
});

it('shuffles channels as PyTorch does', () => {
  const graph = networkGraph(net([6, 1, 1], ChannelShuffle({ groups: 2 })), new Map());
  expect(run(graph, [0, 1, 2, 3, 4, 5])).toEqual([0, 3, 1, 4, 2, 5]);
});

it("counts a border's zeros in an average, unless told not to", () => {
  const pool = (countIncludePad: boolean) =>
    run(networkGraph(net([1, 2, 2], AvgPool2d({ kernel: 2, padding: 1, countIncludePad })), new Map()), [4, 8, 12, 16]);
  expect(pool(true)).toEqual([1, 2, 3, 4]);
  expect(pool(false)).toEqual([4, 8, 12, 16]);
});

it('strides a pool by its window', () => {
  const graph = networkGraph(net([1, 4, 4], MaxPool2d({ kernel: 2 })), new Map());
  expect(
    run(
      graph,
      Array.from({ length: 16 }, (_, i) => i),
    ),
  ).toEqual([5, 7, 13, 15]);
});

it('names nodes by their modules and tells the blocks around them', () => {
  const given = net(
    [8, 8, 8],
    words.Sequential({ name: 'blocks', layers: [LiteBlock({ in: 8, out: 16, stride: 2 })] }),
  );
  const graph = networkGraph(given, seededWeights(given, 1));
  expect(graph.nodes.map(({ name }) => name)).toEqual([
    'blocks.0.conv1.0',
    'blocks.0.conv1.1',
    'blocks.0.conv1.2',
    'blocks.0.conv1.3',
    'blocks.0.conv1.4',
    'blocks.0.conv1.5',
    'blocks.0.shortcut.0',
    'blocks.0.shortcut.1',
    'blocks.0.add',
  ]);
  expect(new Set(graph.nodes.map(({ blocks }) => JSON.stringify(blocks)))).toEqual(
    new Set(['[{"path":"blocks.0","type":"LiteBlock"}]']),
  );
});

it.each([
  [
    'InvertedResidual, expanding',
    words.InvertedResidual({ in: 8, out: 8, expand: 6 }),
    ['conv.0.0.weight', 'conv.1.0.weight', 'conv.2.weight', 'conv.3.running_var'],
  ],
  [
    'InvertedResidual, not expanding',
    words.InvertedResidual({ in: 8, out: 12, expand: 1 }),
    ['conv.0.0.weight', 'conv.1.weight', 'conv.2.running_var'],
  ],
  [
    'InvertedResidual with a squeeze',
    words.InvertedResidual({ in: 8, out: 8, expand: 2, squeeze: 4 }),
    ['conv.2.fc1.weight', 'conv.2.fc2.bias', 'conv.3.weight', 'conv.4.weight'],
  ],
  [
    'ShuffleUnit',
    words.ShuffleUnit({ in: 8, out: 8 }),
    ['branch2.0.weight', 'branch2.3.weight', 'branch2.6.running_var'],
  ],
  [
    'ShuffleUnit, stride 2',
    words.ShuffleUnit({ in: 8, out: 16, stride: 2 }),
    ['branch1.0.weight', 'branch1.2.weight', 'branch2.5.weight'],
  ],
  ['SqueezeExcite', words.SqueezeExcite({ channels: 8, squeeze: 2 }), ['fc1.weight', 'fc2.bias']],
] as const)('%s has the names that torchvision gives', (_, layer, expected) => {
  const asked = new Set(parametersOf(net([8, 8, 8], layer)).map(({ name }) => name.replace(/^0\./, '')));
  expect(expected.filter((name) => !asked.has(name))).toEqual([]);
});

it('fills in every default', () => {
  const filled = network({
    name: 'n',
    input: { channels: 1, height: 4, width: 4 },
    layers: [Conv2d({ in: 1, out: 1, kernel: 1 })],
  });
  expect(filled.layers[0] as Layer).toMatchObject({ stride: 1, padding: 0, dilation: 1, groups: 1, bias: true });
});
