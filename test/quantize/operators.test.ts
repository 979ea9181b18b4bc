import { describe, expect, it } from 'vitest';
import type { ElementwiseAttributes } from '../../src/graph/attributes.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { Op } from '../../src/graph/op.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { perTensor, type Tensor } from '../../src/graph/tensor.ts';
import { abs } from '../../src/ops/abs.ts';
import { add as plus } from '../../src/ops/add.ts';
import { elu } from '../../src/ops/elu.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { exp } from '../../src/ops/exp.ts';
import { gelu } from '../../src/ops/gelu.ts';
import { leakyRelu } from '../../src/ops/leaky-relu.ts';
import { maximum } from '../../src/ops/maximum.ts';
import { minimum } from '../../src/ops/minimum.ts';
import { mul } from '../../src/ops/mul.ts';
import { neg } from '../../src/ops/neg.ts';
import { pow } from '../../src/ops/pow.ts';
import { prelu } from '../../src/ops/prelu.ts';
import { resizeBilinear } from '../../src/ops/resize-bilinear.ts';
import { resizeNearestNeighbor } from '../../src/ops/resize-nearest-neighbor.ts';
import { sqrt } from '../../src/ops/sqrt.ts';
import { squaredDifference } from '../../src/ops/squared-difference.ts';
import { sub } from '../../src/ops/sub.ts';
import { tanh } from '../../src/ops/tanh.ts';
import { tiers } from '../support/engine.ts';
import { firstByteDifference, int8Of, realsFor, referenceTensors } from '../support/three-ways.ts';

/** Operators that network.json has no words for, and files of real values may hold. */

const resizing = { size: [7, 9], alignCorners: false, halfPixelCenters: true } as const;
const constant = (build: GraphBuilder, ...values: number[]): TensorId =>
  build.constant('c', [1, 1, 1, values.length], Float32Array.from(values));

const real = (build: GraphBuilder, op: Op<ElementwiseAttributes>, x: TensorId): TensorId =>
  build.add(op, {}, [x], { dtype: 'f32' });
const onePlus = (build: GraphBuilder, x: TensorId): TensorId =>
  build.add(plus, { activation: 'none' }, [x, constant(build, 1)], { dtype: 'f32' });
const squared = (build: GraphBuilder, x: TensorId): TensorId =>
  build.add(mul, { activation: 'none' }, [x, x], { dtype: 'f32' });

const operators: readonly [name: string, add: (build: GraphBuilder, x: TensorId) => TensorId][] = [
  ['tanh', (build, x) => build.add(tanh, {}, [x], { dtype: 'f32' })],
  ['leaky relu', (build, x) => build.add(leakyRelu, { alpha: Math.fround(0.1) }, [x], { dtype: 'f32' })],
  ['prelu', (build, x) => build.add(prelu, {}, [x, constant(build, -0.5, 0.1, 0.9)], { dtype: 'f32' })],
  ['sub', (build, x) => build.add(sub, { activation: 'none' }, [x, constant(build, 0.5, -1, 2)], { dtype: 'f32' })],
  ['exp of a negative square', (build, x) => real(build, exp, real(build, neg, squared(build, x)))],
  ['elu', (build, x) => real(build, elu, x)],
  ['gelu', (build, x) => build.add(gelu, { approximate: false }, [x], { dtype: 'f32' })],
  ['gelu by tanh', (build, x) => build.add(gelu, { approximate: true }, [x], { dtype: 'f32' })],
  ['the square root of 1 and abs', (build, x) => real(build, sqrt, onePlus(build, real(build, abs, x)))],
  [
    'minimum',
    (build, x) => build.add(minimum, { activation: 'none' }, [x, constant(build, 0.5, -1, 2)], { dtype: 'f32' }),
  ],
  ['maximum', (build, x) => build.add(maximum, { activation: 'none' }, [x, squared(build, x)], { dtype: 'f32' })],
  [
    'squared difference',
    (build, x) =>
      build.add(squaredDifference, { activation: 'none' }, [x, constant(build, 0.5, -1, 2)], { dtype: 'f32' }),
  ],
  ['a power', (build, x) => build.add(pow, { exponent: 2 }, [x], { dtype: 'f32' })],
  ['nearest', (build, x) => build.add(resizeNearestNeighbor, resizing, [x], { dtype: 'f32' })],
  ['bilinear', (build, x) => build.add(resizeBilinear, { ...resizing, unsigned: false }, [x], { dtype: 'f32' })],
];

function floatGraph(add: (build: GraphBuilder, x: TensorId) => TensorId): Graph {
  const build = new GraphBuilder('operator');
  build.output(add(build, build.input('x', [1, 4, 5, 3], undefined, { dtype: 'f32' })));
  return build.build();
}

describe.each(operators)('%s, quantised', (_, add) => {
  const graph = floatGraph(add);
  const int8 = int8Of(graph, evaluateFloat, 7);
  const [x, y] = [int8.inputs, int8.outputs].map(([id]) => perTensor(int8.tensors[id as number] as Tensor)) as [
    ReturnType<typeof perTensor>,
    ReturnType<typeof perTensor>,
  ];
  const [image] = realsFor(graph, 8) as [Float32Array];
  const bytes = Int8Array.from(image, (value) =>
    Math.max(-128, Math.min(127, Math.round(value / x.scale) + x.zeroPoint)),
  );

  it('is within two steps of the float values', () => {
    const [real] = evaluateFloat(graph)([image]) as [Float32Array];
    const [id] = int8.outputs as [number];
    const got = new Int8Array((referenceTensors(int8, [bytes]).get(id) as Uint8Array).slice().buffer);
    const errors = Array.from(got, (q, i) => Math.abs((q - y.zeroPoint) * y.scale - (real[i] as number)));
    expect(Math.max(...errors)).toBeLessThanOrEqual(2 * Math.max(x.scale, y.scale));
  });

  it.each(tiers)('gives the bytes of the references on the %s tier', (tier) => {
    expect(firstByteDifference(tier, int8, [bytes], referenceTensors(int8, [bytes]), 0xaa)).toBeUndefined();
  });
});
