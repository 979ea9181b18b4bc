import { LiteBlockError } from '../../format/errors.ts';
import { dtypes } from '../../format/instructions.ts';
import type { ModelFile, Operand } from '../../format/model-file.ts';
import type { EngineExports } from '../../format/status.ts';
import { arrayOf, type Values } from '../../format/values.ts';
import { inputPort } from '../../runtime/port.ts';
import { statusError } from '../../runtime/status-error.ts';

/** Told the output of every stage when its last row is made; `done` of `total` steps have run. */
export type OnStage = (stage: number, values: Values, done: number, total: number) => void;

/**
 * Runs a loaded model step by step on one image. Rows are read as they are made: memory is taken over by later stages, and a
 * ring holds a few rows of its tensor. `inputs` are the bytes of each input.
 */
export function runStages(
  engine: EngineExports,
  file: ModelFile,
  inputs: readonly Uint8Array[],
  source: string,
  onStage: OnStage,
): void {
  const memory = new Uint8Array(engine.memory.buffer);
  file.inputs.forEach((entry, i) => {
    inputPort(engine, i, entry).copy(memory, inputs[i], 0);
  });
  const made = new Map<number, { readonly values: Values; rows: number }>();
  const arena = engine.arena() >>> 0;
  const total = file.schedule.length;
  file.schedule.forEach(({ stage, rows }, step) => {
    const status = engine.execute(step, step + 1);
    if (status !== 0) throw statusError(engine, status, file, source);
    const operand = file.operands[file.stages[stage].words.y ?? -1];
    if (!operand) throw new LiteBlockError('file-invalid', `${source}: stage ${stage} has no output`);
    const room = made.get(stage) ?? { values: roomFor(operand), rows: 0 };
    made.set(stage, room);
    for (const end = room.rows + rows; room.rows < end; room.rows++)
      readRow(memory, arena, operand, room.rows, room.values);
    if (room.rows === operand.height) onStage(stage, room.values, step + 1, total);
  });
}

/** A tensor that lies in the arena whole, as all do by a plan that keeps every tensor. */
export function valuesOf(engine: EngineExports, operand: Operand): Values {
  const values = roomFor(operand);
  const [memory, arena] = [new Uint8Array(engine.memory.buffer), engine.arena() >>> 0];
  for (let row = 0; row < operand.height; row++) readRow(memory, arena, operand, row, values);
  return values;
}

function roomFor({ height, width, channels, dtype }: Operand): Values {
  const array = arrayOf(`${dtypes[dtype]}`);
  if (!array) throw new LiteBlockError('file-invalid', `an operand has the type ${dtypes[dtype] ?? dtype}`);
  return new array(height * width * channels);
}

/** One row without padding columns, and without the channels of others that lie between its own. */
function readRow(memory: Uint8Array, arena: number, operand: Operand, row: number, to: Values): void {
  const { address, capacity, rowBytes, origin, width, channels, pixelStride } = operand;
  const bytes = new Uint8Array(to.buffer, to.byteOffset, to.byteLength);
  const pixelBytes = channels * to.BYTES_PER_ELEMENT;
  const first = arena + address + (row % capacity) * rowBytes + origin;
  for (let column = 0; column < width; column++) {
    const from = first + column * pixelStride;
    bytes.set(memory.subarray(from, from + pixelBytes), (row * width + column) * pixelBytes);
  }
}
