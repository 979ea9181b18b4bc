import { clamp, roundHalfAway } from '../arithmetic/fixed-point.ts';

/**
 * int32 bias at the scale xScale · weight scale of its channel, the product in double: round(bias / scale), halves away from
 * zero. `weightScales` has seen to it that it fits.
 */
export function quantizeBias(bias: Float32Array, xScale: number, scale: readonly number[]): Int32Array {
  return Int32Array.from(bias, (value, channel) =>
    clamp(roundHalfAway(value / (xScale * scale[scale.length === 1 ? 0 : channel])), -(2 ** 31), 2 ** 31 - 1),
  );
}
