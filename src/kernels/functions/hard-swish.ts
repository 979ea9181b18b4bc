import { clamp } from '../../arithmetic/fixed-point.ts';
import { hardSwishRequantize } from '../../arithmetic/multipliers.ts';
import type { ElementwiseAttributes } from '../../graph/attributes.ts';
import { inputOf, outputOf } from '../../graph/graph.ts';
import type { NodeView } from '../../graph/op.ts';
import { perTensor } from '../../graph/tensor.ts';
import { table } from '../table.ts';

const int16 = (value: number): number => clamp(value, -0x8000, 0x7fff);

/** a · b in Q15, halves up. */
const highMul = (a: number, b: number): number => int16((a * b + 0x4000) >> 15);

/** value / 2^bits, halves away from zero; a shift left saturates. */
function scaled(value: number, bits: number): number {
  if (bits <= 0) return int16(value * 2 ** -bits);
  const half = 2 ** (bits - 1);
  return Math.trunc((value < 0 ? value - half : value + half) / 2 ** bits);
}

/** TFLite's hard swish in 16 bits (src/ops/hard-swish.ts). */
function hardSwishOf(view: NodeView) {
  const xZero = perTensor(inputOf(view, 0)).zeroPoint;
  const yZero = perTensor(outputOf(view)).zeroPoint;
  const { y, third } = hardSwishRequantize(view);
  return (q: number) => {
    const fine = (q - xZero) << 7;
    const x = highMul(fine, y.multiplier);
    let factor = third.shift > 0 ? scaled(fine, 1 - third.shift) : fine;
    factor = highMul(factor, third.multiplier);
    factor = scaled(factor, third.shift > 0 ? -1 : -third.shift);
    factor = (factor + 0x8000) >> 1;
    return clamp(scaled(Math.trunc((factor * x) / 0x8000), -y.shift) + yZero, -128, 127);
  };
}

export const hardSwish = table<ElementwiseAttributes>(['i8'], hardSwishOf);
