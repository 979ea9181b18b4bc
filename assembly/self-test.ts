import { crc32Of } from "./crc32";
import { execute, inputAddress, outputAddress } from "./executor";
import { digest, entryOf, fault, inputCount, isLoaded, operandAt, outputCount, steps } from "./model";
import { channelsOf, heightOf, widthOf } from "./operand";
import { NOT_LOADED, NO_DIGEST, OK, SELF_TEST } from "./status";


@inline
function operandOf(kind: i32, index: i32): usize {
  return operandAt(load<i32>(entryOf(kind, index), 4));
}

/**
 * Runs the network on the input that grows from the file's seed (xorshift32, the highest byte of each state, inputs in
 * order, NHWC) and compares the CRC-32 of all output bytes with the file's: src/format/digest.ts. detail(0) is what came.
 * Writes over every input.
 */
export function selfTest(): i32 {
  if (!isLoaded()) return fault(NOT_LOADED, 0, 0);
  if (digest == 0) return fault(NO_DIGEST, 0, 0);
  let state = load<u32>(digest);
  for (let i = 0; i < inputCount(); i++) {
    const o = operandOf(0, i);
    const bytes = widthOf(o) * channelsOf(o);
    for (let row = 0; row < heightOf(o); row++) {
      const at = inputAddress(o, row);
      for (let b = 0; b < bytes; b++) {
        state ^= state << 13;
        state ^= state >>> 17;
        state ^= state << 5;
        store<u8>(at + b, <u8>(state >>> 24));
      }
    }
  }
  const status = execute(0, steps);
  if (status != OK) return status;
  let crc: u32 = 0;
  for (let i = 0; i < outputCount(); i++) {
    const o = operandOf(1, i);
    const bytes = <usize>(widthOf(o) * channelsOf(o));
    for (let row = 0; row < heightOf(o); row++) {
      const at = outputAddress(o, row);
      crc = crc32Of(at, at + bytes, crc);
    }
  }
  return crc == load<u32>(digest, 4) ? OK : fault(SELF_TEST, <i32>crc, 0);
}
