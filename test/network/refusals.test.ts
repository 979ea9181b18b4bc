import { describe, expect, it } from 'vitest';
import type { LayerSource } from '../../src/network/layers.ts';
import { parametersOf } from '../../src/network/network-graph.ts';
import { parseNetwork } from '../../src/network/parse.ts';
import * as words from '../../src/network/words.ts';
import { refusal } from '../import/refusal.ts';
import { net } from './net.ts';

const { BatchNorm2d, ChannelShuffle, Conv2d, Flatten, Linear, LiteBlock, Residual } = words;

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
      /layers\[0\]\.type: "conv2d" is not a layer \(Conv2d\?\): Conv2d, /,
    ],
    [
      { name: 'n', input, layers: [{ type: 'BatchNorm', features: 3 }] },
      /"BatchNorm" is not a layer \(BatchNorm2d\?\)/,
    ],
    [{ name: 'n', input, layers: [{ type: 'Transformer' }] }, /"Transformer" is not supported: /],
    [{ name: 'n', input, layers: [{}] }, /layers\[0\]\.type: the type is missing/],
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

  it('is reported all at once', () => {
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

  it('are reported together, by their modules: one that needs other channels is looked at as if it had them', () => {
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

  it('end where the output of a layer is unknown', () => {
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
