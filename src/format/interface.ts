import { LiteBlockError } from './errors.ts';
import { dtypes, elementBytes } from './instructions.ts';
import { type InterfaceEntry, interfaceFields } from './model-file.ts';

/** An entry without its name, which is in the metadata. */
type Unnamed = Omit<InterfaceEntry, 'name'>;

/** What the interface section says about inputs and outputs. */
export interface InterfaceEntries {
  readonly inputs: readonly Unnamed[];
  readonly outputs: readonly Unnamed[];
}

type Field = (typeof interfaceFields)[number];

const most = 2 ** 31 - 1;

/** The least and the greatest zero point, where elements are bytes. */
const zeroPoints: Partial<Record<InterfaceEntry['dtype'], readonly [number, number]>> = {
  i8: [-128, 127],
  u8: [0, 255],
};

/** A dtype that inputs and outputs may have, by its number. */
const dtypeOf = (index: number): InterfaceEntry['dtype'] | undefined =>
  Object.keys(elementBytes).find((name): name is InterfaceEntry['dtype'] => name === dtypes[index]);

/**
 * The records of the interface section: inputs, then outputs, at least one of each. Throws file-invalid, naming the entry and
 * the field. Whether an entry fits its operand, the engine checks.
 */
export function readInterface(records: readonly DataView[], source: string): InterfaceEntries {
  const kinds = records.map((record) => record.getInt32(0, true));
  const inputCount = kinds.filter((kind) => kind === 0).length;
  const invalid = (what: string) =>
    new LiteBlockError('file-invalid', `${source}: ${what} (the file is damaged: compile the model again)`);
  const stray = kinds.findIndex((kind, i) => kind !== (i < inputCount ? 0 : 1));
  if (stray >= 0) throw invalid(`interface entry ${stray} has the kind ${kinds[stray]}: inputs (0), then outputs (1)`);
  if (inputCount === 0) throw invalid('it has no inputs');
  if (inputCount === records.length) throw invalid('it has no outputs');
  const entries = records.map((record, i) => {
    const name = i < inputCount ? `input ${i}` : `output ${i - inputCount}`;
    return readEntry(record, (field, value, wanted) =>
      invalid(`${name}: its ${field} is ${value}; expected ${wanted}`),
    );
  });
  return { inputs: entries.slice(0, inputCount), outputs: entries.slice(inputCount) };
}

type Invalid = (field: Field, value: number, wanted: string) => LiteBlockError;

function readEntry(record: DataView, invalid: Invalid): Unnamed {
  const at = (field: Field): number => interfaceFields.indexOf(field) * 4;
  const within = (field: Field, least: number, most: number): number => {
    const value = record.getInt32(at(field), true);
    if (!(value >= least && value <= most)) throw invalid(field, value, `${least} to ${most}`);
    return value;
  };
  const dtype = dtypeOf(record.getInt32(at('dtype'), true));
  if (!dtype) throw invalid('dtype', record.getInt32(at('dtype'), true), 'one of inputs and outputs');
  const bytes = zeroPoints[dtype];
  const scale = record.getFloat32(at('scale'), true);
  // 0 where values are not quantised.
  if (!(scale >= 0 && scale < Infinity)) throw invalid('scale', scale, 'a finite number from 0');
  const sizes = interfaceFields.slice(interfaceFields.indexOf('size0'), interfaceFields.indexOf('scale'));
  return {
    operand: within('operand', 0, most),
    dtype,
    perImage: within('perImage', 0, 1) === 1,
    imageBytes: within('imageBytes', 1, most),
    shape: sizes.slice(0, within('rank', 0, sizes.length)).map((field) => within(field, 0, most)),
    scale,
    zeroPoint: within('zeroPoint', ...(bytes ?? ([-most - 1, most] as const))),
  };
}
