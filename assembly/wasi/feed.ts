import { entryOf, inputCount, operandAt } from "../model";
import { bytesOfRow, heightOf } from "../operand";
import { inputAddress } from "../rows";
import { readFully } from "./files";
import { fileOf } from "./prepare";
import { fail, integer, text } from "./text";


@inline
function perImage(index: i32): bool {
  return load<i32>(entryOf(0, index), 12) != 0;
}

/** Reads one image of an input into the arena. False at the end of the file; a partial image is an error. */
function readImage(index: i32): bool {
  const fd = fileOf(index);
  const o = operandAt(load<i32>(entryOf(0, index), 4));
  const rowBytes = bytesOfRow(o);
  for (let row = 0; row < heightOf(o); row++) {
    const read = readFully(fd, inputAddress(o, row), rowBytes);
    if (row == 0 && read == 0) return false;
    if (<u32>read != rowBytes) {
      text("input ");
      integer(index);
      text(read < 0 ? ": cannot be read" : ": ends within an image (one image has ");
      if (read >= 0) {
        integer(heightOf(o) * <i32>rowBytes);
        text(" bytes)");
      }
      fail(1);
    }
  }
  return true;
}

/** Reads the next image of every input; false when they have all ended. */
export function readImages(first: bool): bool {
  let got = 0,
    wanted = 0;
  for (let i = 0; i < inputCount(); i++) {
    if (!perImage(i)) {
      if (first && !readImage(i)) {
        text("input ");
        integer(i);
        text(": empty");
        fail(1);
      }
      continue;
    }
    wanted++;
    if (readImage(i)) got++;
    else if (got > 0) break;
  }
  if (got != 0 && got != wanted) {
    text("inputs with different numbers of images");
    fail(1);
  }
  return wanted == 0 ? first : got > 0;
}
