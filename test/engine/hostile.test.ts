import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { sections } from '../../src/format/model-file.ts';
import { readSections } from '../../src/format/read.ts';
import { statuses } from '../../src/format/status.ts';
import { writeModel } from '../../src/format/write.ts';
import { debugBuilds } from '../support/engine.ts';
import { counted, soundFiles as files, sealed } from '../support/hostile-files.ts';
import { attempt } from '../support/hostile-run.ts';
import {
  bilinearGraph,
  convGraph,
  depthwiseGraph,
  maxPoolGraph,
  mulGraph,
  poolGraph,
  preluGraph,
  selectGraph,
  shuffled,
  transposeConvGraph,
  transposeGraph,
} from '../support/problems.ts';

/**
 * A file that lies: some words changed, the checksum right. The engine refuses it or runs it; it never traps, reads and
 * writes what its stages may alone, and leaves file and module as they were.
 */

const padded = maxPoolGraph({
  shape: [1, 6, 6, 5],
  window: [3, 3],
  padding: { top: 1, left: 1, bottom: 1, right: 1 },
});

const resized = bilinearGraph([1, 3, 3, 5], { to: [7, 5] });

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

  it.each([
    { unsigned: false, last: 2 * 1024, strays: [2 * 1024 + 1, -1, -0x80000000] },
    { unsigned: true, last: 2.99, strays: [3, -0.51, Number.NaN, Infinity, -Infinity] },
  ])('positions beyond the map are refused, unsigned: $unsigned', ({ unsigned, last, strays }) => {
    const resized = (field: 'rowPositions' | 'columnPositions', position: number): string => {
      const { model } = compile(bilinearGraph([1, 3, 3, 5], { to: [7, 5], unsigned }));
      const table = new DataView(model.data.buffer, model.data.byteOffset, model.data.byteLength);
      const at = (model.stages[0]?.words[field] as number) + 4 * 4;
      if (unsigned) table.setFloat32(at, position, true);
      else table.setInt32(at, position, true);
      return attempt(build, writeModel(model));
    };
    for (const field of ['rowPositions', 'columnPositions'] as const) {
      expect(resized(field, last)).toBe('ok');
      for (const stray of strays) expect(resized(field, stray), `${stray}`).toBe('stage');
    }
  });

  it('a table of channels with one that there is not is refused', () => {
    for (const entry of [18, -1, 0x7fffffff, -0x80000000]) {
      const { model } = compile(selectGraph([1, 2, 2, 9], shuffled(18, 2), { channels: 9 }));
      const table = new DataView(model.data.buffer, model.data.byteOffset, model.data.byteLength);
      table.setInt32(17 * 4, entry, true);
      expect(attempt(build, writeModel(model))).toBe('stage');
    }
  });

  it.each([
    [{ shift: 31 }, mulGraph([1, 3, 2, 5])],
    [{ shift: -32 }, mulGraph([1, 3, 2, 5])],
    [{ rowKind2: 3 }, mulGraph([1, 3, 2, 5], 'channel')],
    [{ x2: -1 }, mulGraph([1, 3, 2, 5])],
    [{ x: 1, x2: 0 }, mulGraph([1, 3, 2, 5], 'channel')],
    [{ windowW: 0 }, padded],
    [{ strideW: 3 }, padded],
    [{ dilationW: 2 }, padded],
    [{ padLeft: 3 }, padded],
    [{ padTop: 3 }, padded],
    [{ dilationH: 2 }, padded],
    [{ zeroRow: 0 }, padded],
    [{ shift: 31 }, preluGraph([1, 3, 2, 5])],
    [{ shiftBelow: -32 }, preluGraph([1, 3, 2, 5])],
    [{ slopes: 4 }, preluGraph([1, 3, 2, 5])],
    [{ real: 2 }, resized],
    [{ rowKind: 0 }, resized],
    [{ columnPositions: 0x7ffffff0 }, resized],
    [{ axisH: 2 }, transposeGraph([1, 4, 4, 4], [0, 2, 1])],
    [{ axisH: 0, axisW: 0 }, transposeGraph([1, 4, 4, 4], [1, 2, 0])],
    [{ axisC: 3 }, transposeGraph([1, 4, 4, 4], [1, 2, 0])],
    [{ axisH: 1, axisW: 2, axisC: 0 }, transposeGraph([1, 4, 4, 4], [0, 2, 1])],
    [{ axisW: 0, axisC: 2 }, transposeGraph([1, 4, 4, 5], [1, 2, 0])],
    [{ rowKind: 0 }, transposeGraph([1, 4, 4, 4], [1, 2, 0])],
    [{ halvesUp: 2 }, poolGraph({ shape: [1, 6, 6, 5] })],
    [{ weightsZero: 128 }, convGraph({ shape: [1, 4, 4, 3] })],
    [{ weightsZero: -129 }, depthwiseGraph({ shape: [1, 4, 4, 3] })],
    [{ rowKind: 0 }, transposeConvGraph({ shape: [1, 3, 4, 5] })],
    [{ tapsH: 40 }, transposeConvGraph({ shape: [1, 3, 4, 5] })],
    [{ tapsW: 0 }, transposeConvGraph({ shape: [1, 3, 4, 5] })],
    [{ tapsH: 0x10000, tapsW: 0x10000 }, transposeConvGraph({ shape: [1, 3, 4, 5] })],
    [{ stepH: 0 }, transposeConvGraph({ shape: [1, 3, 4, 5] })],
    [{ stepW: -1 }, transposeConvGraph({ shape: [1, 3, 4, 5] })],
    [{ stepH: 3, stepW: 3, bias: 1360 }, transposeConvGraph({ shape: [1, 3, 4, 5] })],
    [{ cropTop: -1 }, transposeConvGraph({ shape: [1, 3, 4, 5] })],
    [{ cropLeft: 0x7fffffff }, transposeConvGraph({ shape: [1, 3, 4, 5] })],
    [{ weightsZero: 128 }, transposeConvGraph({ shape: [1, 3, 4, 5] })],
    [{ form: 3 }, transposeConvGraph({ shape: [1, 3, 4, 5] })],
    [{ scratchBytes: 16 }, transposeConvGraph({ shape: [1, 3, 4, 5] })],
  ] as const)('%o of a record is refused', (words, graph) => {
    const { model } = compile(graph);
    expect(attempt(build, writeModel(model))).toBe('ok');
    const last = model.stages.length - 1;
    const stages = model.stages.map((stage, i) =>
      i === last ? { ...stage, words: { ...stage.words, ...words } } : stage,
    );
    expect(attempt(build, writeModel({ ...model, stages }))).toBe('stage');
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
