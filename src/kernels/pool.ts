import { activationRange } from '../arithmetic/activation-range.ts';
import type { AveragePool2dAttributes, MaxPool2dAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { NodeView } from '../graph/op.ts';
import { nearlyEqualQuantization } from '../graph/quantization.ts';
import { perTensor, type Tensor } from '../graph/tensor.ts';
import { firstOf, whyNotQuantized } from './refusals.ts';

/** TFLite pools raw values, which means something only in one quantisation; it lets scales differ by 10^−6. */
function whyNotSameQuantization(x: Tensor | undefined, y: Tensor): string | undefined {
  const [from, to] = [perTensor(x as Tensor), perTensor(y)];
  if (nearlyEqualQuantization(x?.quantization, y.quantization)) return undefined;
  return `x has scale ${from.scale}, zero point ${from.zeroPoint} and y ${to.scale}, ${to.zeroPoint} (the same)`;
}

type View = NodeView<AveragePool2dAttributes | MaxPool2dAttributes>;

/** A function of the valid cells of each window, by channel: all but its name. */
export const pool = {
  refuses(view: View) {
    const [x] = view.inputs;
    const y = outputOf(view);
    const { window, dilation, padding } = view.attributes;
    const unfit = firstOf(
      whyNotQuantized('x', x, 'i8'),
      whyNotQuantized('y', y, 'i8'),
      dilation[0] === 1 && dilation[1] === 1 ? undefined : `dilation is ${dilation[0]}×${dilation[1]} (1×1)`,
      Math.max(padding.top, padding.bottom) < window[0] && Math.max(padding.left, padding.right) < window[1]
        ? undefined
        : 'a window lies wholly in the padding (padding smaller than the window)',
    );
    return unfit ?? whyNotSameQuantization(x, y);
  },

  pack(view: View) {
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
};
