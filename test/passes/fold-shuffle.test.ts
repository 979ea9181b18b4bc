import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { print } from '../../src/graph/print.ts';
import { noPadding, type TensorId } from '../../src/graph/tensor.ts';
import { verify } from '../../src/graph/verify.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import { selectChannels } from '../../src/ops/select-channels.ts';
import { foldShuffle } from '../../src/passes/fold-shuffle.ts';
import { removeDead } from '../../src/passes/remove-dead.ts';
import { shuffled } from '../cases/select-channels.ts';
import { expectGolden } from '../support/golden.ts';
import { folded, linear, Net, opsOf } from './shuffled-net.ts';

describe.each([
  ['bytes', false],
  ['real values', true],
])('on %s, a permutation', (_, real) => {
  const net = () => new Net(real);
  /** Inputs, then the given ops, then the output. */
  const chain = (...ops: ((build: Net, x: TensorId) => TensorId)[]): Graph => {
    const build = net();
    return build.graph(ops.reduce((x, op) => op(build, x), build.input()));
  };
  const shuffle = (build: Net, x: TensorId) => build.shuffle(x);

  it('goes into the inputs of the convolution behind it', () => {
    expect(opsOf(folded(chain(shuffle, (build, x) => build.conv(x))))).toEqual(['Conv2d']);
  });

  it('goes into the outputs of the convolution before it', () => {
    expect(opsOf(folded(chain((build, x) => build.conv(x), shuffle)))).toEqual(['Conv2d']);
  });

  it('goes past ops that treat each channel alone, whose constants it puts in order', () => {
    const behind = chain(
      shuffle,
      (build, x) => build.depthwise(x),
      (build, x) => build.relu(x),
      (build, x) => build.scale(x),
      (build, x) => build.pool(x),
      (build, x) => build.conv(x),
    );
    expect(opsOf(folded(behind))).toEqual(['DepthwiseConv2d', 'Relu', 'Mul', 'AveragePool2d', 'Conv2d']);
    const before = chain(
      (build, x) => build.conv(x),
      (build, x) => build.scale(x),
      (build, x) => build.depthwise(x),
      shuffle,
      (build, x) => build.conv(x, 6, 3),
    );
    expect(opsOf(folded(before))).toEqual(['Conv2d', 'Mul', 'DepthwiseConv2d', 'Conv2d']);
  });

  it('goes into a matrix product of every pixel, of a mean, or of the whole map', () => {
    expect(opsOf(folded(chain(shuffle, (build, x) => build.dense(x))))).toEqual(['FullyConnected']);
    expect(opsOf(folded(chain(shuffle, (build, x) => build.dense(x, true))))).toEqual(['FullyConnected']);
    const pooled = chain(
      shuffle,
      (build, x) => build.mean(x, 'hw'),
      (build, x) => build.dense(x),
    );
    expect(opsOf(folded(pooled))).toEqual(['Mean', 'FullyConnected']);
  });

  it('does not matter to a mean over channels', () => {
    expect(opsOf(folded(chain(shuffle, (build, x) => build.mean(x, 'c'))))).toEqual(['Mean']);
  });

  it('goes into all of its readers or none', () => {
    const readers = (last: (build: Net, y: TensorId) => TensorId): Graph => {
      const build = net();
      const y = build.shuffle(build.input());
      return build.graph(build.conv(y), build.conv(build.depthwise(y)), last(build, y));
    };
    expect(opsOf(folded(readers((build, y) => build.dense(y))))).not.toContain('SelectChannels');
    const stays = readers((build, y) => build.conv(y, 6, 2));
    expect(foldShuffle(stays)).toBe(stays);
  });

  it.each<[string, (build: Net) => TensorId]>([
    [
      'between a grouped convolution and another',
      (build) => build.conv(build.shuffle(build.conv(build.input(), 6, 3)), 6, 2),
    ],
    [
      'behind a tensor that has another reader',
      (build) => {
        const a = build.conv(build.input());
        return build.conv(build.shuffle(build.add(a, a)), 6, 2);
      },
    ],
    ['that a depth multiplier reads', (build) => build.conv(build.depthwise(build.shuffle(build.input()), 2), 6, 2)],
    ['whose part is taken', (build) => build.slice(build.shuffle(build.input()), 1, 3)],
    ['of an output', (build) => build.shuffle(build.input())],
  ])('stays %s', (_, make) => {
    const build = net();
    const graph = build.graph(make(build));
    expect(foldShuffle(graph)).toBe(graph);
  });

  it('and another are one, and one that undoes it none', () => {
    const twice = chain(
      shuffle,
      (build, x) => build.shuffle(x, 3),
      (build, x) => build.conv(x, 6, 3),
    );
    // [2][3] transposed twice is in order again.
    expect(opsOf(folded(twice))).toEqual(['Conv2d']);
    const same = chain(shuffle, shuffle, (build, x) => build.conv(x, 6, 3));
    expect(opsOf(folded(same))).toEqual(['SelectChannels', 'Conv2d']);
  });

  it('that changes nothing is left out, an output or not', () => {
    const inOrder = (build: Net, x: TensorId) => build.select([x], [0, 1, 2, 3, 4, 5]);
    expect(opsOf(folded(chain(inOrder, (build, x) => build.conv(x, 6, 3))))).toEqual(['Conv2d']);
    const output = folded(chain((build, x) => build.conv(x, 6, 3), inOrder));
    expect(opsOf(output)).toEqual(['Conv2d']);
    expect(output.tensors[output.outputs[0] as number]?.name).toBe('SelectChannels_1');
  });

  it('of two tensors takes up one behind it, and one before it of either', () => {
    const build = net();
    const x = build.input();
    const [left, right] = [build.conv(x, 6, 3), build.conv(x, 4, 2)];
    const both = build.select([build.shuffle(left), build.relu(build.shuffle(right))], shuffled(10, 1));
    const after = folded(build.graph(build.conv(build.shuffle(both), 10, 5)));
    expect(opsOf(after)).toEqual(['Conv2d', 'Conv2d', 'Relu', 'SelectChannels', 'Conv2d']);
  });

  it('of some channels goes into one of two tensors, before or behind other channels', () => {
    const build = net();
    const x = build.input();
    const [left, right] = [build.conv(x, 6, 3), build.conv(x, 4, 2)];
    const some = build.select([left], [5, 0, 3]);
    const [first, last] = [build.select([some, right], shuffled(7, 1)), build.select([right, some], [6, 3, 0, 4, 5])];
    const after = folded(build.graph(build.conv(first, 7, 7), build.conv(last, 5, 5)));
    expect(opsOf(after)).toEqual(['Conv2d', 'Conv2d', 'SelectChannels', 'SelectChannels', 'Conv2d', 'Conv2d']);
    expect(after.nodes[2]?.attributes).toEqual({ order: [5, 0, 3, 6, 7, 8, 9] });
    expect(after.nodes[3]?.attributes).toEqual({ order: [7, 3, 0, 9, 4] });
  });

  it('of three tensors stays two steps', () => {
    const build = net();
    const x = build.input();
    const [a, b, c] = [build.conv(x, 3, 3), build.conv(x, 3, 3), build.conv(x, 3, 3)];
    const two = build.select([a, b], shuffled(6, 2));
    const graph = build.graph(build.conv(build.select([two, c], shuffled(9, 3)), 9, 3));
    expect(foldShuffle(graph)).toBe(graph);
  });
});

