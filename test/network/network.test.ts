import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import { verify } from '../../src/graph/verify.ts';
import type { Layer, LayerSource } from '../../src/network/layers.ts';
import { networkGraph, parametersOf } from '../../src/network/network-graph.ts';
import { network, networkJsonSchema, parseNetwork } from '../../src/network/parse.ts';
import { seededWeights } from '../../src/network/seeded-weights.ts';
import type { StateDict, StateTensor } from '../../src/network/weights.ts';
import * as words from '../../src/network/words.ts';
import { batchNorm } from '../../src/ops/batch-norm.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { lower } from '../../src/passes/lower.ts';
import { refusal } from '../import/refusal.ts';

const { AvgPool2d, BatchNorm2d, ChannelShuffle, Conv2d, Flatten, Linear, LiteBlock, MaxPool2d, Residual } = words;

const net = (input: readonly [channels: number, height: number, width: number], ...layers: LayerSource[]) => {
  const [channels, height, width] = input;
  return network({ name: 'net', input: { channels, height, width }, layers });
};

const f32 = (shape: readonly number[], values: readonly number[]): StateTensor => ({
  dtype: 'F32',
  shape,
  data: Float32Array.from(values),
});

const run = (graph: Graph, values: readonly number[]): number[] => [
  ...(evaluateFloat(graph)([Float32Array.from(values)])[0] as Float32Array),
];

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

describe('what is wrong with a network.json', () => {
  const message = (json: unknown): string => {
    try {
      parseNetwork(json, 'net.json');
    } catch (error) {
      return (error as Error).message;
    }
    return 'nothing';
  };
  const input = { channels: 1, height: 8, width: 8 };

  it.each([
    ['{"name": ', /^net\.json: not JSON: /],
    [{ name: 'n', input, layers: [] }, /layers: too small/],
    [
      { name: 'n', input, layers: [{ type: 'conv2d' }] },
      /layers\[0\]\.type: "conv2d" is no layer \(Conv2d\?\): Conv2d, /,
    ],
    [{ name: 'n', input, layers: [{ type: 'BatchNorm', features: 3 }] }, /"BatchNorm" is no layer \(BatchNorm2d\?\)/],
    [{ name: 'n', input, layers: [{ type: 'Transformer' }] }, /"Transformer" is not supported: /],
    [{ name: 'n', input, layers: [{}] }, /layers\[0\]\.type: no type is no layer/],
    [{ name: 'n', input, layers: [{ type: 'ReLU', inplace: true }] }, /layers\[0\]: there is no field "inplace"/],
    [{ name: 'n', input, layers: [{ type: 'Linear', in: 4 }] }, /layers\[0\]\.out: is missing/],
    [
      { name: 'n', input, layers: [{ type: 'Linear', in: 0, out: 1.5 }] },
      /layers\[0\]\.in: too small[\s\S]*layers\[0\]\.out: invalid/,
    ],
    [{ name: 'n', layers: [{ type: 'ReLU' }] }, /input: is missing/],
    [
      { name: 'n', input, layers: [{ type: 'Sequential', layers: [{ type: 'ReLU', name: 'a.b' }] }] },
      /layers\[0\]\.layers\[0\]\.name: a name has no dots/,
    ],
    [
      { name: 'n', input, layers: [{ type: 'Conv2d', in: 1, out: 1, kernel: 'big' }] },
      /layers\[0\]\.kernel: "big" does not fit/,
    ],
  ])('%j', (json, pattern) => {
    expect(message(json)).toMatch(pattern);
  });

  it('is told all at once', () => {
    const layers = [{ type: 'Linear', in: 1 }, { type: 'nothing' }];
    expect(message({ name: 'n', input, layers }).split('\n').length).toBe(2);
  });
});

