import { expect, it } from 'vitest';
import { clampReal } from '../../src/arithmetic/activation-range.ts';
import type { Activation } from '../../src/graph/attributes.ts';
import { composed } from '../../src/ops/activations.ts';
import { catalogue } from '../../src/ops/catalogue.ts';

const all: readonly Activation[] = ['none', 'relu', 'relu6', 'reluN1To1'];

it('has no activation for [0, 1] alone', () => {
  const missing = all.flatMap((first) => all.filter((second) => !composed(first, second)).map((one) => [first, one]));
  expect(missing).toEqual([
    ['relu', 'reluN1To1'],
    ['relu6', 'reluN1To1'],
    ['reluN1To1', 'relu'],
    ['reluN1To1', 'relu6'],
  ]);
});

it('composes to what one after the other does', () => {
  expect(composed('relu', 'relu6')).toBe('relu6');
  expect(composed('relu6', 'relu')).toBe('relu6');
  for (const first of all) {
    for (const second of all) {
      const both = composed(first, second);
      if (!both) continue;
      for (const value of [-Infinity, -7, -1, -0.5, 0, 0.5, 1, 5, 6, 7, Infinity]) {
        expect(clampReal(both, value), `${first}, ${second}`).toBe(clampReal(second, clampReal(first, value)));
      }
    }
  }
});

it('is what every op with a clamp says of a second one', () => {
  const clamping = catalogue.filter(({ withActivation }) => withActivation);
  expect(clamping.map(({ type }) => type).sort()).toEqual(
    [
      'Add',
      'AveragePool2d',
      'Conv2d',
      'DepthwiseConv2d',
      'FullyConnected',
      'MaxPool2d',
      'Maximum',
      'Minimum',
      'Mul',
      'Relu',
      'SquaredDifference',
      'Sub',
      'TransposeConv2d',
    ].sort(),
  );
  for (const { withActivation } of clamping) {
    expect(withActivation?.({ activation: 'relu', other: 1 }, 'relu6')).toEqual({ activation: 'relu6', other: 1 });
    expect(withActivation?.({ activation: 'reluN1To1' }, 'relu')).toBeUndefined();
  }
});
