import { clampReal } from '../../arithmetic/activation-range.ts';
import type { DepthwiseConv2dAttributes } from '../../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../../graph/graph.ts';
import type { NodeView } from '../../graph/op.ts';
import type { HWC } from '../../graph/tensor.ts';

/** Summed as conv2dFloat sums: the bias, then i, j, and taps outside x are products with +0. */
export function depthwiseConv2dFloat(
  view: NodeView<DepthwiseConv2dAttributes>,
  inputs: readonly (Float32Array | undefined)[],
  outputs: readonly Float32Array[],
): void {
  const [x, weights, bias] = inputs as [Float32Array, Float32Array, Float32Array | undefined];
  const [y] = outputs as [Float32Array];
  const { stride, dilation, padding, activation } = view.attributes;
  const [, h, w, c] = nhwc(inputOf(view, 0));
  const [windowH, windowW, outs] = inputOf(view, 1).shape as unknown as HWC;
  const [, oh, ow] = nhwc(outputOf(view));
  const depthMultiplier = outs / c;
  for (let oy = 0; oy < oh; oy++) {
    for (let ox = 0; ox < ow; ox++) {
      for (let o = 0; o < outs; o++) {
        const channel = Math.floor(o / depthMultiplier);
        let acc = bias?.[o] ?? 0;
        for (let i = 0; i < windowH; i++) {
          const iy = oy * stride[0] + i * dilation[0] - padding.top;
          for (let j = 0; j < windowW; j++) {
            const ix = ox * stride[1] + j * dilation[1] - padding.left;
            const inside = iy >= 0 && iy < h && ix >= 0 && ix < w;
            const value = inside ? x[(iy * w + ix) * c + channel] : 0;
            acc = Math.fround(acc + Math.fround(value * weights[(i * windowW + j) * outs + o]));
          }
        }
        y[(oy * ow + ox) * outs + o] = clampReal(activation, acc);
      }
    }
  }
}