describe('layers that do not fit', () => {
  it.each([
    [
      net([24, 8, 8], words.Sequential({ name: 'blocks', layers: [LiteBlock({ in: 16, out: 16 })] })),
      /^net: blocks\.0 \(LiteBlock\): in 16 does not fit the 24 channels before it/,
    ],
    [
      net([3, 8, 8], Conv2d({ in: 3, out: 8, kernel: 3, groups: 2 })),
      /0 \(Conv2d\): 2 groups do not divide 3 inputs and 8 outputs/,
    ],
    [
      net([3, 2, 2], Conv2d({ in: 3, out: 8, kernel: 5 })),
      /0 \(Conv2d\): a window of 5×5 does not fit in the padded map of 2×2/,
    ],
    [net([3, 8, 8], BatchNorm2d({ features: 4 })), /0 \(BatchNorm2d\): features 4 does not fit the 3 channels/],
    [net([3, 8, 8], Linear({ in: 192, out: 2 })), /0 \(Linear\): its input is a map of 8×8: Flatten or pool it first/],
    [net([3, 8, 8], Flatten(), Linear({ in: 190, out: 2 })), /1 \(Linear\): in 190 does not fit the 192 values/],
    [net([3, 8, 8], Flatten(), Conv2d({ in: 3, out: 3, kernel: 1 })), /1 \(Conv2d\): its input is flattened/],
    [net([3, 8, 8], Flatten()), /its output is a flattened map of 8×8/],
    [net([5, 8, 8], ChannelShuffle({ groups: 2 })), /0 \(ChannelShuffle\): 2 groups do not divide the 5 channels/],
    [net([8, 8, 8], words.ShuffleUnit({ in: 8, out: 16 })), /0 \(ShuffleUnit\): in 8 and out 16/],
    [net([8, 8, 8], words.SqueezeExcite({ channels: 4, squeeze: 2 })), /0 \(SqueezeExcite\): channels 4 does not fit/],
    [
      net([3, 8, 8], Residual({ layers: [Conv2d({ in: 3, out: 4, kernel: 1 })] })),
      /0 \(Residual\): its layers give 8×8×4, its shortcut 8×8×3/,
    ],
  ])('%#', (given, pattern) => {
    expect(() => parametersOf(given)).toThrow(pattern);
  });
});

describe('all layers that do not fit', () => {
  const problemsOf = (...layers: LayerSource[]): string[] =>
    refusal(() => parametersOf(net([3, 8, 8], ...layers))).problems.map(
      ({ op, name, what }) => `${name} ${op} ${what}`,
    );

  it('are told at once, by their modules: one that wants other channels is looked at as if it had them', () => {
    const given = net(
      [3, 8, 8],
      Conv2d({ name: 'stem', in: 4, out: 8, kernel: 1 }),
      BatchNorm2d({ name: 'bn', features: 9 }),
      words.Sequential({ name: 'blocks', layers: [LiteBlock({ in: 16, out: 16 })] }),
      Conv2d({ name: 'head', in: 15, out: 6, kernel: 1, groups: 4 }),
    );
    const { code, message, problems } = refusal(() => parametersOf(given));
    expect(message.split('\n')).toEqual([
      'net: 5 problems',
      '  stem (Conv2d): in 4 does not fit the 3 channels before it',
      '  bn (BatchNorm2d): features 9 does not fit the 8 channels before it',
      '  blocks.0 (LiteBlock): in 16 does not fit the 9 channels before it',
      '  head (Conv2d): in 15 does not fit the 16 channels before it',
      '  head (Conv2d): 4 groups do not divide 15 inputs and 6 outputs',
    ]);
    expect([code, problems[2]]).toEqual([
      'graph-invalid',
      { node: -1, op: 'LiteBlock', name: 'blocks.0', what: 'in 16 does not fit the 9 channels before it' },
    ]);
  });

  it('end where nobody knows what a layer would give', () => {
    expect(problemsOf(Conv2d({ in: 3, out: 4, kernel: 9 }), BatchNorm2d({ features: 7 }))).toHaveLength(1);
    expect(problemsOf(Flatten(), words.Softmax(), Linear({ in: 192, out: 2 }))).toHaveLength(1);
  });

  it('go on behind a linear layer and both sides of a sum', () => {
    expect(
      problemsOf(
        Residual({ name: 'sum', layers: [Conv2d({ in: 3, out: 4, kernel: 1 })] }),
        Linear({ name: 'a', in: 192, out: 5 }),
        Linear({ name: 'b', in: 6, out: 2 }),
      ),
    ).toEqual([
      'sum Residual its layers give 8×8×4, its shortcut 8×8×3 (height×width×channels; they must be equal)',
      'a Linear its input is a map of 8×8: Flatten or pool it first',
      'b Linear in 6 does not fit the 5 values before it',
    ]);
  });
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

  it('are wanted by their names and shapes in PyTorch', () => {
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

  it('without a need for them are not asked for', () => {
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

it('fully connected after flatten counts channels first, as PyTorch does (case 9)', () => {
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
