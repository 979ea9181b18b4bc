import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importNetwork } from '../../src/compiler/import-network.ts';
import type { LayerSource } from '../../src/network/layers.ts';
import { networkGraph, parametersOf } from '../../src/network/network-graph.ts';
import { network } from '../../src/network/parse.ts';
import { seededWeights } from '../../src/network/seeded-weights.ts';
import * as words from '../../src/network/words.ts';

const { AvgPool2d, Conv2d, Flatten, InvertedResidual, Linear, MaxPool2d, ReLU, Residual, Softmax } = words;

const net = (channels: number, ...layers: LayerSource[]) =>
  network({ name: 'net', input: { channels, height: 8, width: 8 }, layers });

const pointwise = (name?: string): LayerSource => Conv2d({ in: 3, out: 3, kernel: 1, ...(name && { name }) });

describe('a path is one module’s', () => {
  it.each([
    ['two names', [pointwise('a'), ReLU(), pointwise('a')], 'net: a (Conv2d): another module has this name'],
    [
      'a name that is an index',
      [pointwise('1'), pointwise()],
      'net: 1 (Conv2d): another module has this name, as it has no name itself and is called by its index (give each its own)',
    ],
    [
      'the index of a layer without a name',
      [ReLU(), pointwise('0')],
      'net: 0 (Conv2d): another module has this name: ReLU, which has no name and is called by its index (give each its own)',
    ],
    [
      'both sides of a sum without names',
      [Residual({ layers: [pointwise()], shortcut: [pointwise()] })],
      'net: 0.0 (Conv2d): another module has this name',
    ],
  ] as const)('%s', (_, layers, message) => {
    expect(() => parametersOf(net(3, ...layers))).toThrow(message);
  });

  it('and sides with names are told apart', () => {
    const given = net(3, Residual({ layers: [pointwise('conv')], shortcut: [pointwise('shortcut')] }));
    expect(parametersOf(given).map(({ name }) => name)).toEqual([
      '0.conv.weight',
      '0.conv.bias',
      '0.shortcut.weight',
      '0.shortcut.bias',
    ]);
  });
});

it('refuses a softmax of a flattened map, which would be over channels alone', () => {
  const given = net(3, Flatten(), Softmax(), Linear({ in: 192, out: 2 }));
  expect(() => parametersOf(given)).toThrow('net: 1 (Softmax): its input is flattened');
  expect(parametersOf(net(3, Flatten(), ReLU(), Linear({ in: 192, out: 2 }), Softmax())).length).toBe(2);
});

it('refuses a border of more than half a window, as PyTorch does', () => {
  const tooMuch = net(3, MaxPool2d({ kernel: 3, stride: 1, padding: 2 }));
  expect(() => parametersOf(tooMuch)).toThrow('0 (MaxPool2d): padding 2 is more than half its window of 3×3');
  const below = net(3, AvgPool2d({ kernel: [4, 2], padding: [2, 0, 2, 2] }));
  expect(() => parametersOf(below)).toThrow('0 (AvgPool2d): padding [2,0,2,2] is more than half its window of 4×2');
  expect(parametersOf(net(3, AvgPool2d({ kernel: [4, 2], padding: [2, 1] })))).toEqual([]);
});

it('refuses weights that no memory holds before it asks for any', () => {
  const given = net(65_535, Conv2d({ in: 65_535, out: 65_535, kernel: 9 }));
  expect(() => parametersOf(given)).toThrow(
    'net: 0 (Conv2d): its weights [65535, 65535, 9, 9] are more than 2^27 values',
  );
});

describe('InvertedResidual', () => {
  const hidden = (ins: number, expand: number): number | undefined =>
    parametersOf(net(ins, InvertedResidual({ in: ins, out: 4, expand })))[0]?.shape[0];

  it('rounds its channels as Python does, half to even', () => {
    expect([hidden(3, 1.5), hidden(5, 1.5), hidden(5, 2.3), hidden(3, 2.5)]).toEqual([4, 8, 12, 8]);
  });

  it('refuses an expansion to nothing', () => {
    expect(() => hidden(3, 0.1)).toThrow('net: 0 (InvertedResidual): expand 0.1 of in 3 gives 0 channels (1 … 65535)');
  });

  it('squeezes by the functions in its fields', () => {
    const types = (squeeze: { channels: number; activation?: 'SiLU'; gate?: 'Hardsigmoid' } | number): string[] => {
      const given = net(4, InvertedResidual({ in: 4, out: 4, expand: 2, squeeze }));
      return networkGraph(given, seededWeights(given, 1))
        .nodes.filter(({ blocks }) => blocks?.some(({ type }) => type === 'SqueezeExcite'))
        .map(({ op }) => op.type);
    };
    expect(types(2)).toEqual(['Mean', 'Conv2d', 'Relu', 'Conv2d', 'Logistic', 'Mul']);
    expect(types({ channels: 2, activation: 'SiLU', gate: 'Hardsigmoid' })).toEqual([
      'Mean',
      'Conv2d',
      'Swish',
      'Conv2d',
      'HardSigmoid',
      'Mul',
    ]);
  });
});

it('names the file of the weights where a tensor does not fit', () => {
  const json = readFileSync('examples/networks/litenet-mnist.json', 'utf8');
  const weights = readFileSync('test/data/litenet_digits/litenet_digits.safetensors');
  expect(() => importNetwork(json, weights, { source: 'mnist.json', weightsSource: 'digits.safetensors' })).toThrow(
    /^digits\.safetensors: \d+ tensors do not fit the network: .+ are missing.*\n.*\n {2}blocks\.2\.conv1\.0\.weight is missing/,
  );
});
