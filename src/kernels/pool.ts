import { activationRange } from '../arithmetic/activation-range.ts';
import type { AveragePool2dAttributes, MaxPool2dAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { Kernel } from '../graph/kernel.ts';
import { nearlyEqualQuantization } from '../graph/quantization.ts';
import { perTensor, type Tensor } from '../graph/tensor.ts';
import { firstOf, unlessQuantized } from './refusals.ts';

/** TFLite pools raw values, which means something only in one quantisation; it lets scales differ by 10^−6. */
function unlessSame(x: Tensor | undefined, y: Tensor): string | undefined {
  const [from, to] = [perTensor(x as Tensor), perTensor(y)];
  if (nearlyEqualQuantization(x?.quantization, y.quantization)) return undefined;
  return `x has scale ${from.scale}, zero point ${from.zeroPoint} and y ${to.scale}, ${to.zeroPoint} (the same)`;
}

/** A function of the valid cells of each window, by channel. */
export const pool = (name: string, opcode: string): Kernel<AveragePool2dAttributes> & Kernel<MaxPool2dAttributes> => ({
  name,
  opcode,

  refuses(view) {
    const [x] = view.inputs;
    const y = outputOf(view);
    const { window, dilation, padding } = view.attributes;
    const unfit = firstOf(
      unlessQuantized('x', x, 'i8'),
      unlessQuantized('y', y, 'i8'),
      dilation[0] === 1 && dilation[1] === 1 ? undefined : `dilation is ${dilation[0]}×${dilation[1]} (1×1)`,
      Math.max(padding.top, padding.bottom) < window[0] && Math.max(padding.left, padding.right) < window[1]
        ? undefined
        : 'a window lies wholly in the padding (padding smaller than the window)',
    );
    return unfit ?? unlessSame(x, y);
  },

  readsApart: () => true,
  writesApart: true,

  scratchBytes: () => 0,

  pack(view) {
    const { window, stride, dilation, padding, activation } = view.attributes;
    const { min, max } = activationRange(activation, outputOf(view));
    return {
      windowW: window[1],
      strideW: stride[1],
      dilationW: dilation[1],
      padLeft: padding.left,
      yMin: min,
      yMax: max,
    };
  },
});
