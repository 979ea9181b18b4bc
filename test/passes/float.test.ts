import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Activation } from '../../src/graph/attributes.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { readSafetensors } from '../../src/import/safetensors/read-safetensors.ts';
import { networkGraph } from '../../src/network/network-graph.ts';
import { parseNetwork } from '../../src/network/parse.ts';
import { add } from '../../src/ops/add.ts';
import { lower } from '../../src/passes/lower.ts';
import { floatNetwork } from '../support/float-network.ts';
import { expectGolden } from '../support/golden.ts';
import { difference, dumpsOf, opsOf } from './outcome.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

it('gives the same values within 1e-5 for any network of these layers', () => {
  const layer = fc.record({
    kind: fc.constantFrom('conv', 'depthwise', 'norm', 'norm', 'norm', 'relu', 'relu', 'add', 'pad'),
    back: fc.constantFrom(0, 0, 0, 1, 2),
    other: fc.nat(9),
    activation: fc.constantFrom<Activation>('none', 'relu', 'relu6', 'reluN1To1'),
    bias: fc.boolean(),
    stride: fc.integer({ min: 1, max: 2 }),
  });
  const problem = fc.record({
    seed: fc.nat(1e6),
    layers: fc.array(layer, { minLength: 1, maxLength: 12 }),
    outputs: fc.array(fc.nat(11), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(problem, ({ seed, layers, outputs }) => {
      const net = floatNetwork(seed);
      const made = [net.input([1, 5, 6, 4])];
      for (const { kind, back, other, activation, bias, stride } of layers) {
        const x = made[Math.max(0, made.length - 1 - back)] as TensorId;
        if (kind === 'conv') made.push(net.conv(x, { bias, stride, groups: 1 + (other % 2) }));
        if (kind === 'depthwise') made.push(net.depthwise(x, { bias, stride, activation }));
        if (kind === 'norm') made.push(net.batchNorm(x));
        if (kind === 'relu') made.push(net.relu(x, activation));
        if (kind === 'pad') made.push(net.pad(x));
        const fits = made.filter((id) => String(net.shapeOf(id)) === String(net.shapeOf(x)));
        if (kind === 'add') made.push(net.add(x, fits[other % fits.length] as TensorId));
      }
      const wanted = new Set([...outputs.map((i) => Math.min(i, made.length - 1)), made.length - 1]);
      const graph = net.graph(...[...wanted].filter((i) => i > 0).map((i) => made[i] as TensorId));
      const lowered = lower(graph);
      expect(opsOf(lowered)).not.toContain('BatchNorm');
      expect(difference(graph, lowered)).toBeLessThan(1e-5);
      expect(lower(lowered)).toBe(lowered);
    }),
  );
});

it('leaves these graphs after each pass', () => {
  const net = floatNetwork(1, 'passes');
  const x = net.input([1, 8, 8, 3]);
  const stem = net.relu(net.batchNorm(net.conv(net.pad(x), { stride: 2, bias: false })));
  const late = net.batchNorm(net.relu(net.conv(stem), 'relu'));
  const thin = net.relu(net.batchNorm(net.depthwise(late), { eps: 1e-3 }));
  const read = net.conv(thin, { window: 1 });
  const sum = net.add(net.batchNorm(read), read);
  const two = net.constant('two', [1, 1, 1, 1], 0, 0, [2]);
  const four = net.adopt(net.build.add(add, { activation: 'none' }, [two, two], { name: 'four', dtype: 'f32' }));
  const graph = net.graph(net.dense(net.relu(net.add(sum, four), 'relu')));
  expectGolden('passes/float.txt', dumpsOf(graph));
  expect(difference(graph, lower(graph))).toBeLessThan(1e-5);
});

it('leaves LiteNet as eight layers and two sums, each dump after its pass', () => {
  const json = readFileSync(`${root}examples/networks/litenet-digits.json`, 'utf8');
  const weights = readFileSync(`${root}test/data/litenet_digits/litenet_digits.safetensors`);
  const graph = networkGraph(
    parseNetwork(json, 'network.json'),
    readSafetensors(weights, 'w.safetensors'),
    'network.json',
  );
  expectGolden('passes/litenet.txt', dumpsOf(graph));
  expect(difference(graph, lower(graph))).toBeLessThan(1e-5);
});
