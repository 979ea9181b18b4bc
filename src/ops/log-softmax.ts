import { clamp, saturatingRoundingDoublingHighMul as highMul, roundingDivideByPot } from '../arithmetic/fixed-point.ts';
import { exp32, ln32 } from '../arithmetic/float32-functions.ts';
import type { Numbers } from '../format/values.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { logSoftmax as kernel } from '../kernels/normalize.ts';
import { rowForRow } from './elementwise.ts';
import { expOnNegativeValues, logitsOf, oneOverOnePlus } from './softmax.ts';

/**
 * y = x − ln Σ e^x over channels, in gemmlowp's fixed point; y has scale 1/16 and zero point 127. Exponentials and their sum are those of
 * a softmax, whose least difference counts here, too: what lies below it gives the least value.
 */
export const logSoftmax = defineOp<ElementwiseAttributes>({
  ...rowForRow,
  type: 'LogSoftmax',
  summary: 'Logarithm of a softmax over channels, in fixed point',

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor', fixed: { scale: 1 / 16, zeroPoint: 127 } }],
  },

  reference(view, inputs, outputs) {
    const [x] = inputs as [Numbers];
    const [y] = outputs as [Numbers];
    const [, , , c] = nhwc(inputOf(view, 0));
    const below = logitsOf(perTensor(inputOf(view, 0)).scale);
    for (let first = 0; first < x.length; first += c) {
      const row = Array.from({ length: c }, (_, i) => x[first + i]);
      const top = Math.max(...row);
      const logits = row.map((q) => below(q - top));
      const sum = logits.reduce<number>(
        (all, logit) => all + (logit === undefined ? 0 : roundingDivideByPot(expOnNegativeValues(logit), 12)),
        0,
      );
      const total = logarithm(sum);
      logits.forEach((logit, i) => {
        const q = logit === undefined ? -128 : roundingDivideByPot(logit - total, 22) + 127;
        y[first + i] = clamp(q, -128, 127);
      });
    }
  },

  /** x less the greatest, less the logarithm of the sum in order: each rounded to float32. */
  float(view, inputs, outputs) {
    const [x] = inputs as [Float32Array];
    const [y] = outputs as [Float32Array];
    const [, , , c] = nhwc(inputOf(view, 0));
    for (let first = 0; first < x.length; first += c) {
      const row = x.subarray(first, first + c);
      const top = row.reduce((greatest, value) => Math.max(greatest, value));
      const less = row.map((value) => value - top);
      const sum = less.reduce((total, value) => Math.fround(total + exp32(value)), 0);
      const total = ln32(sum);
      less.forEach((value, i) => {
        y[first + i] = value - total;
      });
    }
  },

  kernels: [kernel],
});

/** √½, √√½ and ln 2 in Q0.31. */
const rootHalf = 1518500250;
const rootRootHalf = 1805811301;
const ln2 = 1488522236;

const saturate = (x: number): number => clamp(x, -(2 ** 31), 2 ** 31 - 1);

/**
 * ln x of x ≥ 1, Q12.19 to Q5.26, as TFLite's log_x_for_x_greater_than_or_equal_to_1: x = r · 2^n by two mantissas half an octave
 * apart, of which the lesser is near √√½ = 2^−¼; then ln r + ¼ ln 2 as a quotient of polynomials in r − √√½.
 */
function logarithm(x: number): number {
  const headroom = Math.clz32(x);
  const r1 = saturate(highMul(saturate(x * 2 ** (headroom - 1)), rootHalf) * 2);
  const n1 = (12 - headroom + 0.25) * 2 ** 25;
  const otherHeadroom = Math.clz32(highMul(x, rootHalf)) - 1;
  const r2 = saturate(x * 2 ** otherHeadroom);
  const n2 = (12 - otherHeadroom - 0.25) * 2 ** 25;
  const r = Math.min(r1, r2);
  const p = Math.trunc((r + rootRootHalf + 1) / 2);
  const q = (2 * (r - rootRootHalf)) | 0;
  const square = highMul(q, q);
  const numerator = highMul(q, r) + highMul(highMul(q, square), 117049297); // 11/240 · 2^¼
  // 2/2^¼ − 2^¼, 1/20 · 2^¼ and 1/4 · 2^¼
  const denominator = highMul(p, 1057819769 + q + highMul(127690142, square)) + highMul(638450708, q);
  const part = highMul(roundingDivideByPot(numerator, 6), oneOverOnePlus(denominator));
  return saturate((highMul(Math.max(n1, n2), ln2) + part) * 2);
}
