import { boundFile, boundHost } from "./bounds/stage";
import { checkInterface } from "./check/interface";
import { checkOperand } from "./check/operand";
import { countOperations } from "./check/operations";
import { startScans } from "./check/scan";
import { checkSchedule, checkStage } from "./check/stage";
import { checkVariable } from "./check/variable";
import { narrow, sum } from "./checked-arithmetic";
import { fault } from "./fault";
import { MODEL_BASE } from "./instructions";
import { growTo, memoryBytes } from "./memory";
import {
  accept,
  arena,
  arenaBytes,
  countInterface,
  entriesCount,
  inputCount,
  interfaceAt,
  operandCount,
  readFile,
  stageCount,
  unload,
  variableCount,
} from "./model";
import { MEMORY, OK, OPERATIONS, TRUNCATED } from "./status";
import { reset } from "./variables";

/** Room for a file at a fixed place, whatever was loaded before: one instance holds one model. */
export function reserve(bytes: u32): usize {
  unload();
  return growTo(sum(MODEL_BASE, bytes)) ? <usize>MODEL_BASE : 0;
}

/** Loads the model that lies in the module itself. */
export function loadBundled(): i32 {
  return loadModel(MODEL_BASE, load<u32>(MODEL_BASE, 8));
}

/** Checks everything that could make a step reach outside its memory; nothing is trusted after it. */
export function loadModel(address: usize, bytes: u32): i32 {
  unload();
  // Only a host that ignores what `reserve` gave names memory that is not there.
  if (sum(address, bytes) > memoryBytes()) return fault(TRUNCATED, bytes, 0);
  if (isDefined(BOUNDED)) boundFile(address, bytes);
  let code = readFile(address, bytes);
  if (code != OK) return code;
  for (let i = 0; i < operandCount; i++) {
    code = checkOperand(i);
    if (code != OK) return code;
  }
  startScans(load<u32>(address, 8));
  for (let i = 0; i < stageCount; i++) {
    code = checkStage(i);
    if (code != OK) return code;
  }
  code = checkSchedule();
  if (code != OK) return code;
  code = countInterface();
  if (code != OK) return code;
  for (let i = 0; i < entriesCount; i++) {
    code = checkInterface(i, interfaceAt(i), i < inputCount() ? 0 : 1);
    if (code != OK) return code;
  }
  for (let i = 0; i < variableCount; i++) {
    code = checkVariable(i);
    if (code != OK) return code;
  }
  const count = countOperations();
  if (load<i64>(address, 48) != count) return fault(OPERATIONS, narrow(count), 48);
  if (!growTo(sum(arena, arenaBytes))) return fault(MEMORY, arenaBytes, 20);
  accept(count);
  if (isDefined(BOUNDED)) boundHost();
  return reset();
}
