import fc from 'fast-check';
import type { Windowed } from './windowed.ts';

/** Arbitrary descriptions of windowed layers. */

const upTo = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

/** Any size, window, stride, dilation, zero point of the weights and padding that keeps the window's border. */
export const anySmall = fc
  .record({
    size: fc.tuple(upTo(6), upTo(6)),
    window: fc.tuple(upTo(4), upTo(4)),
    stride: fc.tuple(upTo(2), upTo(2)),
    dilation: fc.tuple(upTo(2), upTo(2)),
    groups: upTo(3),
    inputs: upTo(9),
    outputs: upTo(10),
    weightsZero: fc.oneof(fc.constantFrom(-128, 0, 127), fc.integer({ min: -128, max: 127 })),
    activation: fc.constantFrom('none', 'relu', 'relu6'),
    seed: fc.nat(9999),
  })
  .map(({ size: [h, w], groups, inputs, outputs, ...given }) => {
    const { seed, window, dilation } = given;
    const [rows, columns] = [(window[0] - 1) * dilation[0], (window[1] - 1) * dilation[1]];
    const [top, left] = [seed % (rows + 1), (seed >> 4) % (columns + 1)];
    const padding = { top, left, bottom: rows - top, right: columns - left };
    return { ...given, shape: [1, h, w, inputs * groups] as const, groups, outputs: outputs * groups, padding };
  });

export const anyWindowed: fc.Arbitrary<
  Required<Pick<Windowed, 'seed' | 'shape' | 'window' | 'stride' | 'padding' | 'activation' | 'bias'>>
> = fc.record({
  seed: upTo(1000),
  shape: fc.tuple(
    fc.constant(1 as const),
    fc.integer({ min: 5, max: 8 }),
    fc.integer({ min: 5, max: 8 }),
    fc.constantFrom(2, 6),
  ),
  window: fc.tuple(upTo(3), upTo(3)),
  stride: fc.tuple(upTo(2), upTo(2)),
  padding: fc.record({ top: fc.nat(2), left: fc.nat(2), bottom: fc.nat(2), right: fc.nat(2) }),
  activation: fc.constantFrom('none', 'relu', 'relu6', 'reluN1To1'),
  bias: fc.boolean(),
});

export const anyDilated = fc
  .tuple(anyWindowed, fc.tuple(upTo(2), upTo(2)))
  .map(([given, dilation]) => ({ ...given, dilation }));
