import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Numbers } from '../../src/format/values.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { elements, perTensor, type Tensor } from '../../src/graph/tensor.ts';
import { verify } from '../../src/graph/verify.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { dequantized, realOf } from '../support/float.ts';
import {
  addGraph,
  convGraph,
  depthwiseGraph,
  fullyConnectedGraph,
  inputsOf,
  meanGraph,
  padGraph,
  poolGraph,
  reshapeGraph,
  type Second,
  softmaxGraph,
  transposeConvGraph,
} from '../support/problems.ts';

/** The largest distance, in steps of the output, between the int8 reference and the float definition of the same values. */
function stepsApart(graph: Graph, seed: number): number {
  const inputs = inputsOf(graph, seed);
  const float = dequantized(graph);
  verify(float);
  const real = graph.inputs.map((id, i) => {
    const { shape, quantization } = graph.tensors[id] as Tensor;
    return realOf(inputs[i] as Numbers, shape, quantization as NonNullable<typeof quantization>);
  });
  const y = graph.tensors[graph.outputs[0] as number] as Tensor;
  const { scale, zeroPoint } = perTensor(y);
  const got = evaluateFloat(float)(real)[0] as Float32Array;
  const wanted = evaluate(graph, inputs).outputs[0] as Numbers;
  expect(got.length).toBe(elements(y.shape));
  return Math.max(
    ...Array.from(got, (value, i) => {
      const q = Math.min(Math.max(value / scale + zeroPoint, -128), 127);
      return Math.abs(q - (wanted[i] as number));
    }),
  );
}

const activation = fc.constantFrom('none', 'relu', 'relu6', 'reluN1To1');
const seed = fc.integer({ min: 1, max: 1000 });
const windowed = fc.record({
  seed,
  shape: fc.tuple(
    fc.constant(1),
    fc.integer({ min: 5, max: 8 }),
    fc.integer({ min: 5, max: 8 }),
    fc.constantFrom(2, 6),
  ),
  window: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  stride: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
  padding: fc.record({ top: fc.nat(2), left: fc.nat(2), bottom: fc.nat(2), right: fc.nat(2) }),
  activation,
  bias: fc.boolean(),
});
const dilated = fc
  .tuple(windowed, fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })))
  .map(([given, dilation]) => ({ ...given, dilation }));

/** Two roundings to the nearest are half a step each at most; the float sums add a trifle. */
const within = 1.01;

describe('the float definition is within a step of the int8 reference', () => {
  it.each([
    ['conv2d', dilated.map((given) => convGraph({ ...given, groups: given.seed % 2 ? 1 : 2 }))],
    ['depthwiseConv2d', dilated.map((given) => depthwiseGraph({ ...given, depthMultiplier: 1 + (given.seed % 3) }))],
    [
      'transposeConv2d',
      windowed.map(({ padding, ...given }) =>
        transposeConvGraph({ ...given, crop: [padding.top % 2, padding.left % 2] }),
      ),
    ],
    ['fullyConnected', windowed.map((given) => fullyConnectedGraph({ ...given, flatten: given.seed % 2 === 0 }))],
    [
      'averagePool2d',
      // Padding narrower than the window, so that every window has a cell.
      windowed.map((given) =>
        poolGraph({ ...given, padding: { top: 1, left: 0, bottom: 0, right: 1 }, window: [2, 3] }),
      ),
    ],
    [
      'add',
      fc
        .tuple(windowed, fc.constantFrom<Second>('equal', 'channel', 'value', 'constant channel', 'constant value'))
        .map(([given, second]) => addGraph(given.shape as never, second, given.activation as 'none')),
    ],
    ['mean', windowed.map(({ shape, seed }) => meanGraph(shape as never, seed % 2 ? 'hw' : 'c'))],
    ['pad', windowed.map(({ shape }) => padGraph(shape as never, [1, 0, 2], [0, 2, 1]))],
    ['reshape', windowed.map(({ shape: [, h, w, c] }) => reshapeGraph([1, h, w, c], [1, 1, w, h * c]))],
    ['softmax', windowed.map(({ shape }) => softmaxGraph(shape as never))],
  ] as const)('%s', (_, graphs) => {
    fc.assert(
      fc.property(graphs as fc.Arbitrary<Graph>, seed, (graph, image) => {
        expect(stepsApart(graph, image)).toBeLessThan(within);
      }),
      { numRuns: 60 },
    );
  });
});
