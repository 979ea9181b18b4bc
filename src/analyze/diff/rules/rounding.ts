import { clamp, roundHalfAway, saturatingRoundingDoublingHighMul } from '../../../arithmetic/fixed-point.ts';
import type { Numbers, Values } from '../../../format/values.ts';
import type { Requantize } from '../../../graph/op.ts';
import { elements, roomFor } from '../../../graph/tensor.ts';
import { realTensor, realValues } from '../real.ts';
import type { Rule, Rules } from '../rule.ts';
import type { Call } from '../segment.ts';

/**
 * Every other way in which runtimes bring an accumulator to int8. TFLite's own, in two roundings, is `requantizeOne`; these
 * are nobody's definition here, only guesses at what others did.
 */
export const roundings: readonly { readonly does: string; readonly requantize: Requantize }[] = [
  {
    does: 'rounds once (single rounding: TFLITE_SINGLE_ROUNDING, CMSIS-NN and others)',
    requantize: (acc, multiplier, shift) => {
      const right = BigInt(31 - shift);
      return Number((BigInt(acc) * BigInt(multiplier) + (1n << (right - 1n))) >> right);
    },
  },
  {
    does: 'requantises in float32 and rounds halves to even (as XNNPACK does)',
    requantize: (acc, multiplier, shift) =>
      roundHalfEven(Math.fround(Math.fround(acc) * Math.fround(multiplier * 2 ** (shift - 31)))),
  },
  {
    does: 'requantises in double and rounds halves away from zero (as LiteRT does in fully connected layers)',
    requantize: (acc, multiplier, shift) => roundHalfAway(acc * multiplier * 2 ** (shift - 31)),
  },
  {
    does: 'rounds twice, but halves upward the second time (as ruy, the optimised kernels of TFLite, does)',
    requantize: (acc, multiplier, shift) => {
      const product = saturatingRoundingDoublingHighMul((acc * 2 ** Math.max(shift, 0)) | 0, multiplier);
      return shift >= 0 ? product : Math.floor((product + 2 ** (-shift - 1)) / 2 ** -shift);
    },
  },
  {
    does: 'does not round, but cuts off toward zero',
    requantize: (acc, multiplier, shift) => Math.trunc(acc * multiplier * 2 ** (shift - 31)),
  },
  {
    does: 'does not round, but shifts (toward −∞)',
    requantize: (acc, multiplier, shift) => Math.floor(acc * multiplier * 2 ** (shift - 31)),
  },
];

/** Nearest, ties to the even one: IEEE's own rounding, rint. */
function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const part = x - floor;
  if (part !== 0.5) return part < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

const instead = "rounds twice, halves away from zero, as TFLite's reference kernels do";

/** Other roundings of what the integers come to. */
export const requantizations: Rules = ({ real }) =>
  real
    ? []
    : roundings.map(
        ({ does, requantize }): Rule => ({
          rule: 'rounding',
          does,
          instead,
          alter: (call) => ({ ...call, view: { ...call.view, requantize } }),
        }),
      );

/** The layer in real values, quantised afterwards: simulated quantisation, or a float kernel between two conversions. */
export const simulated: Rules = ({ view, real }) => {
  const y = view.outputs[0];
  const { op } = view.node;
  const { scale, zeroPoint } = y.quantization ?? {};
  if (real || !op.float || scale?.length !== 1) return [];
  const [step, zero] = [scale[0], zeroPoint?.[0] ?? 0];
  const [min, max] = y.dtype === 'u8' ? [0, 255] : [-128, 127];
  const computed =
    (round: (x: number) => number) =>
    ({ view: own, inputs }: Call): Values[] => {
      const values = inputs.map((each, i) => realValues(own, i, own.inputs[i], each));
      const result = new Float32Array(elements(y.shape));
      op.float?.({ ...own, inputs: own.inputs.map(realTensor), outputs: [realTensor(y)] }, values, [result]);
      const quantized = roomFor(y) as Numbers;
      result.forEach((value, i) => {
        quantized[i] = clamp(round(Math.fround(value / step)) + zero, min, max);
      });
      return [quantized];
    };
  const each = [
    ['halves away from zero', roundHalfAway],
    ['halves to even', roundHalfEven],
  ] as const;
  return each.map(
    ([how, round]): Rule => ({
      rule: 'rounding',
      does: `computes the layer in float32 and quantises the result, ${how} (simulated quantisation)`,
      instead: 'computes it in integers',
      alter: (call) => ({ ...call, by: computed(round) }),
    }),
  );
};