it('leaves one step of a unit that splits, concatenates and shuffles', () => {
  const net = new Net();
  const unit = (x: TensorId): TensorId => {
    const [kept, rest] = [net.slice(x, 0, 3), net.slice(x, 3, 3)];
    return net.shuffle(net.select([kept, net.conv(net.depthwise(net.conv(rest, 3)), 3)], [0, 1, 2, 3, 4, 5]));
  };
  const graph = net.graph(net.dense(net.mean(unit(unit(net.input())), 'hw')));
  const after = folded(graph);
  expect(opsOf(after).filter((op) => op === 'SelectChannels')).toHaveLength(2);
  expectGolden('passes/fold-shuffle.txt', print(after));
});

it('leaves a scale that differs in its last bit where it is', () => {
  const build = new GraphBuilder();
  const x = build.input('x', [1, 1, 1, 2], quantizedBy(0.5, 0));
  const y = build.add(selectChannels, { order: [1, 0] }, [x], { quantization: quantizedBy(0.5 + 2 ** -24, 0) });
  const w = build.constant('w', [1, 2], Int8Array.of(1, 2), quantizedBy(0.1, 0));
  build.output(build.add(fullyConnected, linear, [y, w], { quantization: quantizedBy(1, 0) }));
  const graph = build.build();
  verify(graph);
  expect(foldShuffle(graph)).toBe(graph);
});

