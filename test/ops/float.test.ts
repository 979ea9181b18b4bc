import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Numbers } from '../../src/format/values.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { elements, perTensor, type Tensor } from '../../src/graph/tensor.ts';
import { verify } from '../../src/graph/verify.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { catalogue } from '../cases/catalogue.ts';
import { dequantized, realOf } from '../support/float.ts';
import { inputsOf } from '../support/values.ts';

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

/** Two roundings to the nearest are half a step each at most; the float sums add a trifle. */
const within = 1.01;

const graphs = catalogue.flatMap(({ op, real }) => (real ? [{ type: op.type, real }] : []));

describe('the float definition is within a step of the int8 reference', () => {
  it.each(graphs)('$type', ({ real }) => {
    fc.assert(
      fc.property(real, fc.integer({ min: 1, max: 1000 }), (graph, image) => {
        expect(stepsApart(graph, image)).toBeLessThan(within);
      }),
      { numRuns: 60 },
    );
  });
});
