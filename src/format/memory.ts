import { checkLike } from './arguments.ts';
import { modelBase, pageBytes } from './instructions.ts';

/** Linear memory, in bytes, that the engine asks for: its own constants, the file and the arena, in whole pages. */
export function memoryBytesOf(fileBytes: number, ramBytes: number): number {
  checkLike('memoryBytesOf: fileBytes and ramBytes', [fileBytes, ramBytes], [0]);
  const used = modelBase + Math.ceil(fileBytes / 16) * 16 + ramBytes;
  return Math.ceil(used / pageBytes) * pageBytes;
}
