import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importFile, importUnlowered } from '../../../src/compiler/import-file.ts';
import { lower } from '../../../src/compiler/lower.ts';
import type { Graph } from '../../../src/graph/graph.ts';
import { perTensor } from '../../../src/graph/tensor.ts';
import { evaluateQuantized } from '../../../src/ops/evaluate.ts';
import { quantize } from '../../../src/quantize/quantize.ts';
import { quantizeValues } from '../../../src/quantize/range.ts';
import { hands, smooth } from '../../playground/drawn-digits.ts';
import { floatEngine } from '../../support/float.ts';
import { int8Engine } from '../../support/int8-engine.ts';
import { describeShared } from '../../support/shared-data.ts';
import { randomOf } from '../../support/values.ts';
import { imagesOf, relativeError } from '../pytorch/nchw.ts';

const [height, width] = [48, 192];
const shapes = { x: [1, 3, height, width] };

/** Lines of digits in ink on paper, every other one upside down, as the network takes them: BGR, x / 127.5 − 1. */
function drawnLines(count: number): Float32Array[][] {
  const random = randomOf(20);
  const between = (least: number, most: number): number => least + random() * (most - least);
  return Array.from({ length: count }, (_, line) => {
    const ink = new Float32Array(height * width);
    const [size, thickness] = [between(20, 36), between(0.8, 2)];
    const top = between(2, height - size - 2);
    for (let left = between(2, 20); left + size < width; left += size * between(0.6, 0.9)) {
      const { digits } = hands[Math.floor(random() * hands.length)];
      for (const stroke of digits[Math.floor(random() * 10)]) {
        for (const [px, py] of smooth(stroke, 12))
          draw(ink, left + (px * size) / 150, top + (py * size) / 100, thickness);
      }
    }
    const [paper, pen] = [0, 1].map((dark) => [0, 1, 2].map(() => (dark ? between(-0.9, -0.3) : between(0.6, 1))));
    const values = new Float32Array(height * width * 3);
    for (let pixel = 0; pixel < height * width; pixel++) {
      const at = line % 2 === 0 ? pixel : height * width - 1 - pixel;
      for (let c = 0; c < 3; c++) values[at * 3 + c] = paper[c] + ink[pixel] * (pen[c] - paper[c]);
    }
    return [values];
  });
}

/** A round spot of ink with soft edges. */
function draw(ink: Float32Array, x: number, y: number, radius: number): void {
  for (let row = Math.floor(y - radius); row <= Math.ceil(y + radius); row++) {
    for (let column = Math.floor(x - radius); column <= Math.ceil(x + radius); column++) {
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      const covered = Math.min(Math.max(radius + 0.5 - Math.hypot(column - x, row - y), 0), 1);
      ink[row * width + column] = Math.max(ink[row * width + column], covered);
    }
  }
}

/** The same graph up to what its softmax reads. */
function logitsOf(graph: Graph): Graph {
  const last = graph.nodes.find(({ op }) => op.type === 'Softmax');
  if (!last) throw new Error('it has no softmax');
  return lower({ ...graph, outputs: [last.inputs[0]] });
}

const classOf = (values: ArrayLike<number>): number => (values[0] >= values[1] ? 0 : 1);

const decibels = (ours: readonly number[], theirs: readonly number[]): number => {
  const power = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
  return 10 * Math.log10(power(theirs) / power(theirs.map((value, i) => value - ours[i])));
};

describeShared("PP-OCR's classifier of text directions", (data) => {
  const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`${data}onnx/ppocr_mobile_v2_cls.${name}`));
  const reals = (name: string): Float32Array => new Float32Array(bytesOf(name).buffer);
  const pictures = () => imagesOf(reals('in.f32.bin'), [4, 3, height, width]);
  const theirs = reals('out.f32.bin');

  it('gives the recorded probabilities within 1e-3, once its sizes are given', async () => {
    const graph = await importFile(bytesOf('onnx'), 'cls.onnx', { shapes });
    const run = (await floatEngine())(graph);
    const ours = pictures().flatMap((image) => [...run([image])[0]]);
    expect(ours.length).toBe(8);
    expect(relativeError(ours, theirs)).toBeLessThan(1e-3);
    // Two directions are among them: a constant answer would not pass.
    expect(relativeError(new Array(8).fill(0.5), theirs)).toBeGreaterThan(0.4);
    expect(graph.nodes.filter(({ op }) => op.type === 'Transpose')).toEqual([]);
  });

  it('is refused with the option that gives its sizes', async () => {
    await expect(importFile(bytesOf('onnx'), 'cls.onnx')).rejects.toThrow(
      /input "x": its sizes are not fixed: open: axes 2 and 3 of 0 to 3; give --shape 'x=1,3,H,W' with numbers for H and W/,
    );
  });

  it('int8, calibrated on drawn lines, has the classes of the pictures and logits of 20 dB', async () => {
    const graph = logitsOf(await importUnlowered(bytesOf('onnx'), 'cls.onnx', { shapes }));
    const evaluate = await floatEngine();
    const quantized = quantize(graph, drawnLines(24), { evaluate }).graph;
    const [input, output] = [quantized.tensors[quantized.inputs[0]], quantized.tensors[quantized.outputs[0]]];
    const bytes = pictures().map((image) => [
      quantizeValues(image, perTensor(input).scale, perTensor(input).zeroPoint),
    ]);
    const { scale, zeroPoint } = perTensor(output);
    const runs = [int8Engine(), int8Engine('scalar')].map((run) => run(quantized));
    const [simd, scalar] = runs.map((run) => bytes.map((image) => run(image)[0]));
    expect(simd).toEqual(scalar);
    expect(simd[1]).toEqual(evaluateQuantized(quantized)(bytes[1])[0]);
    const int8 = simd.map((values) => Array.from(values as Int8Array, (q) => (q - zeroPoint) * scale));
    const float = pictures().map((image) => [...evaluate(graph)([image])[0]]);
    expect(int8.map(classOf)).toEqual([0, 1, 2, 3].map((i) => classOf(theirs.subarray(i * 2, i * 2 + 2))));
    expect(decibels(int8.flat(), float.flat())).toBeGreaterThan(20);
    const mean = float[0].map((_, k) => float.reduce((sum, values) => sum + values[k] / 4, 0));
    expect(
      decibels(
        float.flatMap(() => mean),
        float.flat(),
      ),
    ).toBeLessThan(10);
  });
});
