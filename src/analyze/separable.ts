import { conv2d } from '../ops/conv2d.ts';
import { depthwiseConv2d } from '../ops/depthwise-conv2d.ts';
import type { NodeRow } from './node-row.ts';

/** Costs without biases. */
export interface Cost {
  readonly macs: number;
  readonly weights: number;
}

/** What depthwise separable convolutions cost, and what standard ones in their place would. */
export interface SeparableCost {
  readonly count: number;
  readonly separable: Cost;
  readonly standard: Cost;
}

/**
 * Sums over every depthwise convolution of c channels with k taps that a 1×1 convolution to o channels follows, on h·w pixels:
 *
 *   separable  k·c·h·w + c·o·h·w MACs,  k·c + c·o weights
 *   standard   k·c·o·h·w MACs,          k·c·o weights
 *
 * undefined where there are none.
 */
export function separableCost(nodes: readonly NodeRow[]): SeparableCost | undefined {
  const pairs = nodes.flatMap((depthwise, i) => {
    const pointwise = nodes[i + 1];
    const [, h, w, c] = depthwise.shape;
    if (depthwise.op !== depthwiseConv2d.type || pointwise?.op !== conv2d.type) return [];
    const [, oh, ow, o] = pointwise.shape;
    if (oh !== h || ow !== w || pointwise.macs !== h * w * c * o) return []; // not 1×1, or of something else
    const k = depthwise.macs / (h * w * c);
    return [{ pixels: h * w, separable: k * c + c * o, standard: k * c * o }];
  });
  if (pairs.length === 0) return undefined;
  const total = (kind: 'separable' | 'standard'): Cost => ({
    macs: pairs.reduce((sum, pair) => sum + pair.pixels * pair[kind], 0),
    weights: pairs.reduce((sum, pair) => sum + pair[kind], 0),
  });
  return { count: pairs.length, separable: total('separable'), standard: total('standard') };
}
