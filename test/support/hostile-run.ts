import { modelBase } from '../../src/format/instructions.ts';
import { type EngineExports, statuses } from '../../src/format/status.ts';
import { type DebugExports, TooManyAccesses } from './debug-engine.ts';
import { type Build, engine } from './engine.ts';
import { noise } from './noise.ts';

/** Memory of the module below the model that only the command writes; the engine's checksum table ends where it begins. */
const moduleFrom = 1024;
const canary = 0xc5;

const bytesOf = (instance: EngineExports, from: number, to: number): Buffer =>
  Buffer.from(instance.memory.buffer, from, to - from);

const anyValues = noise(4093, 7);

export interface Conditions {
  /** How many loads and stores a debug build may make. */
  readonly accesses?: number;
  /** What lies in the arena before the run, over and over. */
  readonly values?: Uint8Array;
}

let canaries: Buffer = Buffer.alloc(0);

function expectCanaries(instance: EngineExports, from: number, to: number, what: string): void {
  if (canaries.length < to - from) canaries = Buffer.alloc(to - from, canary);
  const bytes = bytesOf(instance, from, to);
  if (bytes.compare(canaries, 0, bytes.length) === 0) return;
  const at = bytes.findIndex((byte) => byte !== canary);
  throw new Error(`byte ${from + at}, ${at} bytes from the start of ${what}, was written`);
}

/** Below the arena everything but the checksum table is as it was. */
function expectWhole(instance: EngineExports, file: Uint8Array, arena: number): void {
  const end = modelBase + file.length;
  expectCanaries(instance, moduleFrom, modelBase, 'the module');
  if (bytesOf(instance, modelBase, end).compare(file) !== 0) throw new Error('the file was written');
  expectCanaries(instance, end, arena, 'what is behind the file');
}

/** As a host does: pads rows of inputs, runs, asks where outputs are. All rows it is given lie in the arena. */
function runAsHost(instance: EngineExports, arenaEnd: number): number {
  const expectInside = (address: number, bytes: number): void => {
    const from = address >>> 0;
    if (from < instance.arena() >>> 0 || from + bytes > arenaEnd) throw new Error('a row of the host lies outside');
  };
  for (let i = 0; i < instance.inputCount(); i++) {
    for (let row = 0; row < instance.inputRows(i); row++) {
      expectInside(instance.inputRow(i, row), instance.inputRowBytes(i));
    }
  }
  const status = instance.run();
  for (let i = 0; i < instance.outputCount(); i++) {
    for (let row = 0; row < instance.outputRows(i); row++) {
      expectInside(instance.outputRow(i, row), instance.outputRowBytes(i));
    }
  }
  return status;
}

/**
 * Loads a file and runs it among canaries: around arena and file, and in the module's memory. The status of load, or of run;
 * 'unfinished' where a debug build made as many accesses as it may. A trap, or a byte that is changed, is an exception.
 */
export function attempt(build: Build, file: Uint8Array, { accesses, values = anyValues }: Conditions = {}): string {
  const instance = engine(build);
  const at = instance.reserve(file.length) >>> 0;
  if (at !== modelBase) throw new Error(`reserve gave ${at}`);
  const memoryEnd = instance.memory.buffer.byteLength;
  bytesOf(instance, moduleFrom, memoryEnd).fill(canary);
  bytesOf(instance, at, at + file.length).set(file);
  const status = instance.load(at, file.length);
  expectWhole(instance, file, memoryEnd);
  if (status !== 0) return statuses[status] as string;
  const arena = instance.arena() >>> 0;
  const arenaEnd = arena + (instance.arenaBytes() >>> 0);
  bytesOf(instance, arenaEnd, instance.memory.buffer.byteLength).fill(canary);
  bytesOf(instance, arena, arenaEnd).fill(values);
  if (accesses !== undefined) (instance as DebugExports).limitAccesses(accesses);
  let answer: string;
  try {
    answer = statuses[runAsHost(instance, arenaEnd)] as string;
  } catch (error) {
    if (!(error instanceof TooManyAccesses)) throw error;
    answer = 'unfinished';
  }
  expectWhole(instance, file, arena);
  expectCanaries(instance, arenaEnd, instance.memory.buffer.byteLength, 'what is beyond the arena');
  return answer;
}
