import type { Quantization } from '../../graph/tensor.ts';
import { type Frame, type ResultType, real } from '../nchw/frame.ts';
import type { Value } from '../nchw/value.ts';

/**
 * What the output of a node is to be: as it is planned, else as what it is made of, else real. `passes`: its values are those of its
 * input. What is left in real values between quantised ones is told to `frame.left`.
 */
export function resultType(
  frame: Frame,
  planned: Quantization | undefined,
  values: readonly (Value | undefined)[],
  passes: boolean,
): ResultType {
  if (planned) return { dtype: 'i8', quantization: planned };
  const computed = values.flatMap((value) => (value?.kind === 'activation' ? [frame.typeOf(value.id)] : []));
  const own = computed.find(({ dtype }) => dtype !== 'f32');
  if (!own || passes) return own ?? real;
  frame.left(
    'its output is left in real values between quantised ones (the file quantises it, or nothing around it; or give images to quantize)',
  );
  return { dtype: 'i8', quantization: { scale: [1], zeroPoint: [0], axis: 0 } };
}
