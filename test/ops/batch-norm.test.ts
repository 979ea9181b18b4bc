import { describe, expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import { verify } from '../../src/graph/verify.ts';
import { batchNorm, scaleAndOffset } from '../../src/ops/batch-norm.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';

interface Given {
  readonly weight: readonly number[];
  readonly bias?: readonly number[];
  readonly mean?: readonly number[];
  readonly variance?: readonly number[];
}

const zeros = (values: readonly number[]) => values.map(() => 0);

const arrays = ({ weight, bias = zeros(weight), mean = zeros(weight), variance = weight.map(() => 1) }: Given) =>
  [weight, bias, mean, variance].map((values) => Float32Array.from(values));

function graphOf(given: Given, eps: number) {
  const c = given.weight.length;
  const build = new GraphBuilder();
  const x = build.input('x', [1, 1, 2, c], undefined, { dtype: 'f32' });
  const constants = arrays(given).map((values, i) => build.constant(`p${i}`, [values.length], values));
  build.output(build.add(batchNorm, { eps }, [x, ...constants], { dtype: 'f32' }));
  return build.build();
}

describe('batch-norm', () => {
  it('computes by hand: 2 · (x − 1) / √4 + 0.5, and per channel', () => {
    const graph = graphOf({ weight: [2, 1], bias: [0.5, 0], mean: [1, 0], variance: [3, 0] }, 1);
    verify(graph);
    expect([...(evaluateFloat(graph)([Float32Array.of(-2, 5, 3, -7)])[0] as Float32Array)]).toEqual([-2.5, 5, 2.5, -7]);
  });

  it.each([1e-3, 1e-5])('honours eps %d where the variance is 0', (eps) => {
    const { scale, offset } = scaleAndOffset(arrays({ weight: [3], bias: [1], mean: [2], variance: [0] }), eps);
    expect(scale[0]).toBe(3 / Math.sqrt(eps));
    expect(offset[0]).toBe(1 - 2 * (3 / Math.sqrt(eps)));
  });

  it('gives the bias where the weight is 0', () => {
    const graph = graphOf({ weight: [0], bias: [0.25], mean: [7] }, 1e-5);
    expect([...(evaluateFloat(graph)([Float32Array.of(-9, 9)])[0] as Float32Array)]).toEqual([0.25, 0.25]);
  });

  it.each<[string, Given, number, RegExp]>([
    ['a negative variance', { weight: [1, 1], variance: [1, -0.5] }, 1, /channel 1 has the variance -0.5 with eps 1 /],
    ['a variance that is not a number', { weight: [1], variance: [NaN] }, 1, /channel 0 has the variance NaN/],
    ['a variance of 0 without eps', { weight: [1], variance: [0] }, 0, /channel 0 has the variance 0 with eps 0 /],
    ['a factor beyond float32', { weight: [3e38], variance: [0] }, 1e-5, /channel 0 has no finite factors: weight 3/],
    ['a mean that is not a number', { weight: [1], mean: [NaN] }, 1, /channel 0 has no finite factors: .*mean NaN/],
  ])('refuses %s', (_, given, eps, message) => {
    expect(() => scaleAndOffset(arrays(given), eps)).toThrow(message);
  });

  it('refuses parameters of another length, and quantised tensors', () => {
    expect(() => graphOf({ weight: [1, 1], mean: [0] }, 1)).toThrow('a mean of 1 for 2 channels');
    const build = new GraphBuilder();
    const x = build.input('x', [1, 1, 1, 1], quantizedBy(1, 0));
    const one = build.constant('one', [1], Float32Array.of(1));
    build.output(build.add(batchNorm, { eps: 1 }, [x, one, one, one, one], { quantization: quantizedBy(1, 0) }));
    expect(() => verify(build.build())).toThrow(/node 0 BatchNorm .*its x "x" is i8 \(f32\)/);
  });
});
