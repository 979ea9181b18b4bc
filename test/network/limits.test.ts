import { describe, expect, it } from 'vitest';
import { importSeeded } from '../../src/compiler/import-network.ts';
import type { LayerSource } from '../../src/network/layers.ts';
import { networkGraph, parametersOf } from '../../src/network/network-graph.ts';
import { parseNetwork } from '../../src/network/parse.ts';
import { BatchNorm2d, ChannelShuffle, Conv2d, ReLU, Sequential } from '../../src/network/words.ts';

const source = (layers: readonly LayerSource[], channels = 3, side = 8) => ({
  name: 'net',
  input: { channels, height: side, width: side },
  layers,
});
const repeated = (count: number, layer: LayerSource): LayerSource[] => new Array<LayerSource>(count).fill(layer);
const parsed = (...args: Parameters<typeof source>) => parseNetwork(source(...args), 'net');

describe('a small network.json that asks for too much is refused', () => {
  it('layers, wherever they are nested', () => {
    const inner = repeated(600, ReLU());
    expect(() => parsed(inner)).not.toThrow();
    const nested = [Sequential({ layers: inner }), Sequential({ layers: inner })];
    expect(() => parsed(nested)).toThrow('net: it lists more than 1024 layers');
  });

  it('faults of many layers are not reported one by one', () => {
    const wrong = repeated(50_000, { type: 'Nope' } as unknown as LayerSource);
    expect(() => parsed(wrong)).toThrow('net: it lists more than 1024 layers');
  });

  it('weights of all layers together', () => {
    const wide = Conv2d({ in: 8000, out: 8000, kernel: 1 });
    expect(() => parametersOf(parsed(repeated(4, wide), 8000))).toThrow(
      'net: 2.weight (weights): the network has more than 2^27 values',
    );
  });

  it('random weights', () => {
    const layers = [Conv2d({ in: 3, out: 3000, kernel: 1 }), Conv2d({ in: 3000, out: 3000, kernel: 1 })];
    expect(() => importSeeded(source(layers), 1, { source: 'n.json' })).toThrow(
      'n.json: 9,015,000 random weights are too many (at most 6,000,000): give trained ones, with --weights',
    );
  });

  it('channels that are shuffled', () => {
    expect(() => parametersOf(parsed(repeated(5, ChannelShuffle({ groups: 2 })), 65_534))).toThrow(
      'net: 4 (ChannelShuffle): the network shuffles more than 262,144 channels',
    );
  });

  it('outputs that cannot run, by module', () => {
    const padded = Conv2d({ in: 3, out: 3, kernel: 3, padding: 60_000 });
    expect(() => parametersOf(parsed([padded]))).toThrow(
      'net: 0 (Conv2d): its output of 120006×120006×3 is too large: it has 120,006 rows (at most 65,535)',
    );
  });
});

it('counts weights without making room for them', () => {
  const { arrayBuffers } = process.memoryUsage();
  const [weight] = parametersOf(parsed([Conv2d({ in: 3, out: 2 ** 15, kernel: 3 })]));
  expect(weight?.shape).toEqual([2 ** 15, 3, 3, 3]);
  expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(2 ** 20);
});

it('reports missing weights before it allocates any', () => {
  const layers = [Conv2d({ in: 3, out: 3, kernel: 1 }), BatchNorm2d({ features: 3 })];
  expect(() => networkGraph(parsed(layers), new Map(), 'net', { weightsSource: 'w' })).toThrow(
    /^w: none of its tensors belongs to the network: is this the right file/,
  );
});
