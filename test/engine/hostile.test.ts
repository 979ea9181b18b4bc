import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { crc32 } from '../../src/format/crc32.ts';
import { sections } from '../../src/format/model-file.ts';
import { operationsOf } from '../../src/format/operations.ts';
import { readModel, readSections } from '../../src/format/read.ts';
import { statuses } from '../../src/format/status.ts';
import { writeModel } from '../../src/format/write.ts';
import { catalogue } from '../cases/catalogue.ts';
import { engine, tiers } from '../support/engine.ts';
import type { Change, Table } from '../support/operator-cases.ts';

/** A file that lies: some words changed, the checksum right. The engine refuses it or runs it; it never traps. */

const path = 'test/data/litenet_digits/litenet_digits_int8.tflite';
const files = [
  compile(importModel(readFileSync(path), path)).bytes,
  ...catalogue.flatMap(({ hostile }) => hostile.map((graph) => compile(graph).bytes)),
];

function sealed(file: Uint8Array): Uint8Array {
  new DataView(file.buffer).setUint32(12, crc32(file.subarray(16)), true);
  return file;
}

/** With the count of operations that the records have now, so that no file is refused for an old one. */
function counted(file: Uint8Array): Uint8Array {
  let count: number;
  try {
    count = operationsOf(readModel(sealed(file)));
  } catch {
    return file; // the engine refuses it for what the reader refuses
  }
  new DataView(file.buffer).setBigUint64(48, BigInt(count), true);
  return sealed(file);
}

/** Loads and runs; the status of whichever failed, or ok. A trap is an exception. */
function attempt(tier: (typeof tiers)[number], file: Uint8Array): string {
  const instance = engine(tier);
  const at = instance.reserve(file.length) >>> 0;
  new Uint8Array(instance.memory.buffer).set(file, at);
  const status = instance.load(at, file.length);
  return statuses[status === 0 ? instance.run() : status] as string;
}

/** Values that break arithmetic, and small ones that look right. */
const words = fc.oneof(
  fc.constantFrom(-1, 0, 1, 2, 3, 0x7fffffff, -0x80000000, 0xffff, 0x10000, 0x100000, 0x7fff0000),
  fc.integer({ min: 0, max: 300 }),
  fc.integer(),
);

describe.each(tiers)('%s', (tier) => {
  it.each([sections.operands, sections.stages, sections.schedule, sections.interface])(
    'any words of section %i may be anything',
    (id) => {
      const change = fc.record({ file: fc.nat(files.length - 1), at: fc.nat(1 << 20), word: words });
      fc.assert(
        fc.property(change, fc.array(change, { maxLength: 2 }), (first, more) => {
          const original = files[first.file] as Uint8Array;
          const file = original.slice();
          const { byId } = readSections(file);
          const section = byId.get(id) as Uint8Array;
          const view = new DataView(file.buffer, section.byteOffset, section.byteLength);
          for (const { at, word } of [first, ...more]) view.setInt32((at % (section.byteLength / 4)) * 4, word, true);
          const status = attempt(tier, counted(file));
          expect(statuses).toContain(status);
          // Of records that pass, the engine counts what the compiler counts.
          expect(status).not.toBe('operations');
        }),
        { numRuns: 1500 },
      );
    },
  );

  it('any words of the header and the section table may be anything', () => {
    fc.assert(
      fc.property(fc.nat(files.length - 1), fc.integer({ min: 4, max: 47 }), words, (which, at, word) => {
        // ramBytes up to 64 MB: what a host lets it have is not the question here.
        if (at === 5 && (word < 0 || word > 1 << 26)) return;
        const file = (files[which] as Uint8Array).slice();
        new DataView(file.buffer).setInt32(at * 4, word, true);
        expect(statuses).toContain(attempt(tier, sealed(file)));
      }),
      { numRuns: 1500 },
    );
  });

  const tables = catalogue.flatMap((cases) => cases.tables ?? []);
  it.each(tables)('entry $entry of $word of $graph.name is one that there is', ({ graph, word, ...table }: Table) => {
    const given = (entry: number): string => {
      const { model } = compile(graph);
      const view = new DataView(model.data.buffer, model.data.byteOffset, model.data.byteLength);
      const at = (model.stages.at(-1)?.words[word] as number) + 4 * table.entry;
      if (table.real) view.setFloat32(at, entry, true);
      else view.setInt32(at, entry, true);
      return attempt(tier, writeModel(model));
    };
    expect(given(table.last)).toBe('ok');
    for (const stray of table.strays) expect(given(stray), `${stray}`).toBe('stage');
  });

  const expectRefused = ([words, graph]: Change): void => {
    const { model } = compile(graph);
    expect(attempt(tier, writeModel(model))).toBe('ok');
    const last = model.stages.length - 1;
    const stages = model.stages.map((stage, i) =>
      i === last ? { ...stage, words: { ...stage.words, ...words } } : stage,
    );
    expect(attempt(tier, writeModel({ ...model, stages }))).toBe('stage');
  };

  it.each(catalogue.flatMap((cases) => cases.refused ?? []))('%o of a record is refused', (...change) => {
    expectRefused(change);
  });

  it.each(catalogue.flatMap((cases) => cases.beyond ?? []))('%o, one beyond what there is, is refused', (...change) => {
    const [words, graph] = change;
    const record = compile(graph).model.stages.at(-1);
    for (const [word, value] of Object.entries(words)) {
      expect(Math.abs((record?.words[word] as number) - value)).toBe(1);
    }
    expectRefused(change);
  });

  it('a file cut off anywhere is refused, with its checksum or without', () => {
    const file = files[1] as Uint8Array;
    for (let length = 0; length < file.length; length += 13) {
      const cut = file.slice(0, length);
      expect(['not-model', 'truncated']).toContain(attempt(tier, cut));
      if (length < 64) continue;
      new DataView(cut.buffer).setUint32(8, length, true);
      expect(attempt(tier, sealed(cut))).not.toBe('ok');
    }
  });

  it('says which checksum, version and features it does not take', () => {
    const changed = (at: number, word: number, seal = true): string => {
      const file = (files[0] as Uint8Array).slice();
      new DataView(file.buffer).setInt32(at, word, true);
      return attempt(tier, seal ? sealed(file) : file);
    };
    expect(changed(0, 0x21444f3c)).toBe('not-model');
    for (const version of [0, 2, -1]) expect(changed(4, version), `${version}`).toBe('version');
    expect(changed(16, 1 << 30)).toBe('features');
    expect(changed(200, 7, false)).toBe('checksum');
  });
});
