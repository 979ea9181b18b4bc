import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ElementwiseAttributes } from '../../src/graph/attributes.ts';
import type { Op } from '../../src/graph/op.ts';
import { abs } from '../../src/ops/abs.ts';
import { elu } from '../../src/ops/elu.ts';
import { exp } from '../../src/ops/exp.ts';
import { gelu } from '../../src/ops/gelu.ts';
import { hardSigmoid } from '../../src/ops/hard-sigmoid.ts';
import { hardSwish } from '../../src/ops/hard-swish.ts';
import { log } from '../../src/ops/log.ts';
import { logistic } from '../../src/ops/logistic.ts';
import { neg } from '../../src/ops/neg.ts';
import { pow } from '../../src/ops/pow.ts';
import { rsqrt } from '../../src/ops/rsqrt.ts';
import { sqrt } from '../../src/ops/sqrt.ts';
import { swish } from '../../src/ops/swish.ts';
import { tanh } from '../../src/ops/tanh.ts';
import { runFloat } from './run-float.ts';
import { everyByte, map, runReference } from './run-reference.ts';

/** The functions by other means than the ops have. */
const real: readonly [op: Op<ElementwiseAttributes>, f: (x: number) => number][] = [
  [logistic, (x) => (1 + Math.tanh(x / 2)) / 2],
  [tanh, (x) => 1 - 2 / (Math.exp(2 * x) + 1)],
  [hardSigmoid, (x) => Math.max(0, Math.min(1, x / 6 + 0.5))],
  [swish, (x) => (x * (1 + Math.tanh(x / 2))) / 2],
  [hardSwish, (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5))],
  [abs, Math.abs],
  [elu, (x) => (x < 0 ? Math.expm1(x) : x)],
  [exp, Math.exp],
  [neg, (x) => -x],
];

const fraction = { scale: 1 / 256, zeroPoint: -128 };
const few = map([1, 5, 1], [-128, -1, 0, 1, 127]);

describe('by hand', () => {
  it('logistic of ±1 is ½ ± 0.231, 59 steps of 1/256', () => {
    expect(runReference(logistic, {}, [few], fraction)).toEqual([-128, -59, 0, 59, 127]);
  });

  it('tanh of ±1 is ±0.762, 97 steps of 1/128, and far out the ends', () => {
    expect(runReference(tanh, {}, [few], { scale: 1 / 128 })).toEqual([-128, -97, 0, 97, 127]);
  });

  it('hard sigmoid of ±1 is ½ ± ⅙, of −3 and 3 the ends', () => {
    expect(runReference(hardSigmoid, {}, [few], fraction)).toEqual([-128, -43, 0, 43, 127]);
    expect(runReference(hardSigmoid, {}, [map([1, 2, 1], [-3, 3])], fraction)).toEqual([-128, 127]);
  });

  it('swish of 1 is 0.731, of −1 −0.269, and far below 0 nothing', () => {
    expect(runReference(swish, {}, [few], { scale: 0.01, zeroPoint: 5 })).toEqual([5, -22, 5, 78, 127]);
  });

  it('hard swish of 1 is ⅔, of −1 −⅓, from −3 down nothing and from 3 up x', () => {
    expect(runReference(hardSwish, {}, [few], { scale: 0.01, zeroPoint: 5 })).toEqual([5, -28, 5, 71, 127]); // 71.67 in 16 bits
    const ends = map([1, 4, 1], [-4, -3, 3, 4]);
    expect(runReference(hardSwish, {}, [ends], { scale: 0.5, zeroPoint: 0 })).toEqual([0, 0, 6, 8]);
  });
});

