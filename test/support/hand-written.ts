import type { InterfaceEntry, ModelFile, Operand, StageRecord } from '../../src/format/model-file.ts';

export const dense = (address: number, height: number, width: number, channels: number): Operand => ({
  address,
  constant: 0,
  capacity: height,
  rowBytes: width * channels,
  height,
  width,
  channels,
  pixelStride: channels,
  origin: 0,
  left: 0,
  right: 0,
  zeroPoint: 0,
  dtype: 0,
  scale: 1,
});

const entry = (operand: number, imageBytes: number): InterfaceEntry => ({
  operand,
  dtype: 'i8',
  perImage: true,
  imageBytes,
  shape: [1, imageBytes],
  scale: 1,
  zeroPoint: 0,
  name: 'x',
});

const nothing = { activations: 0, zeroRows: 0, scratch: 0, state: 0, unused: 0 };
/** A record whose rows are in step with x's. */
export const oneRow = { x2: -1, zeroRow: -1, rowKind: 0, windowH: 1, strideH: 1, dilationH: 1, padTop: 0 };

interface Parts {
  readonly operands: readonly Operand[];
  readonly stages: readonly StageRecord[];
  readonly data?: Uint8Array;
  readonly steps?: number;
  /** Arena offset of the stage counters. */
  readonly state: number;
}

/** A file written by hand: x is operand 0 and y operand 1; the first `steps` stages run once, for one row. */
export const fileOf = ({ operands, stages, data = new Uint8Array(16), steps = 1, state }: Parts): ModelFile => ({
  operands,
  stages,
  schedule: Array.from({ length: steps }, (_, stage) => ({ stage, rows: 1 })),
  inputs: [entry(0, (operands[0] as Operand).rowBytes)],
  outputs: [entry(1, (operands[1] as Operand).rowBytes)],
  data,
  labels: [],
  metadata: {
    name: 'p',
    inputs: ['x'],
    outputs: ['y'],
    stages: stages.map(({ opcode }, node) => ({ name: 's', op: opcode, kernel: opcode, node, macs: 0, parameters: 0 })),
    ram: nothing,
  },
  ramBytes: state + 4 * stages.length + 16,
  bindingStep: 0,
  stateOffset: state,
});

/** A max pool whose window is as wide as its map of `width` pixels: 800 bytes of file and width² comparisons. */
export function wideWindow(width: number): ModelFile {
  const words = { y: 1, x: 0, ...oneRow, scratch: 2 * width, scratchBytes: 16, windowW: width, strideW: 1 };
  const stage = { opcode: 'maxPool', words: { ...words, dilationW: 1, padLeft: width - 1, yMin: -128, yMax: 127 } };
  return fileOf({
    operands: [dense(0, 1, width, 1), dense(width, 1, width, 1)],
    stages: [stage as StageRecord],
    state: 2 * width + 16,
  });
}
