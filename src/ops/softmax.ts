import {
  clamp,
  saturatingRoundingDoublingHighMul as highMul,
  quantizeMultiplier,
  roundingDivideByPot,
} from '../arithmetic/fixed-point.ts';
import { exp } from '../arithmetic/real-functions.ts';
import type { Numbers } from '../format/values.ts';
import type { SoftmaxAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc } from '../graph/graph.ts';
import { defineOp, equivalent } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { softmax as kernel } from '../kernels/softmax.ts';
import { rowForRow } from './elementwise.ts';
import { softmaxReal } from './softmax-real.ts';

/**
 * y = e^(beta·x) / Σ e^(beta·x) over channels, in gemmlowp's fixed point; y has scale 1/256.
 *
 * Σ of 512 or more (that many logits near the maximum, each e⁰ = 1) makes TFLite shift by 32 bits or more, which C leaves
 * undefined: tflite-runtime 2.14.0 on x86-64 then gives y's maximum even to small terms. Here the shift has its meaning,
 * and such terms, all below half a step, give 0. Σ is kept in Q12.19 and, from 8,192 on, wraps as the engine's does.
 */
export const softmax = defineOp<SoftmaxAttributes>({
  ...rowForRow,
  type: 'Softmax',
  summary: 'Softmax over channels, in fixed point',
  ofDequantized: ({ beta }) => (beta === 1 ? equivalent(softmaxReal, {}) : undefined),

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor', fixed: { scale: 1 / 256, zeroPoint: -128 } }],
  },

  reference(view, inputs, outputs) {
    const [x] = inputs as [Numbers];
    const [y] = outputs as [Numbers];
    const [, , , c] = nhwc(inputOf(view, 0));
    const least = y instanceof Uint8Array ? 0 : -128;
    const logit = logitsOf(view.attributes.beta * perTensor(inputOf(view, 0)).scale);
    for (let first = 0; first < x.length; first += c) {
      const row = Array.from({ length: c }, (_, i) => x[first + i]);
      const top = Math.max(...row);
      const terms = row.map((q) => {
        const below = logit(q - top);
        return below === undefined ? undefined : expOnNegativeValues(below);
      });
      const total = terms.reduce<number>((sum, e) => sum + (e === undefined ? 0 : roundingDivideByPot(e, 12)), 0);
      const sum = total >>> 0;
      const headroom = Math.clz32(sum);
      const reciprocal = oneOverOnePlus(sum * 2 ** headroom - 2 ** 31);
      terms.forEach((e, i) => {
        const q = e === undefined ? 0 : roundingDivideByPot(highMul(reciprocal, e), 12 - headroom + 31 - 8);
        y[first + i] = clamp(q + least, least, least + 255);
      });
    }
  },

  /** e^(beta·(x − maximum)) of each logit, rounded to float32, divided by their sum in order. */
  float(view, inputs, outputs) {
    const [x] = inputs as [Float32Array];
    const [y] = outputs as [Float32Array];
    const [, , , c] = nhwc(inputOf(view, 0));
    for (let first = 0; first < x.length; first += c) {
      const row = x.subarray(first, first + c);
      const top = row.reduce((greatest, value) => Math.max(greatest, value));
      const terms = row.map((value) => exp(Math.fround(view.attributes.beta * Math.fround(value - top))));
      const sum = terms.reduce((total, term) => Math.fround(total + term), 0);
      terms.forEach((term, i) => {
        y[first + i] = term / sum;
      });
    }
  },

  kernels: [kernel],
});

/** Logits below the greatest one, Q5.26, of a difference in steps of `scale`; undefined of one so low that it is left out. */
export function logitsOf(scale: number): (difference: number) => number | undefined {
  const { multiplier, shift } = quantizeMultiplier(Math.min(scale * 2 ** 26, 2 ** 31 - 1));
  const least = -Math.floor((31 * 2 ** 26) / 2 ** shift);
  return (difference) => (difference < least ? undefined : highMul(difference * 2 ** shift, multiplier));
}

const saturate = (x: bigint): number => Number(x > 0x7fffffffn ? 0x7fffffffn : x < -0x80000000n ? -0x80000000n : x);

/** 1 / (1 + a) for a in [0, 1), Q0.31: gemmlowp's three Newton steps in Q2.29. */
export function oneOverOnePlus(a: number): number {
  const half = Math.trunc((a + 0x7fffffff + 1) / 2);
  let x = 1515870810 + highMul(half, -1010580540);
  for (let step = 0; step < 3; step++) {
    const left = 2 ** 29 - highMul(half, x);
    x = (x + saturate(BigInt(highMul(x, left)) << 2n)) | 0;
  }
  return saturate(BigInt(x) << 1n);
}

/** e^(−¼), e^(−½), e^(−1) … e^(−16) in Q0.31. */
const factors = [1672461947n, 1302514674n, 790015084n, 290630308n, 39332535n, 720401n, 242n];

/** e^a for a ≤ 0 in Q5.26, as Q0.31: gemmlowp's exp_on_negative_values, in steps of its own types. */
export function expOnNegativeValues(a: number): number {
  if (a === 0) return 0x7fffffff;
  const q26 = BigInt(a);
  const quarters = -q26 >> 24n; // whole quarters below a; what is left is in [−¼, 0) but for a full quarter
  const left = q26 + (quarters << 24n);
  const [part, count] = left === 0n ? [-(1n << 24n), quarters - 1n] : [left, quarters];
  let result = expOnQuarter(part << 5n);
  for (const [bit, factor] of factors.entries()) {
    if ((count >> BigInt(bit)) & 1n) result = times(result, factor);
  }
  return Number(result);
}

/** e^a for a in [−¼, 0), both Q0.31: Taylor's polynomial around −⅛, e^(−⅛) · (1 + x + x²/2 + x³/6 + x⁴/24). */
function expOnQuarter(a: bigint): bigint {
  const x = a + (1n << 28n);
  const square = times(x, x);
  const fourth = times(square, square);
  const thirdOf = times(halves(fourth, 2n) + times(square, x), 715827883n); // (x⁴/4 + x³) / 3
  return 1895147668n + times(1895147668n, x + halves(thirdOf + square, 1n));
}

/** a · b in Q0.31, ties toward +∞. */
const times = (a: bigint, b: bigint): bigint => (a * b + (1n << 30n)) >> 31n;

/** a / 2^n, ties away from zero. */
function halves(a: bigint, n: bigint): bigint {
  const half = 1n << (n - 1n);
  return a < 0n ? -((half - a) >> n) : (a + half) >> n;
}
