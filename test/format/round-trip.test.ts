import fc from 'fast-check';
import { expect, it } from 'vitest';
import { crc32 } from '../../src/format/crc32.ts';
import { opcodes } from '../../src/format/instructions.ts';
import { memoryBytesOf } from '../../src/format/memory.ts';
import { operationsOf } from '../../src/format/operations.ts';
import { isModel, readHeader, readModel } from '../../src/format/read.ts';
import { writeModel } from '../../src/format/write.ts';
import { arbitraryModel } from '../support/arbitrary-model.ts';

it('reads back what it wrote, and writes the same bytes again', () => {
  fc.assert(
    fc.property(arbitraryModel, (model) => {
      const bytes = writeModel(model);
      const back = readModel(bytes);
      expect(back).toEqual(model);
      expect(writeModel(back)).toEqual(bytes);
    }),
  );
});

it('reads a file that lies in the middle of a larger buffer, with bytes after its end', () => {
  fc.assert(
    fc.property(arbitraryModel, fc.nat(7), (model, before) => {
      const bytes = writeModel(model);
      const larger = new Uint8Array(before + bytes.length + 5).fill(0xaa);
      larger.set(bytes, before);
      expect(readModel(larger.subarray(before))).toEqual(model);
    }),
  );
});

it('puts magic, version, length, checksum, features and the figures at the start', () => {
  fc.assert(
    fc.property(arbitraryModel, (model) => {
      const bytes = writeModel(model);
      const view = new DataView(bytes.buffer);
      const words = Array.from({ length: 16 }, (_, i) => view.getUint32(i * 4, true));
      const used = new Set(model.stages.map(({ opcode }) => opcodes.indexOf(opcode)));
      expect([...bytes.subarray(0, 4)]).toEqual([0x4c, 0x42, 0x4d, 0]);
      expect(words.slice(1)).toEqual([
        1,
        bytes.length,
        crc32(bytes.subarray(16)),
        opcodes.reduce((bits, _, i) => bits + (used.has(i) ? 2 ** i : 0), 0),
        model.ramBytes,
        model.data.length,
        memoryBytesOf(bytes.length, model.ramBytes),
        model.labels.length > 0 ? 7 : 6,
        model.bindingStep,
        model.stateOffset,
        0,
        operationsOf(model) % 2 ** 32,
        Math.floor(operationsOf(model) / 2 ** 32),
        0,
        0,
      ]);
      const [, version, fileBytes, , features, ramBytes, modelBytes, memoryBytes] = words;
      expect(readHeader(bytes)).toMatchObject({ version, fileBytes, features, ramBytes, modelBytes, memoryBytes });
      expect(readHeader(bytes).operations).toBe(operationsOf(model));
      expect(isModel(bytes)).toBe(true);
    }),
  );
});

it('aligns every section to 16 bytes, apart and in order', () => {
  fc.assert(
    fc.property(arbitraryModel, (model) => {
      const bytes = writeModel(model);
      const view = new DataView(bytes.buffer);
      let end = 64 + view.getUint32(32, true) * 16;
      for (let at = 64; at < 64 + view.getUint32(32, true) * 16; at += 16) {
        const [offset, size] = [view.getUint32(at + 4, true), view.getUint32(at + 8, true)];
        expect(offset % 16).toBe(0);
        expect(offset).toBeGreaterThanOrEqual(end);
        expect(bytes.subarray(end, offset).every((byte) => byte === 0)).toBe(true);
        end = offset + size;
      }
      expect(bytes.length).toBe(Math.ceil(end / 16) * 16);
    }),
  );
});

it('says which field a record does not have', () => {
  const [model] = fc.sample(arbitraryModel, 1);
  if (!model) throw new Error('no sample');
  const stages = [{ opcode: 'fill', words: { form: 1 } }] as const;
  expect(() => writeModel({ ...model, stages, schedule: [] })).toThrow('stage 0: opcode fill has no field "form"');
});

it('refuses steps and ranks that the layout has no room for', () => {
  const [model] = fc.sample(arbitraryModel, 1);
  if (!model) throw new Error('no sample');
  const unsupported = expect.objectContaining({ code: 'unsupported' });
  expect(() => writeModel({ ...model, schedule: [{ stage: 0, rows: 65536 }] })).toThrow(unsupported);
  const entry = {
    operand: 0,
    name: 'x',
    dtype: 'i8',
    perImage: true,
    imageBytes: 1,
    shape: [1, 1, 1, 1, 1, 1, 1],
    scale: 1,
    zeroPoint: 0,
  } as const;
  expect(() => writeModel({ ...model, inputs: [entry] })).toThrow('"x" has rank 7: at most 6 can be stored');
});

it('has the CRC-32 of zip and PNG', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

it('asks for the engine’s own page, the file and the arena in whole pages', () => {
  expect(memoryBytesOf(0, 0)).toBe(65536);
  expect(memoryBytesOf(65536 - 4096, 0)).toBe(65536);
  expect(memoryBytesOf(65536 - 4096, 1)).toBe(131072);
  expect(memoryBytesOf(1, 65536 - 4096 - 16)).toBe(65536);
});
