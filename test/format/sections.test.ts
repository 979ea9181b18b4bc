import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { crc32 } from '../../src/format/crc32.ts';
import type { InterfaceEntry, Metadata, ModelFile, StageNote } from '../../src/format/model-file.ts';
import { sections } from '../../src/format/model-file.ts';
import { readModel } from '../../src/format/read.ts';
import { statuses } from '../../src/format/status.ts';
import { writeModel } from '../../src/format/write.ts';
import { load } from '../../src/runtime/node.ts';
import { engine, tiers } from '../support/engine.ts';
import { describeWasmtime, temporaryFolder } from '../support/runtimes.ts';
import { describeShared } from '../support/shared-data.ts';

/** Files of the project's own writer whose interface, labels or metadata are wrong; their checksums are right. */

const path = 'test/data/litenet_digits/litenet_digits_int8.tflite';
const { model } = compile(importModel(readFileSync(path), path), { labels: [...'0123456789'] });
const [input, output] = [model.inputs[0] as InterfaceEntry, model.outputs[0] as InterfaceEntry];
const [note] = model.metadata.stages as [StageNote];

/** Without the names, too: names without entries are refused by themselves. */
const withEntries = (inputs: readonly InterfaceEntry[], outputs: readonly InterfaceEntry[]): ModelFile => ({
  ...model,
  inputs,
  outputs,
  metadata: { ...model.metadata, inputs: inputs.map(({ name }) => name), outputs: outputs.map(({ name }) => name) },
});

/** Status, detail(0) and detail(1) of the load. */
function engineSays(tier: (typeof tiers)[number], file: Uint8Array): unknown[] {
  const instance = engine(tier);
  const at = instance.reserve(file.length) >>> 0;
  new Uint8Array(instance.memory.buffer).set(file, at);
  const status = instance.load(at, file.length);
  return [statuses[status], instance.detail(0), instance.detail(1)];
}

const invalid = (message: string | RegExp) =>
  expect.objectContaining({
    code: 'file-invalid',
    message: typeof message === 'string' ? expect.stringContaining(message) : expect.stringMatching(message),
  });

const damages: [what: string, ModelFile, message: string, detail: readonly [index: number, byte: number]][] = [
  ['no inputs', withEntries([], [output]), 'a.lbm: it has no inputs', [0, 0]],
  ['no outputs', withEntries([input], []), 'a.lbm: it has no outputs', [1, 0]],
  ['neither inputs nor outputs', withEntries([], []), 'a.lbm: it has no inputs', [0, 0]],
  ...[Number.NaN, Infinity, -1].map((scale): (typeof damages)[number] => [
    `an output of the scale ${scale}`,
    withEntries([input], [{ ...output, scale }]),
    `a.lbm: output 0: its scale is ${scale}; expected a finite number from 0`,
    [1, 48],
  ]),
  ...[-129, 128].map((zeroPoint): (typeof damages)[number] => [
    `an input of the zero point ${zeroPoint}`,
    withEntries([{ ...input, zeroPoint }], [output]),
    `a.lbm: input 0: its zeroPoint is ${zeroPoint}; expected -128 to 127`,
    [0, 52],
  ]),
];

describe.each(damages)('a file with %s', (_, file, message, detail) => {
  const bytes = writeModel(file);

  it('is file-invalid', () => {
    expect(() => readModel(bytes, 'a.lbm')).toThrow(invalid(message));
  });

  it.each(tiers)('is refused by the %s engine, too', (tier) => {
    expect(engineSays(tier, bytes)).toEqual(['interface', ...detail]);
  });
});

/** Changes a word of the interface section. */
function withWord(index: number, word: number): Uint8Array {
  const bytes = writeModel(model);
  const view = new DataView(bytes.buffer);
  for (let at = 64; ; at += 16) {
    if (view.getUint32(at, true) !== sections.interface) continue;
    view.setInt32(view.getUint32(at + 4, true) + index * 4, word, true);
    view.setUint32(12, crc32(bytes.subarray(16)), true);
    return bytes;
  }
}

it.each([
  ['a kind that is none', 0, 2, 'interface entry 0 has the kind 2: inputs (0), then outputs (1)'],
  ['a dtype that is none', 2, 99, 'input 0: its dtype is 99'],
  ['a dtype that no input has', 2, 2, 'input 0: its dtype is 2'],
  ['a perImage beside 0 and 1', 3, 2, 'input 0: its perImage is 2; expected 0 to 1'],
  ['images without bytes', 4, 0, 'input 0: its imageBytes is 0'],
  ['seven axes', 5, 7, 'input 0: its rank is 7; expected 0 to 6'],
  ['an axis below 0', 6, -1, 'input 0: its size0 is -1'],
])('an interface with %s is file-invalid', (_, word, value, message) => {
  const bytes = withWord(word, value);
  expect(() => readModel(bytes, 'a.lbm')).toThrow(invalid(message));
});

