import {
  OPERAND_CHANNELS,
  OPERAND_HEIGHT,
  OPERAND_ORIGIN,
  OPERAND_PIXEL_STRIDE,
  OPERAND_WIDTH,
  OPERAND_ZERO_POINT,
} from "./instructions";

/** Fields of an operand record, by name. `o` is the record's address (src/format/instructions.ts, operandFields). */

@inline
export function heightOf(o: usize): i32 {
  return load<i32>(o, OPERAND_HEIGHT);
}


@inline
export function widthOf(o: usize): i32 {
  return load<i32>(o, OPERAND_WIDTH);
}


@inline
export function channelsOf(o: usize): i32 {
  return load<i32>(o, OPERAND_CHANNELS);
}


@inline
export function pixelStrideOf(o: usize): usize {
  return load<u32>(o, OPERAND_PIXEL_STRIDE);
}


@inline
export function originOf(o: usize): usize {
  return load<u32>(o, OPERAND_ORIGIN);
}


@inline
export function zeroPointOf(o: usize): i32 {
  return load<i32>(o, OPERAND_ZERO_POINT);
}
