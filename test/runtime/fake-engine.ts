import type { InterfaceEntry, ModelFile } from '../../src/format/model-file.ts';
import type { EngineExports } from '../../src/format/status.ts';

export const entry = (fields: Partial<InterfaceEntry> = {}): InterfaceEntry => ({
  operand: 0,
  name: 'x',
  dtype: 'i8',
  perImage: true,
  imageBytes: 6,
  shape: [1, 2, 3, 1],
  scale: 0.5,
  zeroPoint: 0,
  ...fields,
});

export function modelFile(inputs: readonly InterfaceEntry[], outputs: readonly InterfaceEntry[]): ModelFile {
  const note = { name: 'features/3', op: 'CONV_2D', kernel: 'gemm', node: 0, macs: 0, parameters: 0 };
  return {
    operands: [],
    stages: [{ opcode: 'gemm', words: {} }],
    schedule: [{ stage: 0, rows: 1 }],
    inputs,
    outputs,
    data: new Uint8Array(0),
    labels: [],
    metadata: {
      name: 'fake',
      inputs: inputs.map(({ name }) => name),
      outputs: outputs.map(({ name }) => name),
      stages: [note],
      ram: { activations: 0, zeroRows: 0, scratch: 0, state: 0, unused: 0 },
    },
    ramBytes: 0,
    bindingStep: 0,
    stateOffset: 0,
  };
}

/** Where input and output i lie in the fake's memory. */
const inputBase = (i: number): number => 1024 * (i + 1);
const outputBase = (i: number): number => 32768 + 1024 * i;

export interface FakeOptions {
  readonly rows: number;
  /** Bytes of padding at either end of an input row. */
  readonly padding?: number;
  readonly run: (memory: Uint8Array) => number;
}

/** An engine whose inputs and outputs are `rows` rows each, with what `run` does to its memory. */
export function fakeEngine(file: ModelFile, { rows, padding = 0, run }: FakeOptions): EngineExports {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const bytes = new Uint8Array(memory.buffer);
  const rowBytes = (entries: readonly InterfaceEntry[], i: number): number => (entries[i]?.imageBytes ?? 0) / rows;
  return {
    memory,
    reserve: () => 16,
    load: () => 0,
    loadBundled: () => 0,
    detail: (i) => i,
    inputCount: () => file.inputs.length,
    outputCount: () => file.outputs.length,
    inputRows: () => rows,
    inputRowBytes: (i) => rowBytes(file.inputs, i),
    outputRows: () => rows,
    outputRowBytes: (i) => rowBytes(file.outputs, i),
    inputRow(i, row) {
      const size = rowBytes(file.inputs, i);
      const at = inputBase(i) + row * (size + 2 * padding);
      bytes.fill(99, at, at + padding);
      bytes.fill(99, at + padding + size, at + size + 2 * padding);
      return at + padding;
    },
    outputRow: (i, row) => outputBase(i) + row * rowBytes(file.outputs, i),
    operations: () => 1,
    stepCount: () => 1,
    execute: () => run(bytes),
    run: () => run(bytes),
    selfTest: () => 0,
    arena: () => 0,
    arenaBytes: () => 0,
  };
}

/** A `run` that copies what lies in input `i`, padding included, to output `i`. */
export const echo =
  (lengths: readonly number[]) =>
  (memory: Uint8Array): number => {
    lengths.forEach((length, i) => {
      memory.copyWithin(outputBase(i), inputBase(i), inputBase(i) + length);
    });
    return 0;
  };
