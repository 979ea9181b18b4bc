import { narrow, product } from "./checked-arithmetic";
import { fault } from "./fault";
import { OPERAND_ADDRESS, OPERAND_CAPACITY, OPERAND_ROW_BYTES } from "./instructions";
import { arena, data, isLoaded, operandAt, variableAt, variableCount } from "./model";
import { NOT_LOADED, OK } from "./status";

/** What is kept from one run to the next: docs/abi.md, "State between runs". */

/** Whether a run has begun and not ended: variables are then neither what they were nor what they become. */
let running: bool = false;

/** Gives every variable its first value. */
export function reset(): i32 {
  if (!isLoaded()) return fault(NOT_LOADED, 0, 0);
  running = false;
  for (let i = 0; i < variableCount; i++) {
    const v = variableAt(i);
    const o = operandAt(load<i32>(v));
    const at = arena + load<u32>(o, OPERAND_ADDRESS);
    const bytes = narrow(product(load<u32>(o, OPERAND_CAPACITY), load<u32>(o, OPERAND_ROW_BYTES)));
    const initial = load<i32>(v, 4);
    if (initial < 0) memory.fill(at, load<u8>(v, 8), bytes);
    else memory.copy(at, data + initial, bytes);
  }
  return OK;
}

/** A run begins. Where the one before was left off, variables begin anew. */
export function begin(): void {
  if (running) reset();
  running = true;
}

/** A run has come to its end. */
export function end(): void {
  running = false;
}
