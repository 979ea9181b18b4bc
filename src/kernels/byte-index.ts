import type { Tensor } from '../graph/tensor.ts';

/** The 256 quantised values of an 8-bit tensor in the order of their bytes, as tables are indexed: −1 is byte 255 in i8. */
export const valuesByByte = (tensor: Tensor): readonly number[] =>
  Array.from({ length: 256 }, (_, byte) => (tensor.dtype === 'i8' ? (byte << 24) >> 24 : byte));
