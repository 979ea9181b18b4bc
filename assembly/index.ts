import * as executor from "./executor";
import * as model from "./model";
import { channelsOf, heightOf, widthOf } from "./operand";

/** The engine's exports; src/format/status.ts has their contract, docs/abi.md their order. No imports, no clock. */

function operandOf(kind: i32, index: i32): usize {
  if (!model.isLoaded()) return 0;
  const entry = model.entryOf(kind, index);
  return entry == 0 ? 0 : model.operandAt(load<i32>(entry, 4));
}

function rowsOf(o: usize): i32 {
  return o == 0 ? 0 : heightOf(o);
}

function rowBytesOf(o: usize): i32 {
  return o == 0 ? 0 : widthOf(o) * channelsOf(o);
}

export { loadBundled, loadModel as load, reserve } from "./model";

export { selfTest } from "./self-test";

export function detail(i: i32): i32 {
  return i == 0 ? model.detail0 : model.detail1;
}

export function inputCount(): i32 {
  return model.isLoaded() ? model.inputCount() : 0;
}

export function outputCount(): i32 {
  return model.isLoaded() ? model.outputCount() : 0;
}

export function inputRows(input: i32): i32 {
  return rowsOf(operandOf(0, input));
}

export function inputRowBytes(input: i32): i32 {
  return rowBytesOf(operandOf(0, input));
}

export function outputRows(output: i32): i32 {
  return rowsOf(operandOf(1, output));
}

export function outputRowBytes(output: i32): i32 {
  return rowBytesOf(operandOf(1, output));
}

export function inputRow(input: i32, row: i32): usize {
  const o = operandOf(0, input);
  return o == 0 ? 0 : executor.inputAddress(o, row);
}

export function outputRow(output: i32, row: i32): usize {
  const o = operandOf(1, output);
  return o == 0 ? 0 : executor.outputAddress(o, row);
}

export function stepCount(): i32 {
  return model.isLoaded() ? model.steps : 0;
}

export function execute(first: i32, last: i32): i32 {
  return executor.execute(first, last);
}

export function run(): i32 {
  return executor.execute(0, model.steps);
}

export function arena(): usize {
  return model.arena;
}

export function arenaBytes(): u32 {
  return model.arenaBytes;
}
