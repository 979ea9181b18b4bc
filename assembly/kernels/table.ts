import { TABLE_TABLE } from "../instructions";
import { channelsOf, originOf, pixelStrideOf, widthOf } from "../operand";

/**
 * y = table[x]: any function of one byte. Rows of x and y have one shape; y may be x's own row.
 *
 *   table  u8 [256], indexed by the byte of x
 *
 * Same bytes as the references of the ops that use it, e.g. src/ops/quantize.ts.
 */
export function table(s: usize, x: usize, y: usize, xRows: usize, yRows: usize, rows: i32, data: usize): void {
  const values = data + load<u32>(s, TABLE_TABLE);
  let width = widthOf(x), channels = channelsOf(x);
  if (pixelStrideOf(x) == <usize>channels && pixelStrideOf(y) == <usize>channels) {
    channels *= width;
    width = 1;
  }
  for (let r = 0; r < rows; r++) {
    let at = load<usize>(xRows + (<usize>r << 2)) + originOf(x);
    let out = load<usize>(yRows + (<usize>r << 2)) + originOf(y);
    for (let p = 0; p < width; p++) {
      let c = 0;
      for (; c + 4 <= channels; c += 4) {
        const bytes = load<u32>(at + c);
        const low = <u32>load<u8>(values + (bytes & 255)) | (<u32>load<u8>(values + ((bytes >> 8) & 255)) << 8);
        const high = <u32>load<u8>(values + ((bytes >> 16) & 255)) | (<u32>load<u8>(values + (bytes >> 24)) << 8);
        store<u32>(out + c, low | (high << 16));
      }
      for (; c < channels; c++) store<u8>(out + c, load<u8>(values + load<u8>(at + c)));
      at += pixelStrideOf(x);
      out += pixelStrideOf(y);
    }
  }
}
