import { type AccumulatorRange, accumulatorRanges, foldedBias, type WeightSums } from '../arithmetic/accumulators.ts';
import { activationRange } from '../arithmetic/activation-range.ts';
import { convRequantize } from '../arithmetic/multipliers.ts';
import {
  chooseForm,
  type Form,
  type Multipliers,
  type Proved,
  prove,
  realParameters,
} from '../arithmetic/requantize-forms.ts';
import { requantizeForms } from '../format/instructions.ts';
import type { Activation, ScaleProduct } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import type { NodeView, PackContext } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import type { Words } from './kernel-of.ts';

/** Outputs are computed, and their parameters stored, in blocks of eight. */
export const blockOutputs = 8;

/** The output channel of each place in the blocks of all groups; −1 where a group's last block has none. */
export function blockChannels(groups: number, groupOutputs: number): Int32Array {
  const places = Math.ceil(groupOutputs / blockOutputs) * blockOutputs;
  return Int32Array.from({ length: groups * places }, (_, i) => {
    const output = i % places;
    return output < groupOutputs ? Math.floor(i / places) * groupOutputs + output : -1;
  });
}

/** The zero point that all weights share (whyNotWeights). */
export const weightsZeroOf = (view: NodeView): number => inputOf(view, 1).quantization?.zeroPoint[0] ?? 0;

/** A constant y in a real form is acc · 0 + y. */
const formFields = {
  integer: (multiplier: number, shift: number) => [multiplier, shift],
  real(multiplier: number, shift: number, constant?: number) {
    if (constant !== undefined) return [0, constant, constant];
    const { scale, positive, negative } = realParameters(multiplier, shift);
    return [scale, positive, negative];
  },
  realClamped(multiplier: number, shift: number, constant?: number) {
    if (constant !== undefined) return [0, constant];
    const { scale, positive } = realParameters(multiplier, shift);
    return [scale, positive];
  },
} as const satisfies Record<Form, (multiplier: number, shift: number, constant?: number) => readonly number[]>;

/** Multipliers and shifts by place in a form's layout: [block][field][8]. Places without an output get multiplier 0. */
export function requantizeBlocks(
  form: Form,
  channels: Int32Array,
  { multiplier, shift }: Multipliers,
  proved: readonly Proved[] = [],
): Int32Array | Float64Array {
  const values: number[] = [];
  channels.forEach((c, i) => {
    const lane = i % blockOutputs;
    const fields = c < 0 ? formFields[form](0, 0) : formFields[form](multiplier[c], shift[c], proved[c]?.constant);
    fields.forEach((value, f) => {
      values[(i - lane) * fields.length + f * blockOutputs + lane] = value;
    });
  });
  return form === 'integer' ? Int32Array.from(values) : Float64Array.from(values);
}

type RequantizationWords = Pick<Words<'gemm'>, 'form' | 'requantize' | 'yMin' | 'yMax'>;
type OutputWords = RequantizationWords & Pick<Words<'gemm'>, 'bias'>;
type WeightedView = NodeView<{ readonly activation: Activation; readonly scaleProduct: ScaleProduct }>;

/**
 * The words of how a convolution's accumulators become outputs. Inputs are x, weights, bias; `channels` has one entry a
 * place, `ranges` one an output channel.
 */
export function packRequantization(
  view: WeightedView,
  context: PackContext,
  channels: Int32Array,
  ranges: readonly AccumulatorRange[],
): RequantizationWords {
  const y = outputOf(view);
  const { min, max } = activationRange(view.attributes.activation, y);
  const multipliers = convRequantize(view, ranges.length);
  const { zeroPoint } = perTensor(y);
  const proved = prove(ranges, multipliers, [min - zeroPoint, max - zeroPoint]);
  const form = chooseForm(multipliers, min, zeroPoint, proved);
  return {
    form: requantizeForms[form],
    requantize: context.data(requantizeBlocks(form, channels, multipliers, proved)),
    yMin: min,
    yMax: max,
  };
}

/** The same and the folded bias; `sums` has one entry an output channel. */
export function packOutputs(
  view: WeightedView,
  context: PackContext,
  channels: Int32Array,
  sums: WeightSums,
): OutputWords {
  const bias = view.inputs[2]?.data as Int32Array | undefined;
  const xZeroPoint = perTensor(inputOf(view, 0)).zeroPoint;
  return {
    bias: context.data(foldedBias(channels, bias, sums.all, xZeroPoint)),
    ...packRequantization(view, context, channels, accumulatorRanges(bias, sums, xZeroPoint)),
  };
}
