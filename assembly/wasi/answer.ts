import { outputAddress } from "../executor";
import { entryOf, operandAt, outputCount } from "../model";
import { channelsOf, heightOf, widthOf } from "../operand";
import { writeFully } from "./files";
import { labelOf } from "./labels";
import { json } from "./prepare";
import { bytes, char, escaped, fail, hasDigits, integer, lengthOf, real, text } from "./text";

/** How many classes are printed for an image. */
const SHOWN = 5;


@inline
function outputOf(index: i32): usize {
  return operandAt(load<i32>(entryOf(1, index), 4));
}

function valueAt(o: usize, index: i32, unsigned: bool): i32 {
  const rowBytes = widthOf(o) * channelsOf(o);
  const at = outputAddress(o, index / rowBytes) + <usize>(index % rowBytes);
  return unsigned ? <i32>load<u8>(at) : <i32>load<i8>(at);
}

/** 7 seven (0.9876), or {"index":7,"label":"seven","score":0.9876}. */
function printClass(index: i32, score: f64): void {
  const label = labelOf(index);
  if (json) {
    text('{"index":');
    integer(index);
    if (label != 0) {
      text(',"label":"');
      escaped(label, lengthOf(label));
      char(34);
    }
    text(',"score":');
    if (hasDigits(score)) real(score);
    else text("null");
    char(125);
    return;
  }
  integer(index);
  if (label != 0) {
    char(32);
    bytes(label, lengthOf(label));
  }
  text(" (");
  real(score);
  char(41);
}

/** The top classes of one output, best first; of equal ones the lower index first. */
function printTop(output: i32): void {
  const o = outputOf(output);
  const entry = entryOf(1, output);
  const unsigned = load<i32>(entry, 8) == 1;
  const count = heightOf(o) * widthOf(o) * channelsOf(o);
  const scale = <f64>load<f32>(entry, 48),
    zeroPoint = load<i32>(entry, 52);
  let lastValue = i32.MAX_VALUE,
    lastIndex = -1;
  for (let shown = 0; shown < min(SHOWN, count); shown++) {
    let best = i32.MIN_VALUE,
      bestIndex = -1;
    for (let i = 0; i < count; i++) {
      const value = valueAt(o, i, unsigned);
      const after = value < lastValue || (value == lastValue && i > lastIndex);
      if (after && value > best) {
        best = value;
        bestIndex = i;
      }
    }
    if (shown > 0) text(", ");
    printClass(bestIndex, scale * <f64>(best - zeroPoint));
    lastValue = best;
    lastIndex = bestIndex;
  }
}

/** A line of one output's classes. */
export function printImage(image: i32, output: i32): void {
  text(json ? '{"image":' : "image ");
  integer(image);
  if (outputCount() > 1) {
    text(json ? ',"output":' : " output ");
    integer(output);
  }
  text(json ? ',"top":[' : ": ");
  printTop(output);
  text(json ? "]}\n" : "\n");
}

export function writeRaw(output: i32): void {
  const o = outputOf(output);
  for (let row = 0; row < heightOf(o); row++) {
    if (!writeFully(1, outputAddress(o, row), <u32>(widthOf(o) * channelsOf(o)))) {
      text("the output cannot be written");
      fail(1);
    }
  }
}
