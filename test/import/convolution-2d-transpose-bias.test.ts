import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importModel } from '../../src/compiler/import-model.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { describeShared } from '../support/shared-data.ts';
import { type WriteModel, writeTflite } from './write-tflite.ts';

const floats = (...values: readonly number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

/** One row of two pixels, a window of 1×3 with the weights 1, 2, 4, a bias of 10. */
function model(padding: number, width: number, change: object = {}): WriteModel {
  const real = { type: 'float32' } as const;
  return {
    tensors: [
      { name: 'x', shape: [1, 1, 2, 1], ...real },
      { name: 'w', shape: [1, 1, 3, 1], ...real, bytes: floats(1, 2, 4) },
      { name: 'b', shape: [1], ...real, bytes: floats(10) },
      { name: 'y', shape: [1, 1, width, 1], ...real },
    ],
    operators: [
      {
        ...{ name: 'Convolution2DTransposeBias', inputs: [0, 1, 2], outputs: [3] },
        customOptions: new Uint8Array(Int32Array.of(padding, 2, 1).buffer), // padding, stride over columns, over rows
        ...change,
      },
    ],
    inputs: [0],
    outputs: [3],
  };
}
const run = (given: WriteModel): number[] => {
  const [y] = evaluateFloat(importModel(writeTflite(given), 'm.tflite'))([Float32Array.of(1, 100)]);
  return [...(y as Float32Array)];
};

it('spreads pixels by its stride and adds the bias, by hand', () => {
  // VALID: 1·(1, 2, 4) at 0 and 100·(1, 2, 4) at 2.
  expect(run(model(2, 5))).toEqual([11, 12, 114, 210, 410]);
  // SAME leaves out max(0, 3 − (2 − 1) mod 2 − 1) = 1 column, none of it before.
  expect(run(model(1, 4))).toEqual([11, 12, 114, 210]);
});

it.each([
  [{ customOptions: new Uint8Array(8) }, 'its options have 8 bytes (12: padding, stride over columns and rows)'],
  [{ customOptions: new Uint8Array(Int32Array.of(1, 0, 1).buffer) }, 'stride 1×0 is not supported (from 1×1)'],
  [{ inputs: [0, 1] }, 'its bias is missing'],
])('%j is refused', (change, text) => {
  expect(() => importModel(writeTflite(model(1, 4, change)), 'm.tflite')).toThrow(
    `node 0 Convolution2DTransposeBias "y": ${text}`,
  );
});

describeShared('selfie segmentation of MediaPipe', (data) => {
  it('has the float outputs of LiteRT on its first picture', () => {
    const file = (name: string): Uint8Array => new Uint8Array(readFileSync(`${data}float/selfie_segmentation.${name}`));
    const graph = importModel(file('tflite'), 'selfie_segmentation.tflite');
    const expected = new Float32Array(file('activation_10.f32.bin').buffer);
    const [values, side] = [3 * 256 ** 2, 256 ** 2];
    const pixels = file('test.npy').slice(-(expected.length / side) * values); // behind the header
    const first = pixels.subarray(0, values);
    const [mask] = evaluateFloat(graph)([Float32Array.from(first, (pixel) => pixel / 255)]) as [Float32Array];
    let worst = 0;
    mask.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - (expected[i] as number)));
    });
    console.log(`selfie_segmentation: ${worst} at most, of ${mask.length} values`);
    expect(worst).toBeLessThan(1e-4);
  }, 120_000);
});
