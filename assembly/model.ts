import { crc32 } from "./crc32";
import { checkInterface, checkOperand, checkSchedule, checkStage } from "./check";
import { MODEL_BASE, OPERAND_BYTES, RECORD_BYTES } from "./instructions";
import * as status from "./status";

/** The loaded model: where its sections lie in memory, and its arena. One module instance holds one. */
export let operands: usize = 0;
export let operandCount: i32 = 0;
export let stages: usize = 0;
export let stageCount: i32 = 0;
export let schedule: usize = 0;
export let steps: i32 = 0;
export let data: usize = 0;
export let dataBytes: u32 = 0;
export let arena: usize = 0;
export let arenaBytes: u32 = 0;
/** One int32 a stage: the output rows it has made of this image. */
export let counters: usize = 0;
export let labels: usize = 0;
export let labelsEnd: usize = 0;
/** Seed and CRC-32 of the known answer; 0 where the file has none. */
export let digest: usize = 0;
let entries: usize = 0;
let entriesCount: i32 = 0;
let inputs: i32 = 0;
let loaded: bool = false;

/** What is at fault after a status other than ok: an index and a byte offset or value. */
export let detail0: i32 = 0;
export let detail1: i32 = 0;

/** Notes what is at fault and returns `code`. */
export function fault(code: i32, index: i32, field: i32): i32 {
  detail0 = index;
  detail1 = field;
  return code;
}

export const ENTRY_BYTES: u32 = 64;
const HEADER_BYTES: u32 = 64;
const MAGIC: u32 = 0x004d424c;

const SECTION_OPERANDS = 1,
  SECTION_STAGES = 2,
  SECTION_SCHEDULE = 3,
  SECTION_INTERFACE = 4,
  SECTION_DATA = 5,
  SECTION_LABELS = 6,
  SECTION_DIGEST = 8;

export function isLoaded(): bool {
  return loaded;
}

/** Makes linear memory reach to `end`. */
export function growTo(end: u64): bool {
  const pages = <i32>((end + 0xffff) >> 16);
  if (end > 0xffff0000) return false;
  const missing = pages - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}

/** Room for a file at a fixed place, whatever was loaded before: one instance holds one model. */
export function reserve(bytes: u32): usize {
  loaded = false;
  return growTo(<u64>MODEL_BASE + bytes) ? <usize>MODEL_BASE : 0;
}


@inline
export function operandAt(index: i32): usize {
  return operands + <usize>index * OPERAND_BYTES;
}


@inline
export function stageAt(index: i32): usize {
  return stages + <usize>index * RECORD_BYTES;
}


@inline
export function inputCount(): i32 {
  return inputs;
}


@inline
export function outputCount(): i32 {
  return entriesCount - inputs;
}

/** The interface record of input or output `index` (kind 0 or 1); 0 when there is none. */
export function entryOf(kind: i32, index: i32): usize {
  const count = kind == 0 ? inputs : entriesCount - inputs;
  if (<u32>index >= <u32>count) return 0;
  return entries + <usize>(kind == 0 ? index : inputs + index) * ENTRY_BYTES;
}

/** Whether the module has a model in itself, as a data segment: a bundle. */
export function isBundle(): bool {
  return load<u32>(MODEL_BASE) == MAGIC;
}

/** Loads the model that lies in the module itself. */
export function loadBundled(): i32 {
  return loadModel(MODEL_BASE, load<u32>(MODEL_BASE, 8));
}

