import { clamp, saturatingRoundingDoublingHighMul as highMul, roundingDivideByPot } from '../format/fixed-point.ts';
import type { SoftmaxAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc } from '../graph/graph.ts';
import { type Data8, defineOp, oneToOne } from '../graph/op.ts';
import { perTensor, type Tensor } from '../graph/tensor.ts';
import { softmaxExponentials } from '../kernels/requantization.ts';
import { softmax as kernel } from '../kernels/softmax.ts';

/** y = e^(beta·x) / Σ e^(beta·x) over channels, in gemmlowp's fixed point; y has scale 1/256. */
export const softmax = defineOp<SoftmaxAttributes>({
  type: 'Softmax',
  summary: 'Softmax over channels, in fixed point',
  outputShapes: (inputs) => [(inputs[0] as Tensor).shape],
  macs: () => 0,
  rows: () => oneToOne,
  mayOverwrite: [0],
  batchSeparable: () => true,

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor', scale: '1/256' }],
  },

  reference(view, inputs, outputs) {
    const [x] = inputs as [Data8];
    const [y] = outputs as [Data8];
    const [, , , c] = nhwc(inputOf(view, 0));
    const least = y instanceof Uint8Array ? 0 : -128;
    const { table, diffMin } = softmaxExponentials(perTensor(inputOf(view, 0)).scale, view.attributes.beta);
    for (let first = 0; first < x.length; first += c) {
      const row = Array.from({ length: c }, (_, i) => x[first + i] as number);
      const top = Math.max(...row);
      const terms = row.map((q) => (q - top >= diffMin ? (table[top - q] as number) : undefined));
      const sum = terms.reduce<number>((total, e) => total + (e === undefined ? 0 : roundingDivideByPot(e, 12)), 0);
      const headroom = Math.clz32(sum);
      const reciprocal = oneOverOnePlus(sum * 2 ** headroom - 2 ** 31);
      terms.forEach((e, i) => {
        const q = e === undefined ? 0 : roundingDivideByPot(highMul(reciprocal, e), 12 - headroom + 31 - 8);
        y[first + i] = clamp(q + least, least, least + 255);
      });
    }
  },

  kernels: [kernel],
});

const saturate = (x: bigint): number => Number(x > 0x7fffffffn ? 0x7fffffffn : x < -0x80000000n ? -0x80000000n : x);

/** 1 / (1 + a) for a in [0, 1), Q0.31: gemmlowp's three Newton steps in Q2.29. */
function oneOverOnePlus(a: number): number {
  const half = Math.trunc((a + 0x7fffffff + 1) / 2);
  let x = 1515870810 + highMul(half, -1010580540);
  for (let step = 0; step < 3; step++) {
    const left = 2 ** 29 - highMul(half, x);
    x += saturate(BigInt(highMul(x, left)) << 2n);
  }
  return saturate(BigInt(x) << 1n);
}
