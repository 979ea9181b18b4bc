import { checkKind, kindOf } from './arguments.ts';
import { crc32 } from './crc32.ts';
import type { Digest } from './digest.ts';
import { LiteBlockError } from './errors.ts';
import { fieldsOf, opcodes, operandFields, recordWords } from './instructions.ts';
import { readInterface } from './interface.ts';
import { readMetadata } from './metadata.ts';
import {
  headerBytes,
  interfaceFields,
  type ModelFile,
  magic,
  sections,
  type VariableEntry,
  variableFields,
  version,
} from './model-file.ts';
import { isPreprocessing } from './preprocessing.ts';

const utf8 = new TextDecoder();

/** The fixed words at the start of a file. */
export interface Header {
  /** The version of the format. */
  readonly version: number;
  /** Bytes of the file. */
  readonly fileBytes: number;
  /** Reserved: 0. */
  readonly features: number;
  /** Bytes of the arena. */
  readonly ramBytes: number;
  /** Bytes of weights and tables. */
  readonly modelBytes: number;
  /** Bytes of the linear memory: engine, file and arena, in whole pages. */
  readonly memoryBytes: number;
  /** How many sections the file has. */
  readonly sectionCount: number;
  /** The step at which the arena is fullest. */
  readonly bindingStep: number;
  /** Where the stage counters lie in the arena, in bytes. */
  readonly stateOffset: number;
  /** Elementary operations of one run, at most 2^53 − 1. */
  readonly operations: number;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** True when `bytes` begin with the magic of a `.lbm`. */
export const isModel = (bytes: Uint8Array): boolean =>
  kindOf(bytes) === 'Uint8Array' && bytes.length >= 4 && viewOf(bytes).getUint32(0, true) === magic;

/**
 * Reads the header. `source` names the file in messages.
 * Throws file-truncated, file-invalid or file-version.
 */
export function readHeader(bytes: Uint8Array, source = 'model'): Header {
  checkKind(source, bytes, 'Uint8Array');
  if (bytes.length < headerBytes) {
    throw new LiteBlockError('file-truncated', `${source}: ${bytes.length} bytes; a .lbm has at least ${headerBytes}`);
  }
  const view = viewOf(bytes);
  const word = (i: number): number => view.getUint32(i * 4, true);
  if (word(0) !== magic) {
    const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
    throw new LiteBlockError('file-invalid', `${source}: not a .lbm file (it begins ${start}, not 4c 42 4d 00)`);
  }
  if (word(1) !== version) {
    const cure = word(1) < version ? 'compile it again' : 'a newer LiteBlock made it';
    throw new LiteBlockError(
      'file-version',
      `${source}: .lbm version ${word(1)}, this build reads version ${version}: ${cure}`,
    );
  }
  if (word(2) > bytes.length) {
    throw new LiteBlockError('file-truncated', `${source}: ${bytes.length} bytes of ${word(2)}: the file was cut off`);
  }
  return {
    version: word(1),
    fileBytes: word(2),
    features: word(4),
    ramBytes: word(5),
    modelBytes: word(6),
    memoryBytes: word(7),
    sectionCount: word(8),
    bindingStep: word(9),
    stateOffset: word(10),
    operations: word(12) + word(13) * 2 ** 32,
  };
}

/** The sections by id. Throws file-invalid where one lies outside the file or the CRC does not match. */
export function readSections(bytes: Uint8Array, source = 'model'): { header: Header; byId: Map<number, Uint8Array> } {
  const header = readHeader(bytes, source);
  const file = bytes.subarray(0, header.fileBytes);
  const view = viewOf(file);
  const invalid = (what: string) => new LiteBlockError('file-invalid', `${source}: ${what}`);
  if (file.length < headerBytes) throw invalid(`it says it has ${header.fileBytes} bytes, fewer than its header`);
  if (crc32(file.subarray(16)) !== view.getUint32(12, true))
    throw invalid('its checksum does not match: the file is damaged');
  if (headerBytes + header.sectionCount * 16 > file.length)
    throw invalid(`${header.sectionCount} sections do not fit in it`);
  const byId = new Map<number, Uint8Array>();
  for (let i = 0; i < header.sectionCount; i++) {
    const at = headerBytes + i * 16;
    const [id, offset, size] = [0, 4, 8].map((k) => view.getUint32(at + k, true)) as [number, number, number];
    if (offset % 16 !== 0 || offset + size > file.length)
      throw invalid(`section ${id} (${offset}, ${size} bytes) lies outside it`);
    byId.set(id, file.subarray(offset, offset + size));
  }
  return { header, byId };
}

/** A section as records of so many words. Throws file-invalid where it is not a number of them. */
function rowsOf(section: Uint8Array, words: number, name: string, source: string): DataView[] {
  if (section.length % (words * 4) !== 0) {
    const what = `its ${name} section has ${section.length} bytes, not a multiple of ${words * 4}`;
    throw new LiteBlockError('file-invalid', `${source}: ${what}`);
  }
  return Array.from({ length: section.length / (words * 4) }, (_, i) =>
    viewOf(section.subarray(i * words * 4, (i + 1) * words * 4)),
  );
}

/**
 * Parses a `.lbm`. Checks the container (lengths, CRC, references between sections); the engine checks every operand and
 * record again before the first step runs. Throws file-truncated, file-invalid or file-version.
 */
export function readModel(bytes: Uint8Array, source = 'model'): ModelFile {
  const { header, byId } = readSections(bytes, source);
  const need = (id: number, name: string): Uint8Array => {
    const section = byId.get(id);
    if (!section) throw new LiteBlockError('file-invalid', `${source}: it has no ${name} section`);
    return section;
  };
  const rows = (section: Uint8Array, words: number, name: string): DataView[] => rowsOf(section, words, name, source);
  const operands = rows(need(sections.operands, 'operands'), operandFields.length, 'operands').map((view, i) => {
    const words: Record<string, number> = {};
    operandFields.forEach((field, j) => {
      if (field.startsWith('reserved')) return;
      words[field] = field === 'scale' ? view.getFloat32(j * 4, true) : view.getInt32(j * 4, true);
    });
    if (!(Number.isFinite(words.scale) && Number(words.scale) >= 0)) {
      throw new LiteBlockError(
        'file-invalid',
        `${source}: operand ${i} has the scale ${words.scale}, not a finite number`,
      );
    }
    return words as unknown as ModelFile['operands'][number];
  });
  const stages = rows(need(sections.stages, 'stages'), recordWords, 'stages').map((view, i) => {
    const opcode = opcodes[view.getInt32(0, true)];
    if (!opcode)
      throw new LiteBlockError(
        'unsupported',
        `${source}: stage ${i} has opcode ${view.getInt32(0, true)}, which this build does not know`,
      );
    const words: Record<string, number> = {};
    fieldsOf(opcode).forEach((field, j) => {
      if (field !== 'opcode') words[field] = view.getInt32(j * 4, true);
    });
    return { opcode, words };
  });
  const schedule = rows(need(sections.schedule, 'schedule'), 1, 'schedule').map((view) => {
    const word = view.getUint32(0, true);
    return { stage: word & 0xffff, rows: word >>> 16 };
  });
  const records = rows(need(sections.interface, 'interface'), interfaceFields.length, 'interface');
  const entries = readInterface(records, source);
  const state = byId.get(sections.variables);
  const variables = state && rows(state, variableFields.length, 'variables');
  const counts = {
    inputs: entries.inputs.length,
    outputs: entries.outputs.length,
    stages: stages.length,
    variables: variables?.length ?? 0,
  };
  const metadata = readMetadata(need(sections.metadata, 'metadata'), counts, source);
  const inputs = entries.inputs.map((entry, i) => ({ ...entry, name: metadata.inputs[i] }));
  const outputs = entries.outputs.map((entry, i) => ({ ...entry, name: metadata.outputs[i] }));
  for (const [i, step] of schedule.entries()) {
    if (step.stage >= stages.length)
      throw new LiteBlockError('file-invalid', `${source}: step ${i} runs stage ${step.stage} of ${stages.length}`);
  }
  const channels = operands[inputs[0]?.operand ?? -1]?.channels ?? 0;
  if (metadata.preprocessing !== undefined && !isPreprocessing(metadata.preprocessing, channels)) {
    const wanted = `preprocessing: mean and std must be lists of one number or ${channels}, and std must not be 0`;
    throw new LiteBlockError('file-invalid', `${source}: its metadata does not fit: ${wanted}`);
  }
  const digest = readDigest(byId.get(sections.digest), source);
  const postprocess = byId.get(sections.postprocess);
  return {
    operands,
    stages,
    schedule,
    inputs,
    outputs,
    data: need(sections.data, 'data'),
    labels: readLabels(byId.get(sections.labels), source),
    metadata,
    ...(digest && { digest }),
    ...(postprocess && { postprocess }),
    ...(variables && { variables: variables.map((view, i) => readVariable(view, metadata.variables?.[i] ?? '')) }),
    ramBytes: header.ramBytes,
    bindingStep: header.bindingStep,
    stateOffset: header.stateOffset,
  };
}

/** The engine checks the words. */
const readVariable = (view: DataView, name: string): VariableEntry => ({
  name,
  operand: view.getInt32(0, true),
  initial: view.getInt32(4, true),
  fill: view.getInt32(8, true),
});

/** Each name ends with a zero byte. */
function readLabels(section: Uint8Array | undefined, source: string): string[] {
  if (!section || section.length === 0) return [];
  if (section.at(-1) !== 0) {
    throw new LiteBlockError('file-invalid', `${source}: its last label has no end (the file is damaged)`);
  }
  return utf8.decode(section).split('\0').slice(0, -1);
}

function readDigest(section: Uint8Array | undefined, source: string): Digest | undefined {
  if (!section) return undefined;
  if (section.length !== 8) {
    throw new LiteBlockError('file-invalid', `${source}: its known answer has ${section.length} bytes; expected 8`);
  }
  return { seed: viewOf(section).getUint32(0, true), crc: viewOf(section).getUint32(4, true) };
}
