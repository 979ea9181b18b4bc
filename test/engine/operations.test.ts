import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { crc32 } from '../../src/format/crc32.ts';
import type { ModelFile, Operand, StageRecord } from '../../src/format/model-file.ts';
import { mostOperations, operationsOf } from '../../src/format/operations.ts';
import { readHeader } from '../../src/format/read.ts';
import { statuses } from '../../src/format/status.ts';
import { writeModel } from '../../src/format/write.ts';
import { catalogue } from '../cases/catalogue.ts';
import { engine, loaded, tiers } from '../support/engine.ts';
import { dense, fileOf, oneRow, wideWindow } from '../support/hand-written.ts';
import { anyNetwork } from '../support/random-network.ts';
import { ringSchedule } from '../support/ring-schedule.ts';
import { describeShared } from '../support/shared-data.ts';

const modelsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.tflite') && !path.startsWith('hostile'))
    .map((path) => join(folder, path));

/** The compiled model; undefined of a file that is not int8, or is none. */
function compiled(path: string): { bytes: Uint8Array; model: ModelFile } | undefined {
  try {
    return compile(importModel(readFileSync(path), path));
  } catch {
    return undefined;
  }
}

/** Both engines count what the compiler counts and the header says. */
function expectOneCount(bytes: Uint8Array, model: ModelFile, what?: string): void {
  const count = operationsOf(model);
  expect(readHeader(bytes).operations, what).toBe(count);
  for (const tier of tiers) expect(loaded(tier, bytes).operations(), what).toBe(count);
}

function expectOneCountOf(paths: readonly string[], atLeast: number): void {
  const models = paths.flatMap((path) => {
    const found = compiled(path);
    return found ? [{ path, ...found }] : [];
  });
  expect(models.length).toBeGreaterThanOrEqual(atLeast);
  for (const { path, bytes, model } of models) expectOneCount(bytes, model, path);
}

it('engine and compiler count alike every int8 model of the test data', () => {
  expectOneCountOf(modelsIn('test/data'), 85);
});

it('engine and compiler count alike every operator of test/cases', () => {
  for (const { tails, rings = {}, whole = [], hostile } of catalogue) {
    for (const graph of [...tails(9, 5), ...Object.values(rings), ...whole, ...hostile]) {
      const { bytes, model } = compile(graph);
      expectOneCount(bytes, model, graph.name);
    }
  }
});

describeShared('operations of the shared models', (data) => {
  it('engine and compiler count them alike', () => {
    expectOneCountOf(modelsIn(data), 110);
  });

  it('the multiply-accumulates of a MobileNetV2 are nearly all of them', () => {
    const folder = `${data}tflite/mobilenet_v2_1.0_224_quant/`;
    const [path = ''] = modelsIn(folder);
    const { model } = compiled(path) as { model: ModelFile };
    const macs = model.metadata.stages.reduce((sum, stage) => sum + stage.macs, 0);
    expect(operationsOf(model) / macs).toBeGreaterThan(1);
    expect(operationsOf(model) / macs).toBeLessThan(1.25);
  });
});

it('engine and compiler count random networks alike, whole and by rows through rings', () => {
  fc.assert(
    fc.property(anyNetwork, (graph) => {
      const whole = compile(graph);
      expectOneCount(whole.bytes, whole.model);
      const { capacities, schedule } = ringSchedule(graph);
      const rows = compile(graph, { capacities, schedule });
      expectOneCount(rows.bytes, rows.model);
    }),
    { numRuns: 100 },
  );
});

/** A stage that reads `words` words of data from `at` on through, when it is checked. */
type Reader = (words: number, at: number) => StageRecord;

const readers: Readonly<Record<string, Reader>> = {
  'tables of channels': (_, at) => ({ opcode: 'select', words: { channelTable: at } }),
  positions: (words, at) => ({
    opcode: 'resize',
    words: { rowKind: 3, rowPositions: 8 * words + 16, columnPositions: at },
  }),
  'real positions': (words, at) => ({
    opcode: 'resize',
    words: { rowKind: 3, rowPositions: 8 * words + 16, columnPositions: at, real: 1 },
  }),
  shifts: (words, at) => {
    const window = { windowW: 1, strideW: 1, dilationW: 1, multiplier: words, weightsZero: 0, form: 0 };
    return { opcode: 'depthwise', words: { ...window, weights: 0, bias: 0, requantize: at, yMin: -128, yMax: 127 } };
  },
};

/** `count` stages of one kind, the tables of which begin where `tableOf` says; `data` bytes, all 0, hold them. */
function manyTables(kind: string, count: number, words: number, tableOf: (stage: number) => number): ModelFile {
  const { opcode } = (readers[kind] as Reader)(words, 0);
  const [width, channels] = opcode === 'resize' ? [words, 1] : [1, words];
  const scratch = 16 + words;
  const fields = { y: 1, x: 0, ...oneRow, scratch, scratchBytes: 128 };
  return fileOf({
    operands: [dense(0, 1, 1, 1), dense(16, 1, width, channels)],
    stages: Array.from({ length: count }, (_, stage) => {
      const record = (readers[kind] as Reader)(words, tableOf(stage));
      return { ...record, words: { ...fields, ...record.words } };
    }),
    data: new Uint8Array(8 * words + 64 * count),
    state: scratch + 128,
  });
}

