import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { render, renderInPlace, renderingOf, type Stroke } from '../../examples/playground/src/strokes.ts';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import type { Model } from '../../src/runtime/model.ts';
import { load } from '../../src/runtime/node.ts';
import { hands, smooth } from './drawn-digits.ts';

const mnist = renderingOf({ width: 28, height: 28 });
const ring: Stroke = smooth(hands[0]?.digits[0]?.[0] ?? []);
const sum = (levels: Float32Array): number => levels.reduce((total, level) => total + level, 0);

describe('a drawing as an image of a data set', () => {
  it('is the same wherever and however large it was drawn', () => {
    const moved = ring.map(([x, y]) => [3 * x + 200, 3 * y - 40] as const);
    const [levels, others] = [render([ring], mnist), render([moved], mnist)];
    // Coordinates are rounded differently: samples on an edge may change.
    for (const [i, level] of levels.entries())
      expect(Math.abs(level - (others[i] as number))).toBeLessThanOrEqual(3 / 64);
  });

  it('has a longer side of 20 pixels of 28, and its centre of mass in the middle', () => {
    const levels = render([ring], mnist);
    const rows = Array.from({ length: 28 }, (_, y) => sum(levels.subarray(28 * y, 28 * (y + 1))));
    const inked = rows.flatMap((row, y) => (row > 0 ? [y] : []));
    expect((inked.at(-1) as number) - (inked[0] as number) + 1).toBeLessThanOrEqual(21);
    expect((inked.at(-1) as number) - (inked[0] as number) + 1).toBeGreaterThanOrEqual(20);
    const centre = rows.reduce((total, row, y) => total + row * (y + 0.5), 0) / sum(levels);
    expect(Math.abs(centre - 14)).toBeLessThan(0.1);
  });

  it('has levels between black and white at edges', () => {
    const levels = [...render([ring], mnist)];
    expect(levels.every((level) => level >= 0 && level <= 1)).toBe(true);
    expect(levels.filter((level) => level > 0.1 && level < 0.9).length).toBeGreaterThan(40);
    expect(levels.filter((level) => level === 1).length).toBeGreaterThan(20);
  });

  it('keeps a line of its width whole: a dot covers the area of a disc', () => {
    const dot = render([[[5, 5]]], mnist);
    expect(sum(dot)).toBeCloseTo(Math.PI * (mnist.lineWidth / 2) ** 2, 0);
  });

  it('keeps ink inside the image, whatever its centre of mass', () => {
    const levels = render(
      [
        [
          [0, 0],
          [100, 0],
        ],
        [
          [0, 0],
          [0, 100],
        ],
      ],
      renderingOf({ width: 8, height: 8 }),
    );
    const lengths = 2 * (8 - 1.2) * 1.2;
    expect(sum(levels)).toBeGreaterThan(0.9 * lengths);
  });

  it('stays where it was drawn if it is not to be centred', () => {
    const corner = renderInPlace([[[10, 10]]], { width: 280, height: 280 }, mnist);
    expect(corner[28 + 1]).toBeGreaterThan(0);
    expect(sum(corner.subarray(28 * 4))).toBe(0);
  });

  it.each([[[]], [[[]]]])('is black without ink: %j', (strokes) => {
    expect(sum(render(strokes as Stroke[], mnist))).toBe(0);
  });
});

describe('the MNIST network names drawn digits', () => {
  let model: Model;
  beforeAll(async () => {
    const path = 'test/data/litenet_mnist/litenet_mnist_int8.tflite';
    model = await load(compile(importModel(readFileSync(path), path)).bytes);
  });

  it.each(hands)('$hand', ({ digits }) => {
    const named = digits.map((strokes) => {
      const levels = render(
        strokes.map((stroke) => smooth(stroke)),
        mnist,
      );
      const scores = model.run(Int8Array.from(levels, (level) => Math.round(255 * level) - 128))[0] as Int8Array;
      return scores.indexOf(Math.max(...scores));
    });
    expect(named).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
