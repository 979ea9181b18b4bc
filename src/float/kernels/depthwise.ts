import type { DepthwiseConv2dAttributes } from '../../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../../graph/graph.ts';
import type { NodeView } from '../../graph/op.ts';
import type { HWC } from '../../graph/tensor.ts';
import { biasOf, constantOf, limits, type Reservations, type RunNode } from '../kernel.ts';

export function depthwise(view: NodeView<DepthwiseConv2dAttributes>, layout: Reservations): RunNode | undefined {
  const [, h, w, c] = nhwc(inputOf(view, 0));
  const [, oh, ow, outs] = nhwc(outputOf(view));
  const [windowH, windowW] = inputOf(view, 1).shape as unknown as HWC;
  const { stride, dilation, padding, activation } = view.attributes;
  const weights = constantOf(view, 1);
  const bias = biasOf(view, outs);
  if (!weights || !bias) return undefined;
  const at = [layout.constant(weights), layout.constant(bias), layout.constant(new Float32Array(c))] as const;
  layout.scratch(4 * windowH * windowW);
  const window = [windowH, windowW, ...stride, ...dilation, padding.top, padding.left] as const;
  const geometry = [h, w, outs, outs / c, ...window, oh, ow, ...limits(activation)] as const;
  return (engine, { x, y, scratch }) => engine.depthwise(x, ...at, y, scratch, ...geometry);
}
