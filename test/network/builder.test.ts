import fc from 'fast-check';
import { expect, it } from 'vitest';
import * as compiler from '../../src/compiler/index.ts';
import { networkGraph, parametersOf } from '../../src/network/network-graph.ts';
import { parseNetwork } from '../../src/network/parse.ts';
import { seededWeights } from '../../src/network/seeded-weights.ts';
import * as words from '../../src/network/words.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { randomNetwork } from '../support/random-builder.ts';

const { AdaptiveAvgPool2d, BatchNorm2d, Conv2d, Flatten, Linear, LiteBlock, network, ReLU6, Sequential } = compiler;

it('has its functions in the package entry', () => {
  for (const word of Object.keys(words)) expect(compiler).toHaveProperty(word);
});

it('writes what a network.json holds, by the same words', () => {
  const litenet = network({
    name: 'litenet',
    input: { channels: 1, height: 8, width: 8 },
    layers: [
      Sequential({
        name: 'stem',
        layers: [Conv2d({ in: 1, out: 8, kernel: 3 }), BatchNorm2d({ features: 8 }), ReLU6()],
      }),
      LiteBlock({ name: 'block', in: 8, out: 16, stride: 2 }),
      AdaptiveAvgPool2d(),
      Flatten(),
      Linear({ name: 'fc', in: 16, out: 10 }),
    ],
  });
  expect(JSON.parse(JSON.stringify(litenet))).toEqual({
    name: 'litenet',
    input: { channels: 1, height: 8, width: 8 },
    layers: [
      {
        type: 'Sequential',
        name: 'stem',
        layers: [
          {
            type: 'Conv2d',
            in: 1,
            out: 8,
            kernel: 3,
            stride: 1,
            padding: 0,
            dilation: 1,
            groups: 1,
            bias: true,
          },
          { type: 'BatchNorm2d', features: 8, eps: 1e-5, affine: true },
          { type: 'ReLU6' },
        ],
      },
      { type: 'LiteBlock', name: 'block', in: 8, out: 16, stride: 2 },
      { type: 'AdaptiveAvgPool2d', size: 1 },
      { type: 'Flatten' },
      { type: 'Linear', name: 'fc', in: 16, out: 10, bias: true },
    ],
  });
});

it('gives networks that come back from JSON as they were, defaults left out or filled in', () => {
  fc.assert(
    fc.property(fc.nat(100_000), (seed) => {
      const source = randomNetwork(seed);
      const parsed = parseNetwork(source, 'source');
      expect(parseNetwork(JSON.stringify(source), 'text')).toEqual(parsed);
      expect(parseNetwork(JSON.stringify(parsed), 'filled in')).toEqual(parsed);
      expect(parametersOf(parsed).length).toBe(new Set(parametersOf(parsed).map(({ name }) => name)).size);
    }),
  );
});

it('gives seeded weights, the same for a seed, under which values do not grow without end', () => {
  for (let seed = 0; seed < 20; seed++) {
    const parsed = parseNetwork(randomNetwork(seed), 'n');
    const graph = networkGraph(parsed, seededWeights(parsed, seed));
    const { channels, height, width } = parsed.input;
    const x = Float32Array.from({ length: channels * height * width }, (_, i) => Math.sin(i * 1.7));
    evaluateFloat(graph)([x], (id, values) => {
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest, graph.tensors[id]?.name).toBeLessThan(200);
    });
    expect(seededWeights(parsed, seed)).toEqual(seededWeights(parsed, seed));
    if (parametersOf(parsed).length > 0) {
      expect(seededWeights(parsed, seed + 1)).not.toEqual(seededWeights(parsed, seed));
    }
  }
});
