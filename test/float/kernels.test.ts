import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { FloatExports } from '../../src/float/exports.ts';
import { packWeights } from '../../src/float/kernels/product.ts';
import { floatModule } from '../support/float.ts';
import { randomOf } from '../support/values.ts';

const fence = 12345;

/** Memory of 64 KB full of fence values, in which arrays are laid out 64 bytes apart. */
function bench() {
  const engine = new WebAssembly.Instance(floatModule()).exports as unknown as FloatExports;
  const all = new Float32Array(engine.memory.buffer).fill(fence);
  let next = 16;
  const room = (count: number): { readonly at: number; readonly values: Float32Array } => {
    const values = all.subarray(next, next + count);
    next += count + 16;
    return { at: values.byteOffset, values };
  };
  const put = (values: Float32Array): number => {
    const { at, values: to } = room(values.length);
    to.set(values);
    return at;
  };
  return { engine, all, room, put };
}

function realsOf(seed: number, count: number): Float32Array {
  const random = randomOf(seed);
  return Float32Array.from({ length: count }, () => random() * 4 - 2);
}

/** All of memory but `written` is as it was before the call. */
function expectUntouched(all: Float32Array, call: () => void, ...written: readonly Float32Array[]): void {
  const before = all.slice();
  call();
  const after = all.slice();
  for (const { byteOffset, length } of written) {
    before.fill(0, byteOffset / 4, byteOffset / 4 + length);
    after.fill(0, byteOffset / 4, byteOffset / 4 + length);
  }
  expect(Buffer.from(after.buffer).equals(Buffer.from(before.buffer))).toBe(true);
}

it('product writes its pixels and outputs alone, whatever lies between them', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 7 }),
      fc.constantFrom(0, 1, 3),
      (pixels, outputs, depth, gap) => {
        const { engine, all, room, put } = bench();
        const a = realsOf(1, pixels * depth);
        const w = realsOf(2, outputs * depth);
        const bias = new Float32Array((outputs + 7) & ~7).fill(0.5);
        const [aAt, wAt, bAt] = [put(a), put(packWeights(w, outputs, depth)), put(bias)];
        const y = room(pixels * (outputs + gap));
        const step = 4 * (outputs + gap);
        const rows = Array.from({ length: pixels }, (_, p) =>
          y.values.subarray(p * (outputs + gap), p * (outputs + gap) + outputs),
        );
        expectUntouched(
          all,
          () => engine.product(aAt, 4 * depth, pixels, depth, wAt, bAt, y.at, step, outputs, -1, 1),
          ...rows,
        );
        rows.forEach((row, p) => {
          row.forEach((value, o) => {
            let acc = 0.5;
            for (let k = 0; k < depth; k++) {
              const product = (a[p * depth + k] as number) * (w[o * depth + k] as number);
              acc = Math.fround(acc + Math.fround(product));
            }
            expect(value).toBe(Math.min(Math.max(acc, -1), 1));
          });
        });
      },
    ),
  );
});

it('gather copies one window by hand: a 2×2 window at the upper left corner of a padded 2×2 map', () => {
  const { engine, all, room, put } = bench();
  const x = put(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)); // two channels, of which the second is the group
  const to = room(4);
  expectUntouched(all, () => engine.gather(x + 4, to.at, 0, 1, 2, 2, 2, 1, 2, 2, 1, 1, 1, 1, 1, 1, 3), to.values);
  expect([...to.values]).toEqual([0, 0, 0, 2]);
});

it('depthwise writes its channels alone', () => {
  for (let channels = 1; channels <= 20; channels++) {
    const { engine, all, room, put } = bench();
    const [x, w] = [realsOf(1, 4 * channels), realsOf(2, 2 * channels)];
    const [xAt, wAt] = [put(x), put(w)];
    const [bias, zeros] = [put(new Float32Array(channels).fill(1)), put(new Float32Array(channels))];
    const [y, taps] = [room(2 * channels), room(2)];
    const geometry = [1, 4, channels, 1, 1, 2, 1, 2, 1, 1, 0, 0, 1, 2] as const;
    expectUntouched(
      all,
      () => engine.depthwise(xAt, wAt, bias, zeros, y.at, taps.at, ...geometry, -Infinity, Infinity),
      y.values,
      taps.values,
    );
    y.values.forEach((value, i) => {
      const [c, left] = [i % channels, Math.floor(i / channels) * 2 * channels];
      const first = Math.fround(1 + Math.fround((x[left + c] as number) * (w[c] as number)));
      const second = Math.fround((x[left + channels + c] as number) * (w[channels + c] as number));
      expect(value).toBe(Math.fround(first + second));
    });
  }
});
