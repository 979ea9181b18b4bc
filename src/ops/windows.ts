import type { PaddingNeed, RowRule } from '../graph/rules.ts';
import { effectiveWindow, type NHWC, type Padding, type Window2d, windowCount } from '../graph/tensor.ts';

/** Rows and columns of a sliding window's output. Throws where not one window fits. */
export function windowsOver(
  [, h, w]: NHWC,
  [windowH, windowW]: readonly [h: number, w: number],
  { stride, dilation, padding }: Window2d,
): readonly [h: number, w: number] {
  const oh = windowCount(h, windowH, stride[0], dilation[0], padding.top, padding.bottom);
  const ow = windowCount(w, windowW, stride[1], dilation[1], padding.left, padding.right);
  if (oh < 1 || ow < 1) {
    const padded = `${h + padding.top + padding.bottom}×${w + padding.left + padding.right}`;
    const reach = `${effectiveWindow(windowH, dilation[0])}×${effectiveWindow(windowW, dilation[1])}`;
    throw new Error(`a window of ${reach} does not fit in the padded map of ${padded}`);
  }
  return [oh, ow];
}

export const windowRows = (window: number, { stride, dilation, padding }: Window2d): RowRule => ({
  kind: 'window',
  window,
  stride: stride[0],
  dilation: dilation[0],
  top: padding.top,
});

/** Padding columns and rows that a convolution reads, as far as its windows reach: no more than `padding` gives. */
export function zeroPadding(
  [, h, w]: NHWC,
  [, oh, ow]: NHWC,
  [windowH, windowW]: readonly [h: number, w: number],
  { stride, dilation, padding }: Window2d,
): PaddingNeed {
  const lastRow = (oh - 1) * stride[0] + effectiveWindow(windowH, dilation[0]) - padding.top;
  const lastColumn = (ow - 1) * stride[1] + effectiveWindow(windowW, dilation[1]) - padding.left;
  return { left: padding.left, right: Math.max(0, lastColumn - w), zeroRow: padding.top > 0 || lastRow > h };
}

export const addPadding = (a: Padding, b: Padding): Padding => ({
  top: a.top + b.top,
  left: a.left + b.left,
  bottom: a.bottom + b.bottom,
  right: a.right + b.right,
});