describe.each(tiers)('%s', (tier) => {
  const statusOf = (file: Uint8Array): string => {
    const instance = engine(tier);
    const at = instance.reserve(file.length) >>> 0;
    new Uint8Array(instance.memory.buffer).set(file, at);
    return statuses[instance.load(at, file.length)] as string;
  };

  it('refuses a header whose figure is not the count, too low, too high, or beyond 2^53', () => {
    const file = writeModel(wideWindow(64));
    const count = BigInt(readHeader(file).operations);
    const told = (operations: bigint): string => {
      const other = file.slice();
      const view = new DataView(other.buffer);
      view.setBigUint64(48, operations, true);
      view.setUint32(12, crc32(other.subarray(16)), true);
      return statusOf(other);
    };
    expect(told(count)).toBe('ok');
    for (const lie of [0n, 1n, count - 1n, count + 1n, count + (1n << 32n), 2n ** 53n - 1n, 2n ** 64n - 1n]) {
      expect(told(lie), `${lie}`).toBe('operations');
    }
  });

  it('says what it counts in place of the figure', () => {
    const file = writeModel(wideWindow(64));
    const view = new DataView(file.buffer);
    view.setUint32(48, 7, true);
    view.setUint32(12, crc32(file.subarray(16)), true);
    const instance = engine(tier);
    const at = instance.reserve(file.length) >>> 0;
    new Uint8Array(instance.memory.buffer).set(file, at);
    expect(statuses[instance.load(at, file.length)]).toBe('operations');
    expect([instance.detail(0), instance.detail(1)]).toEqual([operationsOf(wideWindow(64)), 48]);
    expect(instance.operations()).toBe(0);
  });

  it('counts the square of the width of a window that is as wide as the map', () => {
    for (const width of [64, 4096, 65536]) {
      const operations = loaded(tier, writeModel(wideWindow(width))).operations();
      expect(operations).toBeGreaterThan(width ** 2);
      expect(operations).toBeLessThan(width ** 2 + 5 * width + 100);
    }
  });

  it('counts what passes 2^53 as 2^53 − 1', () => {
    const wide = wideWindow(1 << 20);
    // 600 rows of 2^20 pixels, each by a window of 15 rows of 2^20 cells, in rings of one row.
    const model = {
      ...wide,
      operands: wide.operands.map((operand) => ({ ...operand, height: 600 })),
      stages: wide.stages.map(({ opcode, words }) => ({
        opcode,
        words: { ...words, windowH: 15, padTop: 14, scratchBytes: 80 },
      })),
      schedule: Array.from({ length: 600 }, () => ({ stage: 0, rows: 1 })),
      inputs: wide.inputs.map((entry) => ({ ...entry, imageBytes: 600 * 2 ** 20 })),
      outputs: wide.outputs.map((entry) => ({ ...entry, imageBytes: 600 * 2 ** 20 })),
      ramBytes: wide.ramBytes + 64,
      stateOffset: wide.stateOffset + 64,
    };
    expect(operationsOf(model)).toBe(mostOperations);
    expect(loaded(tier, writeModel(model)).operations()).toBe(mostOperations);
  });

  describe.each(Object.keys(readers))('%s', (kind) => {
    const load = (count: number, words: number, tableOf: (stage: number) => number): string =>
      statusOf(writeModel(manyTables(kind, count, words, tableOf)));

    it('that many stages share are read once', () => {
      expect(load(2000, 1 << 16, () => 0)).toBe('ok');
    });

    it('that stages share by turns are read once', () => {
      expect(load(600, 1 << 16, (stage) => 64 * (stage % 3))).toBe('ok');
    });

    it('that overlap in many stages are refused: load is linear in the file', () => {
      expect(load(2, 1 << 16, (stage) => 4 * stage)).toBe('ok');
      expect(load(2000, 1 << 16, (stage) => 4 * stage)).toBe('stage');
    });
  });

  it('knows a table of channels for as few channels as it was read for, and no fewer', () => {
    const table = new Int32Array([0, 4, 2, 1]);
    const model = manyTables('tables of channels', 3, 4, () => 0);
    // Inputs of five channels, of nine and of four, the last of which the table does not fit.
    const [x, y] = model.operands as [Operand, Operand];
    const inputs = [5, 9, 4].map((channels) => ({ ...x, rowBytes: channels, channels, pixelStride: channels }));
    const status = (of: readonly number[]): string => {
      const stages = of.map((from) => ({
        opcode: 'select' as const,
        words: { ...model.stages[0]?.words, x: from + 2 },
      }));
      const data = new Uint8Array(table.buffer);
      return statusOf(writeModel({ ...model, operands: [x, y, ...inputs], stages, data }));
    };
    expect(status([0, 1, 0])).toBe('ok');
    expect(status([1, 0, 0])).toBe('ok');
    expect(status([0, 1, 2])).toBe('stage');
  });

  it('counts a checksum rightly after the checks took the place of its table', () => {
    const file = writeModel(manyTables('shifts', 2, 8, () => 0));
    const instance = loaded(tier, file);
    const at = instance.reserve(file.length) >>> 0;
    new Uint8Array(instance.memory.buffer).set(file, at);
    expect(statuses[instance.load(at, file.length)]).toBe('ok');
  });
});
