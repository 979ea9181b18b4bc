import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { isFloat } from '../../src/graph/graph.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { modelKind } from '../../src/jobs/model-kind.ts';
import { refusal } from './refusal.ts';
import { product, quantized, real, weightsOf } from './weights-behind.ts';
import type { WriteSparsity, WriteTensor } from './write-tflite.ts';

describe('int4 weights', () => {
  it('are unpacked, the lower half of a byte first', () => {
    const packed = { ...quantized([1, 5], []), type: 'int4', bytes: Uint8Array.of(0x8f, 0x70, 0x03) } as const;
    expect(weightsOf(importTflite(product(packed, [], []), 'm'))).toEqual([-1, -8, 0, 7, 3]);
  });

  it('of another size are refused', () => {
    const packed = { ...quantized([1, 5], []), type: 'int4', bytes: Uint8Array.of(0x8f, 0x70) } as const;
    expect(refusal(() => importTflite(product(packed, [], []), 'm')).message).toMatch(/the type int4 is not supported/);
  });
});

describe('dynamic-range weights', () => {
  const weights = { ...quantized([2, 3], [1, 2, 3, -4, 5, 127]), scale: [0.5, 0.25], zeroPoint: [0, 0] };
  const bytes = product(weights, [], [], [real([1, 3]), real([1, 2])]);

  it('are float values, by channel', () => {
    const graph = importModel(bytes, 'm');
    expect([isFloat(graph), graph.isDynamicRange]).toEqual([true, true]);
    expect(weightsOf(graph)).toEqual([0.5, 1, 1.5, -1, 1.25, 31.75]);
  });

  it('make a float model, which is to be quantised first', () => {
    expect(modelKind(bytes, 'm')).toBe('float');
    const { code, message } = refusal(() => compile(importModel(bytes, 'm')));
    expect([code, message]).toEqual([
      'unsupported',
      'm: dynamic-range weights: quantise it first (`liteblock quantize`)',
    ]);
  });

  it('with scales that do not fit are refused by node', () => {
    const three = product({ ...weights, scale: [1, 1, 1] }, [], [], [real([1, 3]), real([1, 2])]);
    expect(refusal(() => importTflite(three, 'm')).problems[0]).toMatchObject({ node: 0, op: 'FULLY_CONNECTED' });
  });
});

