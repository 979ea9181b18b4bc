import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { sections } from '../../src/format/model-file.ts';
import { readSections } from '../../src/format/read.ts';
import { statuses } from '../../src/format/status.ts';
import { writeModel } from '../../src/format/write.ts';
import { catalogue } from '../cases/catalogue.ts';
import { debugBuilds } from '../support/engine.ts';
import { counted, soundFiles as files, sealed } from '../support/hostile-files.ts';
import { attempt } from '../support/hostile-run.ts';
import type { Change, Table } from '../support/operator-cases.ts';

/**
 * A file that lies: some words changed, the checksum right. The engine refuses it or runs it; it never traps, reads and
 * writes what its stages may alone, and leaves file and module as they were.
 */

/** Values that break arithmetic, and small ones that look right. */
const words = fc.oneof(
  fc.constantFrom(-1, 0, 1, 2, 3, 0x7fffffff, -0x80000000, 0xffff, 0x10000, 0x100000, 0x7fff0000),
  fc.integer({ min: 0, max: 300 }),
  fc.integer(),
);

describe.each(debugBuilds)('%s', (build) => {
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
          const status = attempt(build, counted(file));
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
        expect(statuses).toContain(attempt(build, sealed(file)));
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
      return attempt(build, writeModel(model));
    };
    expect(given(table.last)).toBe('ok');
    for (const stray of table.strays) expect(given(stray), `${stray}`).toBe('stage');
  });

  const expectRefused = ([words, graph]: Change): void => {
    const { model } = compile(graph);
    expect(attempt(build, writeModel(model))).toBe('ok');
    const last = model.stages.length - 1;
    const stages = model.stages.map((stage, i) =>
      i === last ? { ...stage, words: { ...stage.words, ...words } } : stage,
    );
    expect(attempt(build, writeModel({ ...model, stages }))).toBe('stage');
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
      expect(['not-model', 'truncated']).toContain(attempt(build, cut));
      if (length < 64) continue;
      new DataView(cut.buffer).setUint32(8, length, true);
      expect(attempt(build, sealed(cut))).not.toBe('ok');
    }
  });

  it('says which checksum, version and features it does not take', () => {
    const changed = (at: number, word: number, seal = true): string => {
      const file = (files[0] as Uint8Array).slice();
      new DataView(file.buffer).setInt32(at, word, true);
      return attempt(build, seal ? sealed(file) : file);
    };
    expect(changed(0, 0x21444f3c)).toBe('not-model');
    for (const version of [0, 2, -1]) expect(changed(4, version), `${version}`).toBe('version');
    expect(changed(16, 1 << 30)).toBe('features');
    expect(changed(200, 7, false)).toBe('checksum');
  });
});