it('an operand whose scale is not a number is file-invalid', () => {
  const operands = model.operands.map((operand, i) => ({ ...operand, scale: i === 2 ? Number.NaN : operand.scale }));
  expect(() => readModel(writeModel({ ...model, operands }), 'a.lbm')).toThrow(
    invalid('a.lbm: operand 2 has the scale NaN, not a finite number'),
  );
});

it('labels without an end are file-invalid, by the engine too', () => {
  const bytes = writeModel(model);
  const view = new DataView(bytes.buffer);
  for (let at = 64; at < 64 + 16 * view.getUint32(32, true); at += 16) {
    if (view.getUint32(at, true) === sections.labels) view.setUint32(at + 8, view.getUint32(at + 8, true) - 1, true);
  }
  view.setUint32(12, crc32(bytes.subarray(16)), true);
  expect(() => readModel(bytes, 'a.lbm')).toThrow(invalid('a.lbm: its last label has no end'));
  for (const tier of tiers) expect(engineSays(tier, bytes)).toEqual(['section', sections.labels, 19]);
});

const withMember = (members: object): ModelFile => {
  const metadata: Metadata = { ...model.metadata, ...members };
  return { ...model, metadata };
};
const withNote = (members: object): ModelFile => {
  const changed: StageNote = { ...note, ...members };
  return withMember({ stages: [...model.metadata.stages.slice(0, -1), changed] });
};
const last = model.metadata.stages.length - 1;

describe('metadata of the wrong shape is file-invalid, with the path of the member:', () => {
  it.each([
    [withMember({ name: 7 }), 'name is not a string'],
    [withMember({ inputs: 'x' }), 'inputs is not a list'],
    [withMember({ inputs: [null] }), 'inputs[0] is not a string'],
    [withMember({ inputs: ['a', 'b'] }), 'inputs has 2 entries, the file 1'],
    [withMember({ outputs: [] }), 'outputs has 0 entries, the file 1'],
    [withMember({ stages: [] }), `stages has 0 entries, the file ${last + 1}`],
    [withMember({ stages: model.metadata.stages.map(() => 1) }), 'stages[0] is not an object'],
    [withMember({ stages: { length: 3 } }), 'stages is not a list'],
    [withNote({ macs: '7' }), `stages[${last}].macs is not a whole number from 0`],
    [withNote({ macs: 1e300 }), `stages[${last}].macs is not a whole number from 0`],
    [withNote({ node: -2 }), `stages[${last}].node is not a whole number from -1`],
    [withNote({ op: undefined }), `stages[${last}].op is missing`],
    [withNote({ blocks: [{ path: 'a' }] }), `stages[${last}].blocks[0].type is missing`],
    [withMember({ preprocessing: { mean: ['1'], std: [1] } }), 'preprocessing.mean[0] is not a finite number'],
    [withMember({ preprocessing: null }), 'preprocessing is not an object'],
    [withMember({ ram: 1 }), 'ram is not an object'],
    [withMember({ ram: [] }), 'ram.activations is missing'],
    [withMember({ ram: { ...model.metadata.ram, unused: -1 } }), 'ram.unused is not a whole number from 0'],
  ])('%#: %j', async (file, problem) => {
    const bytes = writeModel(file);
    const refused = invalid(`its metadata does not fit: ${problem}`);
    expect(() => readModel(bytes, 'a.lbm')).toThrow(refused);
    await expect(load(bytes)).rejects.toEqual(refused);
  });
});

it('metadata with members of a later version is read', () => {
  const file = withMember({ later: { any: 1 } });
  expect(readModel(writeModel(file)).metadata).toEqual(file.metadata);
});

const folder = temporaryFolder();
afterAll(() => folder.remove());

describeWasmtime('the command under wasmtime', (run) => {
  it.each([
    ['no outputs', withEntries([input], [])],
    ['neither inputs nor outputs', withEntries([], [])],
  ])('refuses a file with %s when labels are given, and does not trap', (name, file) => {
    const model = folder.write(`${name}.lbm`, writeModel(file));
    const names = folder.write('names.txt', new TextEncoder().encode('0\n1\n'));
    const { code, stderr } = run(['--dir', folder.path, 'build/liteblock.wasm', model, '--labels', names]);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/^the model was refused: it contradicts itself \(status 10, /),
    });
  });
});

describeShared('the hostile files', (data) => {
  const names = readdirSync(`${data}hostile`).filter((name) => /^(no_|meta_(ram|stage)|scale_).*\.lbm$/.test(name));

  it('are refused, each with a typed error, by load and by the engine', async () => {
    expect(names.length).toBeGreaterThan(6);
    for (const name of names) {
      const bytes = readFileSync(`${data}hostile/${name}`);
      // One of an older version is refused for that.
      await expect(load(bytes), name).rejects.toMatchObject({
        code: expect.stringMatching(/^file-(invalid|version)$/),
      });
      if (!name.startsWith('meta_')) for (const tier of tiers) expect(engineSays(tier, bytes)[0], name).not.toBe('ok');
    }
  });
});
