import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { crc32 } from '../../src/format/crc32.ts';
import { LiteBlockError } from '../../src/format/errors.ts';
import { sections } from '../../src/format/model-file.ts';
import { readModel } from '../../src/format/read.ts';
import { writeModel } from '../../src/format/write.ts';
import { arbitraryModel } from '../support/arbitrary-model.ts';
import { engine, tiers } from '../support/engine.ts';

const digits = new URL('../data/litenet_digits/litenet_digits_int8.tflite', import.meta.url);
const file = compile(importModel(readFileSync(digits), 'digits')).bytes;

/** What reading `bytes` throws. */
function refusal(bytes: Uint8Array): LiteBlockError {
  try {
    readModel(bytes, 'm.lbm');
  } catch (error) {
    if (error instanceof LiteBlockError) return error;
    throw error;
  }
  throw new Error('it was read');
}

/** The same file with its checksum made right again. */
function signed(bytes: Uint8Array): Uint8Array {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(12, crc32(bytes.subarray(16)), true);
  return bytes;
}

function changed(at: number, word: number): Uint8Array {
  const copy = file.slice();
  new DataView(copy.buffer).setUint32(at, word, true);
  return signed(copy);
}

/** Where the entry of a section lies in the section table. */
function sectionAt(id: number): number {
  const view = new DataView(file.buffer, file.byteOffset);
  for (let at = 64; at < 64 + view.getUint32(32, true) * 16; at += 16) if (view.getUint32(at, true) === id) return at;
  throw new Error(`no section ${id}`);
}

describe('the reader', () => {
  it('says that a file was cut off, at every length', () => {
    for (let length = 0; length < file.length; length++) {
      expect(refusal(file.subarray(0, length)).code).toBe('file-truncated');
    }
  });

  it('sees every flipped byte after the header', () => {
    fc.assert(
      fc.property(fc.integer({ min: 12, max: file.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const copy = file.slice();
        copy[at] = (copy[at] as number) ^ bits;
        expect(refusal(copy).code).toBe('file-invalid');
      }),
      { numRuns: 300 },
    );
  });

  it('names what it was given instead of a model', () => {
    const html = new TextEncoder().encode('<!DOCTYPE html>'.padEnd(80));
    expect(refusal(html)).toMatchObject({
      code: 'file-invalid',
      message: 'm.lbm: not a .lbm file (it begins 3c 21 44 4f, not 4c 42 4d 00)',
    });
    expect(refusal(changed(4, 7))).toMatchObject({
      code: 'file-version',
      message: 'm.lbm: .lbm version 7, this build reads version 1: a newer LiteBlock made it',
    });
    expect(refusal(new Uint8Array(3)).message).toBe('m.lbm: 3 bytes; a .lbm has at least 64');
  });

  it('says of a file of an older version that it is to be compiled again', () => {
    expect(refusal(changed(4, 0))).toMatchObject({
      code: 'file-version',
      message: 'm.lbm: .lbm version 0, this build reads version 1: compile it again',
    });
  });

  it('refuses sections outside the file, of a wrong length or absent', () => {
    const stages = sectionAt(sections.stages);
    expect(refusal(changed(stages + 4, file.length)).message).toMatch(/section 2 .* lies outside it/);
    expect(refusal(changed(stages + 4, 72)).message).toMatch(/section 2 .* lies outside it/); // not aligned
    expect(refusal(changed(stages + 8, 100)).message).toMatch('stages section has 100 bytes, not a multiple of 128');
    expect(refusal(changed(stages, 99)).message).toMatch('no stages section');
    expect(refusal(changed(32, 0xffffffff)).message).toMatch('sections do not fit');
    expect(refusal(changed(8, 63)).code).toBe('file-invalid');
  });

  it('refuses steps and opcodes that do not exist, and metadata that is not what it should be', () => {
    const view = new DataView(file.buffer, file.byteOffset);
    const start = (id: number): number => view.getUint32(sectionAt(id) + 4, true);
    expect(refusal(changed(start(sections.schedule), 0x0001ffff)).message).toMatch('step 0 runs stage 65535 of');
    expect(refusal(changed(start(sections.stages), 31))).toMatchObject({ code: 'unsupported' });
    expect(refusal(changed(start(sections.metadata), 0)).message).toMatch('metadata is not JSON');
    expect(refusal(changed(sectionAt(sections.metadata) + 8, 0)).message).toMatch('metadata is not JSON');
  });

  it('skips sections that it does not know', () => {
    const without = readModel(file);
    const renamed = changed(sectionAt(sections.metadata), 99);
    expect(refusal(renamed).message).toMatch('no metadata section');
    fc.assert(
      fc.property(arbitraryModel, (model) => {
        const bytes = writeModel({ ...model, labels: ['a', 'b'] });
        const entry = 64 + 6 * 16; // labels come last
        new DataView(bytes.buffer).setUint32(entry, 99, true);
        expect(readModel(signed(bytes))).toEqual({ ...model, labels: [] });
      }),
      { numRuns: 20 },
    );
    expect(without.stages.length).toBeGreaterThan(0);
  });
});

describe.each(tiers)('the %s engine', (tier) => {
  const instance = engine(tier);
  const at = instance.reserve(file.length) >>> 0;

  const statusOf = (bytes: Uint8Array): number => {
    new Uint8Array(instance.memory.buffer).set(bytes, at);
    return instance.load(at, bytes.length);
  };

  it('loads the file unchanged', () => {
    expect(statusOf(file)).toBe(0);
  });

  it('refuses it cut off at every length', () => {
    for (let length = 0; length < file.length; length++) {
      const status = statusOf(file.subarray(0, length));
      expect(status).toBe(length < 4 ? 1 : 3);
    }
  });

  it('refuses it with any byte flipped', () => {
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (position, bits) => {
        const copy = file.slice();
        copy[position] = (copy[position] as number) ^ bits;
        expect(statusOf(copy)).not.toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('never traps on a damaged file whose checksum is right, loaded and run', () => {
    const sectionsEnd = new DataView(file.buffer, file.byteOffset).getUint32(sectionAt(sections.data) + 4, true);
    const word = fc.oneof(
      fc.integer({ min: -3, max: 70 }),
      fc.constantFrom(-(2 ** 31), 2 ** 31 - 1, 0x7fff, 0xffff, 0x10000, 1 << 20, 1 << 28),
      fc.integer(),
    );
    const changes = fc.array(fc.record({ at: fc.integer({ min: 16 / 4, max: sectionsEnd / 4 - 1 }), word }), {
      minLength: 1,
      maxLength: 3,
    });
    let ran = 0;
    fc.assert(
      fc.property(changes, (list) => {
        const copy = file.slice();
        const view = new DataView(copy.buffer);
        // Large arenas are only slow: the size is left as it is.
        for (const change of list) if (change.at !== 5) view.setInt32(change.at * 4, change.word, true);
        if (statusOf(signed(copy)) !== 0) return;
        expect([0, 9, 13]).toContain(instance.run());
        ran++;
      }),
      { numRuns: 2000 },
    );
    expect(ran).toBeGreaterThan(50);
  });
});
