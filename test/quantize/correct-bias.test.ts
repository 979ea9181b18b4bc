import { expect, it } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { QuantizedEvaluator } from '../../src/graph/evaluator.ts';
import { perTensor, type Tensor } from '../../src/graph/tensor.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import { quantize } from '../../src/quantize/quantize.ts';
import { observing, oneImage } from './observed.ts';

const f32 = { dtype: 'f32' } as const;
const dense = { activation: 'none', scaleProduct: 'f64' } as const;

/** Two layers that share their bias constant; the float values are given, not computed. */
function twoLayers(second: number) {
  const build = new GraphBuilder('two');
  const x = build.input('x', [1, 1, 1, 1], undefined, f32);
  const w = build.constant('w', [1, 1], Float32Array.of(1));
  const b = build.constant('b', [1], Float32Array.of(0));
  const y = build.add(fullyConnected, dense, [x, w, b], f32);
  const z = build.add(fullyConnected, dense, [y, w, b], f32);
  build.output(z);
  const seen = new Map([
    [x, [1.27]],
    [y, [1.27]],
    [z, [second]],
  ]);
  return { graph: build.build(), seen, b, y, z };
}

const image = [[Float32Array.of(1.27)]];

it('moves a bias until the mean of its channel is the float one', () => {
  const { graph, seen, z } = twoLayers(2.54);
  const { graph: int8 } = quantize(graph, image, {
    method: 'min-max',
    evaluate: observing(seen),
    evaluateQuantized,
  });
  const { scale, zeroPoint } = perTensor(int8.tensors[z] as Tensor);
  const [q] = evaluateQuantized(int8)([Int8Array.of(127)]);
  expect(scale * ((q?.[0] as number) - zeroPoint)).toBeCloseTo(2.54, 2);
});

it('leaves the bias of another node unchanged', () => {
  const { graph, seen, b } = twoLayers(2.54);
  const { graph: int8 } = quantize(graph, image, {
    method: 'min-max',
    evaluate: observing(seen),
    evaluateQuantized,
  });
  const biases = int8.nodes.map(({ inputs }) => inputs[2] as number);
  expect(biases[0]).toBe(b);
  expect(biases[1]).toBe(int8.tensors.length - 1);
  expect(int8.tensors[b]?.data).toEqual(Int32Array.of(0));
  expect(int8.tensors[biases[1] as number]?.data?.[0]).toBeGreaterThan(1000);
});

it('runs each layer once for each of the first images, tells what is done, and asks for one output', () => {
  const { graph, seen } = twoLayers(1.27);
  const outputs: number[][] = [];
  let runs = 0;
  const counting: QuantizedEvaluator = (part) => {
    outputs.push([part.nodes.length, ...part.outputs]);
    const run = evaluateQuantized(part);
    return (inputs) => {
      runs++;
      return run(inputs);
    };
  };
  const done: string[] = [];
  const images = Array.from({ length: 5 }, () => image[0] as Float32Array[]);
  quantize(graph, images, {
    evaluate: observing(seen),
    evaluateQuantized: counting,
    correctionImages: 3,
    onLayer: (n, of) => done.push(`${n}/${of}`),
  });
  expect(outputs).toEqual(graph.nodes.map(({ outputs: [y] }, n) => [n + 1, y]));
  expect(runs).toBe(6);
  expect(done).toEqual(['1/2', '2/2']);
});

it('is not made where no int8 execution is given', () => {
  const { graph, seen, b } = twoLayers(2.54);
  const { graph: int8 } = quantize(graph, oneImage, { method: 'min-max', evaluate: observing(seen) });
  expect(int8.nodes.map(({ inputs }) => inputs[2])).toEqual([b, b]);
});

it.each([0, -1, 0.5, Number.NaN, Infinity])('refuses to correct biases on %d images', (correctionImages) => {
  const { graph, seen } = twoLayers(2.54);
  const options = { method: 'min-max', evaluate: observing(seen), evaluateQuantized, correctionImages } as const;
  expect(() => quantize(graph, image, options)).toThrow(
    expect.objectContaining({
      code: 'usage',
      message: `quantize: correctionImages ${correctionImages}: expected a whole number of 1 or more`,
    }),
  );
});
