import { LiteBlockError } from '../format/errors.ts';
import { modelBase } from '../format/instructions.ts';
import { isModel, readHeader } from '../format/read.ts';
import type { EngineExports } from '../format/status.ts';

/** '\0asm': a module in place of a model should be a bundle. */
export const isWasm = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x00 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;

/** A copy of the file in a bundle's memory. Throws file-invalid for an engine that has no model in it. */
export function bundledFile(engine: EngineExports, name: string): Uint8Array {
  const memory = new Uint8Array(engine.memory.buffer, modelBase);
  if (!isModel(memory)) {
    throw new LiteBlockError(
      'file-invalid',
      `${name}: this module has no model in it (liteblock bundle makes one that has)`,
    );
  }
  return memory.slice(0, readHeader(memory, name).fileBytes);
}
