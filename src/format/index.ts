/**
 * The `.lbm` file: read, write, look into. docs/format.md describes its bytes.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * import { readModel } from 'liteblock/format';
 *
 * const { ramBytes, inputs, stages } = readModel(await readFile('model.lbm'), 'model.lbm');
 * console.log(ramBytes, inputs[0]?.shape, stages.map(({ opcode }) => opcode));
 *
 * @module liteblock/format
 */
export { type ErrorCode, LiteBlockError, type Problem } from './errors.ts';
export { instructions, type Opcode, opcodes, operandFields } from './instructions.ts';
export { memoryBytesOf } from './memory.ts';
export type { InterfaceEntry, Metadata, ModelFile, Operand, StageNote, StageRecord, Step } from './model-file.ts';
export { type Detection, type Postprocess, readPostprocess } from './postprocess.ts';
export { type Header, isModel, readHeader, readModel } from './read.ts';
export { writeModel } from './write.ts';
