import { expect, it } from 'vitest';
import { separableCost } from '../../src/analyze/separable.ts';
import { row } from './row.ts';

it("computes the article's example: 3 to 64 channels by 3×3 on 224×224 pixels are 7.9 times as many MACs, not 20", () => {
  const pixels = 224 * 224;
  const depthwise = row('dw', { op: 'DepthwiseConv2d', shape: [1, 224, 224, 3], macs: 27 * pixels });
  const cost = separableCost([depthwise, row('pw', { shape: [1, 224, 224, 64], macs: 192 * pixels })]);
  expect(cost).toEqual({
    count: 1,
    separable: { macs: 10_988_544, weights: 219 },
    standard: { macs: 86_704_128, weights: 1_728 },
  });
});

it('counts pairs alone', () => {
  const depthwise = row('dw', { op: 'DepthwiseConv2d', shape: [1, 2, 2, 3], macs: 9 * 12 });
  const pointwise = row('pw', { shape: [1, 2, 2, 5], macs: 4 * 15 });
  expect(separableCost([pointwise, depthwise])).toBeUndefined();
  expect(separableCost([depthwise, row('add', { op: 'Add' }), pointwise])).toBeUndefined();
  expect(separableCost([depthwise, { ...pointwise, macs: 9 * 4 * 15 }])).toBeUndefined(); // 3×3
  expect(separableCost([depthwise, { ...pointwise, shape: [1, 1, 1, 20] }])).toBeUndefined();
});
