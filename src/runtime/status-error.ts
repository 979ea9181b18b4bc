import { type ErrorCode, LiteBlockError } from '../format/errors.ts';
import { fieldsOf, opcodes, operandFields } from '../format/instructions.ts';
import { type ModelFile, variableFields, variablesFeature, version } from '../format/model-file.ts';
import { type EngineExports, type Status, statuses } from '../format/status.ts';

const codes: Partial<Record<Status, ErrorCode>> = {
  version: 'file-version',
  truncated: 'file-truncated',
  features: 'unsupported',
  memory: 'memory',
  'not-loaded': 'engine',
  steps: 'engine',
  'self-test': 'engine',
};

/** Stage 3, CONV_2D "features/3": the node that people know. */
export function stageName(file: ModelFile, stage: number): string {
  const note = file.metadata.stages[stage];
  return note ? `stage ${stage}, ${note.op} "${note.name}"` : `stage ${stage}`;
}

/** What the bits of a header's features stand for. */
const featureNames = (bits: number): string[] => [
  ...opcodes.filter((_, i) => (bits >>> i) & 1),
  ...(bits >>> variablesFeature ? ['variables'] : []),
];

const hex = (word: number): string => word.toString(16).padStart(8, '0');

/** What a status is about, from the index and the byte offset that the engine leaves in `detail`. */
function describe(status: Status, at: number, offset: number, file: ModelFile): string {
  const field = (fields: readonly string[]): string => `field ${fields[offset >> 2] ?? `at byte ${offset}`}`;
  const stage = file.stages[at];
  switch (status) {
    case 'features':
      return `the engine has no ${featureNames(at).join(', ')}: a newer one may`;
    case 'memory':
      return 'linear memory could not be allocated';
    case 'operand':
      return `operand ${at}: its ${field(operandFields)} does not fit`;
    case 'stage':
      return `${stageName(file, at)}: its ${field(stage ? fieldsOf(stage.opcode) : [])} does not fit`;
    case 'schedule':
      return `step ${at} of ${file.schedule.length} names no stage or more rows than fit`;
    case 'interface':
      return `input or output ${at} is missing or does not fit its operand (field at byte ${offset})`;
    case 'variable':
      return `variable ${at}: its ${field(variableFields)} does not fit`;
    case 'version':
      return `the engine reads another version of .lbm than ${version}: use the engine of this build`;
    case 'operations':
      return 'its header has another number of operations than its records';
    case 'section':
      return `section ${at} is missing, misplaced or of a wrong length`;
    case 'no-digest':
      return 'it has no known answer to test with (compile it again)';
    case 'self-test':
      return `this runtime computes wrongly: the known answer is ${hex(file.digest?.crc ?? 0)}, it gave ${hex(at)}`;
    default:
      return `the engine reports "${status}"`;
  }
}

/** The error for a status other than ok. `source` is what messages call the model. */
export function statusError(exports: EngineExports, status: number, file: ModelFile, source: string): LiteBlockError {
  const name = statuses[status];
  if (!name) return new LiteBlockError('engine', `${source}: the engine reports the unknown status ${status}`);
  const what = describe(name, exports.detail(0) >>> 0, exports.detail(1), file);
  return new LiteBlockError(codes[name] ?? 'file-invalid', `${source}: ${what}`);
}
