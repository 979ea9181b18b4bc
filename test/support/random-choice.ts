import fc from 'fast-check';

/** One op that a network grows by, and how: whatever an op does not take is passed over. */
export interface Choice {
  readonly op: string;
  /** How many tensors back the input lies, and the other term of a sum. */
  readonly back: number;
  readonly other: number;
  readonly size: number;
  readonly stride: number;
  readonly channels: number;
  readonly zeroPoint: number;
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly dilation: number;
  /** How weights of a channel are scaled, and which channel has none but zeros, if it is one. */
  readonly extreme: Extreme;
  readonly dead: number;
  readonly bias: number;
}

/** Scales within what the format takes: usual ones, products far below a step, and steps far below any product. */
type Extreme = 'none' | 'tiny weights' | 'huge weights' | 'tiny output' | 'huge output' | 'greatest ratio';
export const weightFactors: Readonly<Partial<Record<Extreme, number>>> = {
  'tiny weights': 2 ** -40,
  'huge weights': 2 ** 12,
  'greatest ratio': 2 ** 23,
};
export const outputScales: Readonly<Partial<Record<Extreme, number>>> = {
  'tiny output': 2 ** -18,
  'huge output': 2 ** 9,
  'greatest ratio': 2 ** -18,
};
/** The engine's multipliers end at 2^30. */
export const mostRatio = 2 ** 29;

const ops = [
  'conv',
  'conv',
  'depthwise',
  'depthwise',
  'add',
  'add',
  'mul',
  'mul',
  'sub',
  'function',
  'quantize',
  'pool',
  'max pool',
  'reshape',
  'pad',
  'mean',
  'resize',
  'prelu',
  'dense',
  'slice',
  'split',
  'split',
  'select',
  'select',
  'concat',
  'concat',
  'concat',
  'transpose',
  'transposed conv',
];

export const choice: fc.Arbitrary<Choice> = fc.record({
  op: fc.constantFrom(...ops),
  back: fc.constantFrom(0, 0, 0, 1, 2),
  other: fc.nat(9),
  size: fc.integer({ min: 1, max: 3 }),
  stride: fc.integer({ min: 1, max: 2 }),
  channels: fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 12 }) }, fc.constantFrom(15, 16, 17, 33)),
  zeroPoint: fc.constantFrom(-128, -3, 0, 20, 127),
  top: fc.nat(2),
  left: fc.nat(2),
  bottom: fc.nat(2),
  right: fc.nat(2),
  dilation: fc.constantFrom(1, 1, 1, 2),
  extreme: fc.constantFrom(
    'none',
    'none',
    'none',
    'none',
    'tiny weights',
    'huge weights',
    'tiny output',
    'huge output',
    'greatest ratio',
  ),
  dead: fc.nat(30),
  bias: fc.constantFrom(0, 0, 37, 2 ** 20),
});

/** An input beside the first: of its map, or of one pixel of it. */
export interface InputChoice {
  readonly pixel: boolean;
  readonly channels: number;
  readonly zeroPoint: number;
}

export const otherInput: fc.Arbitrary<InputChoice> = fc.record({
  pixel: fc.boolean(),
  channels: fc.integer({ min: 1, max: 9 }),
  zeroPoint: fc.constantFrom(-7, -128, 30),
});
