/**
 * What the engine's exports return. `detail(0)` is the index of the operand, stage, step or section at fault and
 * `detail(1)` the byte offset of the field in its record.
 */
export const statuses = [
  'ok',
  'not-model', // the bytes are not a .lbm
  'version', // a version this engine does not read
  'truncated', // fewer bytes than the header says
  'checksum', // CRC-32 does not match
  'features', // opcodes this engine does not have; detail(0) is their bit mask
  'section', // a section is missing, misplaced or of a wrong length
  'operand', // an operand lies outside its memory or contradicts itself
  'stage', // a record's fields contradict each other or reach outside
  'schedule', // a step names no stage or more rows than are left or fit
  'interface', // an input or output is missing or does not fit its operand
  'memory', // linear memory could not be grown
  'not-loaded', // called before load
  'steps', // execute was given steps that do not exist
  'no-digest', // the file has no known answer
  'self-test', // the known answer did not come: this runtime computes wrongly; detail(0) is the CRC-32 that came
  'operations', // the header's figure is not the count of what a run does; detail(0) is the low word of that count
  'variable', // what is kept between runs does not fit its operand, or lies across another one
] as const;

export type Status = (typeof statuses)[number];

/** The engine's exports: see docs/abi.md. Addresses and sizes are unsigned; use `>>> 0` on what comes back. */
export interface EngineExports {
  readonly memory: WebAssembly.Memory;
  /** Grows memory for a file of `bytes` and returns the address to write it at (16-byte aligned), 0 if there is not enough memory. */
  reserve(bytes: number): number;
  /** Checks the file and the plan in it, and grows memory for the arena. Nothing is allocated after it. Returns a status. */
  load(address: number, bytes: number): number;
  /** Checks the model that is part of the module (a bundle) as `load` does. Returns a status: 'not-model' where there is none. */
  loadBundled(): number;
  detail(i: number): number;
  inputCount(): number;
  outputCount(): number;
  /** Rows of one image, and bytes of one row without padding (width · channels, each of the bytes of the dtype). */
  inputRows(input: number): number;
  inputRowBytes(input: number): number;
  outputRows(output: number): number;
  outputRowBytes(output: number): number;
  /** Writes the padding columns of a row and returns the address at which the caller puts its `inputRowBytes`. */
  inputRow(input: number, row: number): number;
  /** The address of the `outputRowBytes` of a row. */
  outputRow(output: number, row: number): number;
  /** Elementary operations of one run, at most 2^53 − 1, equal to the header's figure: a bound on its time. 0 without a model. */
  operations(): number;
  stepCount(): number;
  /** Runs steps [first, last). Step 0 starts an image; steps run in order. Returns a status. */
  execute(first: number, last: number): number;
  /** execute(0, stepCount()). */
  run(): number;
  /** Runs the file's known-answer test; writes over every input, and leaves variables with their first values. Returns a status. */
  selfTest(): number;
  /**
   * Gives every variable its first value, as `load` does. A run that begins at step 0 after one that was left off does so, too.
   * Returns a status. Absent in bundles that were made before there were variables.
   */
  reset?(): number;
  /** The arena's address and size, for tests and tools. */
  arena(): number;
  arenaBytes(): number;
}