/** Checks everything that could make a step reach outside its memory; nothing is trusted after it. */
export function loadModel(address: usize, bytes: u32): i32 {
  loaded = false;
  if (bytes < 4 || load<u32>(address) != MAGIC) return fault(status.NOT_MODEL, 0, 0);
  if (bytes < HEADER_BYTES) return fault(status.TRUNCATED, bytes, 0);
  if (load<u32>(address, 4) != 0) return fault(status.VERSION, load<i32>(address, 4), 4);
  const fileBytes = load<u32>(address, 8);
  if (fileBytes > bytes || fileBytes < HEADER_BYTES) return fault(status.TRUNCATED, bytes, 8);
  if (crc32(address + 16, address + fileBytes) != load<u32>(address, 12)) return fault(status.CHECKSUM, 0, 12);
  const unknown = load<u32>(address, 16) & ~status.FEATURES;
  if (unknown != 0) return fault(status.FEATURES_MISSING, unknown, 16);

  operands = 0;
  stages = 0;
  schedule = 0;
  entries = 0;
  data = 0;
  labels = 0;
  labelsEnd = 0;
  digest = 0;
  const sections = load<u32>(address, 32);
  if (<u64>HEADER_BYTES + <u64>sections * 16 > fileBytes) return fault(status.SECTION, sections, 32);
  for (let i: u32 = 0; i < sections; i++) {
    const entry = address + HEADER_BYTES + (i << 4);
    const id = load<i32>(entry),
      offset = load<u32>(entry, 4),
      size = load<u32>(entry, 8);
    if ((offset & 15) != 0 || <u64>offset + size > fileBytes) return fault(status.SECTION, id, offset);
    const at = address + offset;
    if (id == SECTION_OPERANDS) {
      if (size % OPERAND_BYTES != 0) return fault(status.SECTION, id, size);
      operands = at;
      operandCount = <i32>(size / OPERAND_BYTES);
    } else if (id == SECTION_STAGES) {
      if (size % RECORD_BYTES != 0) return fault(status.SECTION, id, size);
      stages = at;
      stageCount = <i32>(size / RECORD_BYTES);
    } else if (id == SECTION_SCHEDULE) {
      if (size % 4 != 0) return fault(status.SECTION, id, size);
      schedule = at;
      steps = <i32>(size / 4);
    } else if (id == SECTION_INTERFACE) {
      if (size % ENTRY_BYTES != 0) return fault(status.SECTION, id, size);
      entries = at;
      entriesCount = <i32>(size / ENTRY_BYTES);
    } else if (id == SECTION_DATA) {
      data = at;
      dataBytes = size;
    } else if (id == SECTION_LABELS) {
      labels = at;
      labelsEnd = at + size;
    } else if (id == SECTION_DIGEST) {
      if (size != 8) return fault(status.SECTION, id, size);
      digest = at;
    }
  }
  if (operands == 0) return fault(status.SECTION, SECTION_OPERANDS, 0);
  if (stages == 0) return fault(status.SECTION, SECTION_STAGES, 0);
  if (schedule == 0) return fault(status.SECTION, SECTION_SCHEDULE, 0);
  if (entries == 0) return fault(status.SECTION, SECTION_INTERFACE, 0);
  if (data == 0) return fault(status.SECTION, SECTION_DATA, 0);

  arena = (address + fileBytes + 15) & ~15;
  arenaBytes = load<u32>(address, 20);
  const state = load<u32>(address, 40);
  if (<u64>state + ((<u64>stageCount) << 2) > arenaBytes || (state & 3) != 0)
    return fault(status.STAGE, stageCount, 40);
  counters = arena + state;

  for (let i = 0; i < operandCount; i++) {
    const code = checkOperand(i);
    if (code != status.OK) return code;
  }
  for (let i = 0; i < stageCount; i++) {
    const code = checkStage(i);
    if (code != status.OK) return code;
  }
  const code = checkSchedule();
  if (code != status.OK) return code;
  inputs = 0;
  while (inputs < entriesCount && load<i32>(entries + <usize>inputs * ENTRY_BYTES) == 0) inputs++;
  for (let i = 0; i < entriesCount; i++) {
    const code = checkInterface(i, entries + <usize>i * ENTRY_BYTES, i < inputs ? 0 : 1);
    if (code != status.OK) return code;
  }
  if (!growTo(<u64>arena + arenaBytes)) return fault(status.MEMORY, <i32>arenaBytes, 20);
  loaded = true;
  return status.OK;
}
