import fc from 'fast-check';
import { fieldsOf, opcodes, operandFields } from '../../src/format/instructions.ts';
import type { InterfaceEntry, ModelFile, Operand, StageRecord } from '../../src/format/model-file.ts';

/** Files of any content that fits the layout; the engine would refuse most of them. */

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const scale = fc.float({ noNaN: true, noDefaultInfinity: true, min: 0 });
const name = fc.string({ unit: 'grapheme', maxLength: 12 });

const operand: fc.Arbitrary<Operand> = fc.record(
  Object.fromEntries(
    operandFields
      .filter((field) => !field.startsWith('reserved'))
      .map((field) => [field, field === 'scale' ? scale : word]),
  ),
) as unknown as fc.Arbitrary<Operand>;

const stage: fc.Arbitrary<StageRecord> = fc.constantFrom(...opcodes).chain((opcode) => {
  const fields = fieldsOf(opcode).filter((field) => field !== 'opcode');
  return fc.record({
    opcode: fc.constant(opcode),
    words: fc.record(Object.fromEntries(fields.map((field) => [field, word]))),
  });
});

/** Least and greatest zero point by dtype. */
const zeroPoints = { i8: [-128, 127], u8: [0, 255], f32: [0, 0], i32: [-(2 ** 31), 2 ** 31 - 1], i64: [0, 0] } as const;

const entry: fc.Arbitrary<InterfaceEntry> = fc
  .constantFrom('i8', 'u8', 'f32', 'i32', 'i64' as const)
  .chain((dtype: keyof typeof zeroPoints) => {
    const [min, max] = zeroPoints[dtype];
    return fc.record({
      operand: fc.nat(),
      name,
      dtype: fc.constant(dtype),
      perImage: fc.boolean(),
      imageBytes: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      shape: fc.array(fc.nat(), { maxLength: 6 }),
      scale,
      zeroPoint: fc.integer({ min, max }),
    });
  });

const count = fc.nat({ max: 2 ** 31 - 1 });

const note = fc.record({
  name,
  op: name,
  kernel: name,
  node: fc.integer({ min: -1, max: 1000 }),
  macs: count,
  parameters: count,
});

const ram = fc.record({ activations: count, zeroRows: count, scratch: count, state: count, unused: count });

export const arbitraryModel: fc.Arbitrary<ModelFile> = fc
  .record({
    operands: fc.array(operand, { maxLength: 4 }),
    stages: fc.array(stage, { minLength: 1, maxLength: 4 }),
    inputs: fc.array(entry, { minLength: 1, maxLength: 2 }),
    outputs: fc.array(entry, { minLength: 1, maxLength: 2 }),
    data: fc.uint8Array({ maxLength: 100 }),
    labels: fc.array(
      name.filter((label) => !label.includes('\0')),
      { maxLength: 3 },
    ),
    file: name,
    note,
    ram,
    ramBytes: fc.nat({ max: 2 ** 24 }),
    bindingStep: count,
    stateOffset: count,
  })
  .chain(({ file, note, ram, ...model }) =>
    fc
      .array(fc.record({ stage: fc.nat(model.stages.length - 1), rows: fc.nat(65535) }), { maxLength: 6 })
      .map((schedule) => ({
        ...model,
        schedule,
        metadata: {
          name: file,
          inputs: model.inputs.map((input) => input.name),
          outputs: model.outputs.map((output) => output.name),
          stages: model.stages.map(() => note),
          ram,
        },
      })),
  );