/** Nets of everything the pass knows, shuffled wherever. */
const step = fc.record({ op: fc.nat(12), back: fc.nat(2), other: fc.nat(9), how: fc.nat(99) });
const anyNet = (real: boolean): fc.Arbitrary<Graph> =>
  fc
    .record({ steps: fc.array(step, { minLength: 2, maxLength: 12 }), extra: fc.option(fc.nat(9)) })
    .map(({ steps, extra }) => {
      const net = new Net(real);
      const ids = [net.input()];
      for (const { op, back, other, how } of steps) {
        const x = ids[Math.max(ids.length - 1 - back, 0)] as TensorId;
        const second = ids[other % ids.length] as TensorId;
        const c = net.channels(x);
        const rotated = (count: number) => Array.from({ length: count }, (_, i) => (i * 5 + how) % count);
        if (op < 1) ids.push(net.select([x], rotated(c).slice(0, 1 + (other % c))));
        else if (op < 4) ids.push(net.select([x], c % 5 === 0 ? shuffled(c, 5) : rotated(c)));
        else if (op === 4) ids.push(net.select([x, second], rotated(c + net.channels(second)).slice(0, 8)));
        else if (op < 7) ids.push(net.conv(x, 1 + (how % 7)));
        else if (op === 7) ids.push(net.depthwise(x, 1 + (how % 2)));
        else if (op === 8) ids.push(net.relu(x));
        else if (op === 9) ids.push(net.scale(x));
        else if (op === 10) ids.push(net.pool(x));
        else if (op === 11) ids.push(net.slice(x, how % c, 1 + (other % (c - (how % c)))));
        else if (net.channels(second) === c) ids.push(net.add(x, second));
      }
      const outputs = [ids.at(-1) as TensorId, ...(extra === null ? [] : [ids[extra % ids.length] as TensorId])];
      return net.graph(...new Set(outputs));
    });

describe.each([
  ['bytes', false],
  ['real values', true],
])('on %s', (_, real) => {
  it('any net computes the same afterwards, and with no more steps', () => {
    fc.assert(
      fc.property(anyNet(real), (graph) => {
        expect(removeDead(folded(graph)).nodes.length).toBeLessThanOrEqual(removeDead(graph).nodes.length);
      }),
      { numRuns: 150 },
    );
  });
});

it('forgets what training saw of channels whose order changes', () => {
  const net = new Net(true);
  const conv = net.build.add(
    conv2d,
    { stride: [1, 1], dilation: [1, 1], padding: noPadding, groups: 1, ...linear },
    [net.input(), net.constant([6, 1, 1, 6], 0), net.bias(6)],
    { name: 'conv', dtype: 'f32' },
  );
  net.build.output(
    net.build.add(selectChannels, { order: [0, 3, 1, 4, 2, 5] }, [conv], { name: 'shuffle', dtype: 'f32' }),
  );
  const graph = net.build.build();
  const trained = { mean: Float64Array.of(0, 1, 2, 3, 4, 5), deviation: new Float64Array(6).fill(1) };
  const known = { ...graph, nodes: graph.nodes.map((node) => (node.name === 'conv' ? { ...node, trained } : node)) };
  const folded = foldShuffle(known);
  expect(folded.nodes.map(({ op, trained: kept }) => [op.type, kept])).toEqual([['Conv2d', undefined]]);
});