describe('by hand, of few values', () => {
  const ten = { scale: 0.1, zeroPoint: 0 };
  const run = <A>(op: Op<A>, attributes: A, values: readonly number[], to: { scale: number; zeroPoint?: number }) =>
    runReference(op, attributes, [map([1, values.length, 1], values)], to);

  it('gelu of ±1 is 0.841 and −0.159; by tanh 0.841 and −0.159, too', () => {
    expect(run(gelu, { approximate: false }, [-10, -1, 0, 1, 10], { scale: 0.01 })).toEqual([0, -16, 0, 84, 127]);
    expect(run(gelu, { approximate: true }, [-10, -1, 0, 1, 10], { scale: 0.01 })).toEqual([0, -16, 0, 84, 127]);
    const [exact, byTanh] = [false, true].map((approximate) => runFloat(gelu, { approximate }, [[1, 1, 1], [2]])[0]);
    expect([exact, byTanh].map((value) => value?.toFixed(5))).toEqual(['1.95450', '1.95460']);
  });

  it('the logarithm of e is 1, of 0 and below the least value and real 0', () => {
    expect(run(log, {}, [1, 3, 20, 0, -1], ten)).toEqual([0, 11, 30, -128, 0]);
    expect(
      runFloat(log, {}, [
        [1, 2, 1],
        [Math.E, 0],
      ]),
    ).toEqual([Math.fround(Math.log(Math.fround(Math.E))), -Infinity]);
  });

  it('the square root of 2 is 1.4, and a negative value has none: real 0', () => {
    expect(run(sqrt, {}, [0, 1, 2, 100, -4], ten)).toEqual([0, 10, 14, 100, 0]);
    expect(run(sqrt, {}, [-4], { scale: 0.1, zeroPoint: 7 })).toEqual([7]);
  });

  it('one over the square root of 4 is ½; of 0 and below it is the greatest value', () => {
    expect(run(rsqrt, {}, [4, 1, 100, 0, -5], { scale: 0.01 })).toEqual([50, 100, 10, 127, 127]);
    expect(
      runFloat(rsqrt, {}, [
        [1, 3, 1],
        [4, 0, 0.25],
      ]),
    ).toEqual([0.5, Infinity, 2]);
  });

  it('powers are products, roots, reciprocals of them, or exponentials', () => {
    expect(run(pow, { exponent: 2 }, [-3, 2, 12], { scale: 1 })).toEqual([9, 4, 127]);
    expect(run(pow, { exponent: -1 }, [2, 4], { scale: 0.01 })).toEqual([50, 25]);
    expect(run(pow, { exponent: 0.5 }, [9], { scale: 1 })).toEqual([3]);
    expect(
      runFloat(pow, { exponent: Math.fround(1.3) }, [
        [1, 2, 1],
        [3, 0],
      ]).map((y) => y.toFixed(4)),
    ).toEqual(['4.1712', '0.0000']);
  });
});

describe.each(real.map(([op, f]) => [op.type, op, f] as const))('%s', (_, op, f) => {
  it('is within a step of the real function on every byte', () => {
    const scales = fc.double({ min: 0.005, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(scales, fc.integer({ min: -128, max: 127 }), fc.integer({ min: -128, max: 127 }), (scale, x, y) => {
        const to = op.operands.outputs[0]?.fixed ?? { scale: scale * 0.6, zeroPoint: y };
        const got = runReference(op, {}, [everyByte({ scale, zeroPoint: x })], to);
        const errors = got.map((q, i) => {
          const value = f(Math.fround(scale) * (i - 128 - x)) / Math.fround(to.scale) + to.zeroPoint;
          return Math.abs(q - Math.max(-128, Math.min(127, value)));
        });
        expect(Math.max(...errors)).toBeLessThanOrEqual(1.01);
      }),
    );
  });

  it('is within two units of the last place of the real function on float values, and keeps NaN', () => {
    const values = Array.from({ length: 241 }, (_, i) => Math.fround((i - 120) / 7));
    runFloat(op, {}, [[1, 241, 1], values]).forEach((y, i) => {
      const wanted = f(values[i] as number);
      expect(Math.abs(y - wanted)).toBeLessThanOrEqual(Math.max(Math.abs(wanted) * 2 ** -22, 1e-9));
    });
    expect(runFloat(op, {}, [[1, 1, 1], [Number.NaN]])[0]).toBeNaN();
  });
});

it('hard swish saturates where TFLite refuses: an output scale below a 128th of the input scale', () => {
  const y = runReference(hardSwish, {}, [everyByte({ scale: 1 })], { scale: 0.001, zeroPoint: 0 });
  expect([y[128 - 3], y[128 - 1], y[128], y[129], y[255]]).toEqual([0, -128, 0, 127, 127]);
});
