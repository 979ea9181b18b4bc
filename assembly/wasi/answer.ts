import { DTYPE_F32, DTYPE_U8, OPERAND_DTYPE } from "../instructions";
import { entryOf, operandAt, outputCount } from "../model";
import { bytesOfRow, channelsOf, elementBytesOf, heightOf, holdsIndices, widthOf } from "../operand";
import { outputAddress } from "../rows";
import { writeFully } from "./files";
import { labelOf } from "./labels";
import { json } from "./prepare";
import { name } from "./printable";
import { char, fail, hasDigits, integer, lengthOf, real, text } from "./text";

/** How many classes are printed for an image. */
const SHOWN = 5;


@inline
function outputOf(index: i32): usize {
  return operandAt(load<i32>(entryOf(1, index), 4));
}

function elementAt(o: usize, index: i32): usize {
  const rowElements = widthOf(o) * channelsOf(o);
  return outputAddress(o, index / rowElements) + <usize>(index % rowElements) * elementBytesOf(o);
}

/** A score as it is stored. */
function valueAt(o: usize, index: i32): f64 {
  const at = elementAt(o, index);
  const dtype = load<i32>(o, OPERAND_DTYPE);
  if (dtype == DTYPE_F32) return load<f32>(at);
  return dtype == DTYPE_U8 ? <f64>load<u8>(at) : <f64>load<i8>(at);
}

/** 7 seven (0.9876), or {"index":7,"label":"seven","score":0.9876}; without a score where there is none. */
function printClass(index: i32, score: f64, scored: bool): void {
  const label = labelOf(index);
  if (json) {
    text('{"index":');
    integer(index);
    if (label != 0) {
      text(',"label":"');
      name(label, lengthOf(label), true);
      char(34);
    }
    if (scored) {
      text(',"score":');
      if (hasDigits(score)) real(score);
      else text("null");
    }
    char(125);
    return;
  }
  integer(index);
  if (label != 0) {
    char(32);
    name(label, lengthOf(label));
  }
  if (!scored) return;
  text(" (");
  real(score);
  char(41);
}

/** The classes that the first values of an output name. */
function printNamed(o: usize, count: i32): void {
  for (let i = 0; i < min(SHOWN, count); i++) {
    if (i > 0) text(", ");
    const at = elementAt(o, i);
    printClass(elementBytesOf(o) == 8 ? <i32>load<i64>(at) : load<i32>(at), 0, false);
  }
}

/** The top classes of one output, best first; of equal ones the lower index first. */
function printTop(output: i32): void {
  const o = outputOf(output);
  const entry = entryOf(1, output);
  const count = heightOf(o) * widthOf(o) * channelsOf(o);
  if (holdsIndices(o)) return printNamed(o, count);
  const scale = elementBytesOf(o) == 4 ? 1 : <f64>load<f32>(entry, 48),
    zeroPoint = <f64>load<i32>(entry, 52);
  let lastValue = Infinity,
    lastIndex = -1;
  for (let shown = 0; shown < min(SHOWN, count); shown++) {
    let best = -Infinity,
      bestIndex = -1;
    for (let i = 0; i < count; i++) {
      const value = valueAt(o, i);
      const after = value < lastValue || (value == lastValue && i > lastIndex);
      if (after && (value > best || bestIndex < 0)) {
        best = value;
        bestIndex = i;
      }
    }
    if (bestIndex < 0) break; // what is left is NaN
    if (shown > 0) text(", ");
    printClass(bestIndex, scale * (best - zeroPoint), true);
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
    if (!writeFully(1, outputAddress(o, row), bytesOfRow(o))) {
      text("the output cannot be written");
      fail(1);
    }
  }
}
