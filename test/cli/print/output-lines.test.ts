import { describe, expect, it } from 'vitest';
import { type OutputPlace, outputLine } from '../../../src/cli/print/output-lines.ts';
import { entry } from '../../runtime/fake-engine.ts';

/** A place of an output of `map`, of scale 0.5 and zero point 0 where nothing else is said. */
const placeOf = (
  map: OutputPlace['map'],
  given: Parameters<typeof entry>[0] = {},
  rest: Partial<OutputPlace> = {},
) => ({
  entry: entry({ imageBytes: map.reduce((all, size) => all * size, given?.dtype === 'f32' ? 4 : 1), ...given }),
  map,
  outputs: 1,
  labels: [],
  likeInput: false,
  ...rest,
});

/** int8 that holds 0 to 255/256. */
const unit = { scale: 1 / 256, zeroPoint: -128 };
/** Values from 0 to 1 as such int8. */
const quantized = (...values: number[]): Int8Array =>
  Int8Array.from(values, (value) => Math.min(Math.round(value * 256) - 128, 127));
const f32 = { dtype: 'f32', scale: 0, zeroPoint: 0 } as const;

describe('classes', () => {
  it('are ranked by score, of equal ones the lower first, with labels and float scores', () => {
    const values = Int8Array.from([0, 10, -5, 10]);
    const place = placeOf([1, 1, 4], { zeroPoint: -10 }, { labels: ['a', 'b'] });
    expect(outputLine(values, place)).toBe('1 b (10), 3 (10), 0 a (5), 2 (2.5)');
  });

  it('are five at most', () => {
    expect(outputLine(Float32Array.of(0, 1, 2, 3, 4, 5), placeOf([1, 1, 6], f32))).toBe(
      '5 (5), 4 (4), 3 (3), 2 (2), 1 (1)',
    );
  });

  it('are reported for one of several outputs only where names or a distribution say so', () => {
    const values = Float32Array.of(3, -1);
    const several = { outputs: 2 };
    expect(outputLine(values, placeOf([1, 1, 2], f32, several))).toBe('3, -1');
    expect(outputLine(values, placeOf([1, 1, 2], f32, { ...several, labels: ['a', 'b'] }))).toBe('0 a (3), 1 b (-1)');
    expect(outputLine(Float32Array.of(0.75, 0.25), placeOf([1, 1, 2], f32, several))).toBe('0 (0.75), 1 (0.25)');
  });

  it('are not reported for an output that is another image', () => {
    expect(outputLine(Float32Array.of(3, -1), placeOf([1, 1, 2], f32, { likeInput: true }))).toBe('3, -1');
    expect(outputLine(new Float32Array(64), placeOf([1, 1, 64], f32, { likeInput: true }))).toBe(
      '64 values; -o writes it',
    );
  });

  it('that an image is named are printed, and of a map those that most of it is, with their shares', () => {
    const labels = ['a', 'b'];
    expect(outputLine(Int32Array.of(1), placeOf([1, 1, 1], { dtype: 'i32' }, { labels }))).toBe('1 b');
    expect(outputLine(BigInt64Array.of(7n), placeOf([1, 1, 1], { dtype: 'i64' }, { labels }))).toBe('7');
    expect(outputLine(Int32Array.of(2, 0, 2, 1), placeOf([2, 2, 1], { dtype: 'i32' }, { labels }))).toBe(
      '2 (50.0 %), 0 a (25.0 %), 1 b (25.0 %)',
    );
  });

  it('have names that do not act on a terminal', () => {
    const place = placeOf([1, 1, 2], {}, { labels: ['a\u001b[2J', 'b'] });
    expect(outputLine(Int8Array.of(1, 0), place)).not.toContain('\u001b');
  });
});

describe('one value', () => {
  it('is a probability where it is of a type that holds 0 to 1 alone', () => {
    expect(outputLine(quantized(0.75), placeOf([1, 1, 1], unit))).toBe('probability 0.75');
    expect(outputLine(Uint8Array.of(192), placeOf([1, 1, 1], { dtype: 'u8', scale: 1 / 256, zeroPoint: 0 }))).toBe(
      'probability 0.75',
    );
    expect(outputLine(Float32Array.of(1), placeOf([1, 1, 1], f32))).toBe('probability 1');
  });

  it('is a value elsewhere', () => {
    expect(outputLine(Int8Array.of(1), placeOf([1, 1, 1]))).toBe('0.5'); // this type holds −64 to 63.5
    expect(outputLine(Float32Array.of(-0.25), placeOf([1, 1, 1], f32))).toBe('-0.25');
  });
});

describe('a map', () => {
  it('of probabilities is described by its pixels at 0.5 or above', () => {
    const place = placeOf([2, 3, 1], unit);
    expect(outputLine(quantized(0, 0.5, 0.25, 0, 0, 0.875), place)).toBe(
      'a 2×3×1 map, 2 of its pixels (33.3 %) at 0.5 or above: row 1 column 2 0.875, row 0 column 1 0.5',
    );
    expect(outputLine(quantized(0, 0, 0, 0, 0, 0.25), place)).toBe(
      'a 2×3×1 map, 0 of its pixels (0.0 %) at 0.5 or above',
    );
    const large = Float32Array.from({ length: 1_600 }, (_, i) => (i < 400 ? 1 : 0));
    expect(outputLine(large, placeOf([40, 40, 1], f32))).toBe(
      'a 40×40×1 map, 400 of its pixels (25.0 %) at 0.5 or above',
    );
  });

  it('of distributions is described by the pixels that are not of its most frequent class', () => {
    const place = placeOf([2, 2, 2], unit, { labels: ['background', 'face'] });
    expect(outputLine(quantized(1, 0, 0.75, 0.25, 0.125, 0.875, 1, 0), place)).toBe(
      'a 2×2×2 map: row 1 column 0 1 face (0.875), 0 background elsewhere',
    );
    expect(outputLine(quantized(1, 0, 1, 0, 1, 0, 1, 0), place)).toBe('a 2×2×2 map: 0 background everywhere');
  });

  it('of distributions counts the pixels beyond five, and of a large one gives the shares of its classes', () => {
    const face = Array.from({ length: 32 }, (_, i) => (i % 2 === (i < 14 ? 1 : 0) ? 1 : 0));
    expect(outputLine(Float32Array.from(face), placeOf([4, 4, 2], f32))).toMatch(
      /^a 4×4×2 map: row 0 column 0 1 \(1\), .*row 1 column 0 1 \(1\), 2 more pixels, 0 elsewhere$/,
    );
    const large = Float32Array.from({ length: 3_200 }, (_, i) => (i % 2 === (i < 800 ? 1 : 0) ? 1 : 0));
    expect(outputLine(large, placeOf([40, 40, 2], f32))).toBe('a 40×40×2 map: 0 (75.0 %), 1 (25.0 %)');
  });

  it('of scores with a name each is a map of classes, and without names it is written', () => {
    const values = Float32Array.from({ length: 32 }, (_, i) => (i === 0 ? 9 : i % 2));
    expect(outputLine(values, placeOf([4, 4, 2], f32, { labels: ['a', 'b'] }))).toBe(
      'a 4×4×2 map: row 0 column 0 0 a (9), 1 b elsewhere',
    );
    expect(outputLine(values, placeOf([4, 4, 2], f32))).toBe('a 4×4×2 map; -o writes it');
    expect(outputLine(values, placeOf([16, 1, 2], f32))).toBe('a 16×2 map; -o writes it');
  });
});
