import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { noPadding, perTensor, type Tensor } from '../../src/graph/tensor.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { quantize } from '../../src/quantize/quantize.ts';
import { quantizeValues } from '../../src/quantize/range.ts';
import { tiers } from '../support/engine.ts';
import { int8Engine } from '../support/int8-engine.ts';

const window = { stride: [1, 1], dilation: [1, 1], padding: noPadding, groups: 1 } as const;

/** A 1×1 convolution of 2 channels on 2×2 pixels; `weights` are rows of two. */
function pointwise(weights: readonly number[], bias: readonly number[]): Graph {
  const build = new GraphBuilder('edge');
  const x = build.input('x', [1, 2, 2, 2], undefined, { dtype: 'f32' });
  const w = build.constant('w', [bias.length, 1, 1, 2], Float32Array.from(weights));
  const b = build.constant('b', [bias.length], Float32Array.from(bias));
  const attributes = { ...window, activation: 'none', scaleProduct: 'f64' } as const;
  build.output(build.add(conv2d, attributes, [x, w, b], { name: 'conv', dtype: 'f32' }));
  return build.build();
}

const image = [Float32Array.of(-1, 0.5, 1, 0, 0.25, -0.75, 0.9, 1)];

/** int8 of every value on both tiers, which must agree with the references, as real values beside the float ones. */
function run(graph: Graph, data = [image]) {
  const int8 = quantize(graph, data, { method: 'min-max', evaluate: evaluateFloat }).graph;
  const x = perTensor(int8.tensors[int8.inputs[0] as number] as Tensor);
  const y = perTensor(int8.tensors[int8.outputs[0] as number] as Tensor);
  const inputs = [quantizeValues(image[0] as Float32Array, x.scale, x.zeroPoint)];
  const [expected] = evaluateQuantized(int8)(inputs);
  for (const tier of tiers) expect(int8Engine(tier)(int8)(inputs)[0]).toEqual(expected);
  return {
    real: Array.from(evaluateFloat(graph)(image)[0] as Float32Array),
    got: Array.from(expected as Int8Array, (q) => y.scale * (q - y.zeroPoint)),
    step: y.scale,
  };
}

const worst = ({ real, got }: ReturnType<typeof run>): number =>
  Math.max(...real.map((value, i) => Math.abs(value - (got[i] as number))));

describe('on the engine', () => {
  it.each([
    ['an all-zero channel (gamma 0) gives its bias', [0, 0, 1, -1], [0.7, 0.1]],
    ['channels that are all zero, without bias, give 0', [0, 0, 0, 0], [0, 0]],
    ['weights whose scale underflows give their bias', [1e-42, -1e-41, 1, 1], [-0.3, 0]],
    ['weights below float32 give their bias', [1e-38, 0, 1, 1], [0.4, 0]],
    ['a bias that would overflow int32 is right', [1e-9, -1e-9, 1, 1], [2, 0]],
    ['a bias far beyond everything else is right', [1e-3, 2e-3, 1, 1], [3e6, -2e6]],
    ['weights of very different size are right', [1e4, -1e4, 1e-4, 1e-4], [0, 0]],
  ])('%s', (_, weights, bias) => {
    const result = run(pointwise(weights, bias));
    expect(worst(result)).toBeLessThanOrEqual(1.6 * result.step);
  });

  it('an output that was always near 0 runs, whatever its weights', () => {
    const zeros = [[new Float32Array(8)]];
    const graph = pointwise([1e12, 1e12, 1, 1], [0, 0]);
    expect(() => run(graph, zeros)).not.toThrow();
    expect(() => run(pointwise([1e12, -1e12, 1, 1], [0, 0]), [[new Float32Array(8).fill(1)]])).not.toThrow();
  });

  it('a blank image gives a network that runs', () => {
    expect(() => run(pointwise([1, 2, 3, 4], [0, 0]), [[new Float32Array(8)]])).not.toThrow();
  });
});