describe('sparse weights', () => {
  const shape = [4, 6];
  const dense = [0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 9, 0, -5, 0, 0, 0, 0];
  const rows: WriteSparsity = {
    order: [0, 1],
    levels: [{ size: 4 }, { segments: [0, 1, 1, 3, 4], indices: [2, 0, 5, 1] }],
  };
  const sparse = (sparsity: WriteSparsity, values: readonly number[]): WriteTensor => ({
    ...quantized(shape, values),
    sparsity,
  });
  const densified = (weights: WriteTensor): Uint8Array =>
    product({ shape, scale: [0.25], zeroPoint: [0] }, [weights], [{ name: 'DENSIFY', inputs: [3], outputs: [1] }]);

  it.each([1, 2, 4] as const)('are dense behind a DENSIFY, with indices of %i bytes', (size) => {
    const levels = rows.levels.map((level) => ('size' in level ? level : { ...level, bytes: size }));
    expect(weightsOf(importTflite(densified(sparse({ ...rows, levels }, [3, 7, 9, -5])), 'm'))).toEqual(dense);
  });

  it('are dense without a DENSIFY, too', () => {
    expect(weightsOf(importTflite(product(sparse(rows, [3, 7, 9, -5]), [], []), 'm'))).toEqual(dense);
  });

  it('may be stored by columns', () => {
    const columns: WriteSparsity = {
      order: [1, 0],
      levels: [{ size: 6 }, { segments: [0, 1, 2, 3, 3, 3, 4], indices: [2, 3, 0, 2] }],
    };
    expect(weightsOf(importTflite(densified(sparse(columns, [7, -5, 3, 9])), 'm'))).toEqual(dense);
  });

  it('may be stored in blocks', () => {
    // Blocks of 1 × 2: those of row 0 that hold column 2, of row 2 columns 0 and 5, of row 3 column 1.
    const blocks: WriteSparsity = {
      order: [0, 1, 2],
      blockMap: [1],
      levels: [{ size: 4 }, { segments: [0, 1, 1, 3, 4], indices: [1, 0, 2, 0] }, { size: 2 }],
    };
    expect(weightsOf(importTflite(densified(sparse(blocks, [3, 0, 7, 0, 0, 9, 0, -5])), 'm'))).toEqual(dense);
  });

  const second = (level: WriteSparsity['levels'][number]): WriteSparsity => ({ ...rows, levels: [{ size: 4 }, level] });

  it.each<[string, WriteSparsity, readonly number[], RegExp]>([
    [
      'segments that fall',
      second({ segments: [0, 3, 1, 3, 4], indices: [2, 0, 5, 1] }),
      [1, 2, 3, 4],
      /segments that do not divide its 4 indices/,
    ],
    [
      'segments that end early',
      second({ segments: [0, 1, 1, 3, 3], indices: [2, 0, 5, 1] }),
      [1, 2, 3],
      /do not divide/,
    ],
    [
      'segments that end beyond',
      second({ segments: [0, 1, 1, 3, 400000], indices: [2, 0, 5, 1] }),
      [1, 2, 3, 4],
      /do not divide/,
    ],
    [
      'segments that begin late',
      second({ segments: [1, 1, 1, 3, 4], indices: [2, 0, 5, 1] }),
      [1, 2, 3, 4],
      /do not divide/,
    ],
    [
      'too few segments',
      second({ segments: [0, 1, 4], indices: [2, 0, 5, 1] }),
      [1, 2, 3, 4],
      /3 segments, which are too few/,
    ],
    ['an index beyond', second({ segments: [0, 1, 1, 3, 4], indices: [2, 0, 6, 1] }), [1, 2, 3, 4], /index 6 of 6/],
    ['a negative index', second({ segments: [0, 1, 1, 3, 4], indices: [2, 0, -1, 1] }), [1, 2, 3, 4], /index -1 of 6/],
    ['too few values', rows, [1, 2, 3], /too few/],
    ['too many values', rows, [1, 2, 3, 4, 5], /5 bytes of values and places for 4/],
    [
      'another size',
      { ...rows, levels: [{ size: 5 }, rows.levels[1] as WriteSparsity['levels'][number]] },
      [1, 2, 3, 4],
      /level 0 has the size 5, but its shape has 4/,
    ],
    [
      'a level more',
      { ...rows, levels: [...rows.levels, { size: 2 }] },
      [1, 2, 3, 4],
      /stores 3 levels in the order \[0,1\]/,
    ],
    ['an axis twice', { ...rows, order: [1, 1] }, [1, 2, 3, 4], /its order \[1,1\]/],
    [
      'a block of no axis',
      { order: [0, 1, 2], blockMap: [7], levels: [...rows.levels, { size: 2 }] },
      [1, 2, 3, 4],
      /of the axes \[7\] of 2/,
    ],
    [
      'a block that does not fit',
      { order: [0, 1, 2], blockMap: [1], levels: [...rows.levels, { size: 5 }] },
      [1, 2, 3, 4],
      /blocks of 5 do not fit axis 1/,
    ],
  ])('with %s are refused', (_, sparsity, values, message) => {
    const error = refusal(() => importTflite(densified(sparse(sparsity, values)), 'm'));
    expect([error.code, error.message]).toEqual(['file-invalid', expect.stringMatching(message)]);
  });

  it('that would be too large are refused before they are made', () => {
    const large = {
      ...quantized([1 << 15, 1 << 15], [1]),
      sparsity: { order: [0, 1], levels: [{ size: 1 << 15 }, { segments: [0], indices: [] }] },
    };
    expect(refusal(() => importTflite(product(large, [], []), 'm')).message).toMatch(
      /the sparse tensors are too large/,
    );
  });

  it('whose bytes are changed give a typed error, or weights', () => {
    const bytes = densified(sparse(rows, [3, 7, 9, -5]));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        try {
          importTflite(changed, 'm');
        } catch (error) {
          expect(['file-invalid', 'file-truncated', 'file-version', 'unsupported', 'graph-invalid']).toContain(
            (error as { code?: string }).code,
          );
        }
      }),
      { numRuns: 1500 },
    );
  });
});
