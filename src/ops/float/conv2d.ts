import { clampReal } from '../../arithmetic/activation-range.ts';
import type { Conv2dAttributes } from '../../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../../graph/graph.ts';
import type { NodeView } from '../../graph/op.ts';
import type { OHWI } from '../../graph/tensor.ts';

/**
 * The sum begins as the bias (+0 without one) and takes the products in the order i, j, k of the weights. A tap outside x
 * is +0 and its product counts like any other: a sum of −0 becomes +0 by it, nothing else is changed by finite weights.
 */
export function conv2dFloat(
  view: NodeView<Conv2dAttributes>,
  inputs: readonly (Float32Array | undefined)[],
  outputs: readonly Float32Array[],
): void {
  const [x, weights, bias] = inputs as [Float32Array, Float32Array, Float32Array | undefined];
  const [y] = outputs as [Float32Array];
  const { stride, dilation, padding, groups, activation } = view.attributes;
  const [, h, w, c] = nhwc(inputOf(view, 0));
  const [outs, windowH, windowW, depth] = inputOf(view, 1).shape as unknown as OHWI;
  const [, oh, ow] = nhwc(outputOf(view));
  for (let oy = 0; oy < oh; oy++) {
    for (let ox = 0; ox < ow; ox++) {
      for (let o = 0; o < outs; o++) {
        const firstChannel = Math.floor(o / (outs / groups)) * depth;
        let acc = bias?.[o] ?? 0;
        for (let i = 0; i < windowH; i++) {
          const iy = oy * stride[0] + i * dilation[0] - padding.top;
          for (let j = 0; j < windowW; j++) {
            const ix = ox * stride[1] + j * dilation[1] - padding.left;
            const inside = iy >= 0 && iy < h && ix >= 0 && ix < w;
            for (let k = 0; k < depth; k++) {
              const value = inside ? x[(iy * w + ix) * c + firstChannel + k] : 0;
              const weight = weights[((o * windowH + i) * windowW + j) * depth + k];
              acc = Math.fround(acc + Math.fround(value * weight));
            }
          }
        }
        y[(oy * ow + ox) * outs + o] = clampReal(activation, acc);
      }
    }
  }
}
