import { describe, expect, it } from 'vitest';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { refusal } from './refusal.ts';
import { int32Bytes, type WriteTensor, writeTflite } from './write-tflite.ts';

const file = (
  shape: readonly number[],
  axis: readonly number[],
  y: readonly number[],
  more: Partial<WriteTensor> = {},
) =>
  writeTflite({
    tensors: [
      { shape, scale: [0.5], zeroPoint: [3] },
      { shape: [axis.length], type: 'int32', bytes: int32Bytes(axis) },
      { shape: y, type: 'int32', ...more },
    ],
    operators: [{ name: 'ARG_MAX', inputs: [0, 1], outputs: [2], optionsType: 40, options: [[0, 'int8', 2]] }],
    inputs: [0],
    outputs: [2],
  });

const imported = (...given: Parameters<typeof file>) => importTflite(file(...given), 'm');
const types = (...given: Parameters<typeof file>) => imported(...given).nodes.map(({ op }) => op.type);

describe('ARG_MAX', () => {
  it('counts axes from either end, and needs no other order for the last one', () => {
    expect(types([1, 2, 3, 4], [3], [1, 2, 3])).toEqual(['ArgMax', 'Reshape']);
    expect(types([1, 2, 3, 4], [-1], [1, 2, 3])).toEqual(['ArgMax', 'Reshape']);
    expect(types([1, 1, 1, 4], [3], [1, 1, 1])).toEqual(['ArgMax']);
  });

  it('over rows or columns puts these last', () => {
    expect(types([1, 2, 3, 4], [1], [1, 3, 4])).toEqual(['Transpose', 'ArgMax', 'Reshape']);
    const graph = imported([1, 2, 3, 1], [-2], [1, 2, 1]);
    // Rows 5 1 9 and 2 2 0: the greatest of the first is the third, of the second the first of two.
    expect([...(evaluate(graph, [Int8Array.of(5, 1, 9, 2, 2, 0)]).outputs[0] as Int32Array)]).toEqual([2, 0]);
  });

  it('of a batch of rows gives one index an image', () => {
    const { tensors, outputs, nodes } = imported([3, 10], [1], [3]);
    expect(nodes.length).toBe(1);
    expect(tensors[outputs[0] as number]).toMatchObject({ shape: [1, 1, 1, 1], fileShape: [3], perImage: true });
  });

  it('of one row without a batch gives a number', () => {
    const { tensors, outputs } = imported([10], [0], []);
    expect(tensors[outputs[0] as number]).toMatchObject({ shape: [1, 1, 1, 1], fileShape: [], dtype: 'i32' });
  });

  it('has no scale, whatever the file says of its output', () => {
    const { tensors, outputs } = imported([1, 10], [1], [1], { scale: [1], zeroPoint: [0] });
    expect(tensors[outputs[0] as number]?.quantization).toBeUndefined();
  });

  const what = (...given: Parameters<typeof file>) => refusal(() => imported(...given)).problems.map((one) => one.what);

  it('refuses the batch, more than one axis, and those that do not exist', () => {
    const works = '(any one but the batch)';
    expect(what([1, 2, 3, 4], [0], [2, 3, 4])).toContain(`the axis 0 of [1, 2, 3, 4] is not supported ${works}`);
    expect(what([1, 10], [-2], [10])).toContain(`the axis -2 of [1, 10] is not supported ${works}`);
    expect(what([1, 10], [2], [1])).toEqual([`the axis 2 of [1, 10] is not supported ${works}`]);
    expect(what([1, 2, 3, 4], [2, 3], [1, 2])).toEqual([`the axis 2,3 of [1, 2, 3, 4] is not supported ${works}`]);
  });

  it('refuses an output that is not an index, or of another shape', () => {
    expect(what([1, 10], [1], [1], { type: 'float32' })).toEqual([
      'y is float32: an int8 model is real at its borders only, at QUANTIZE and DEQUANTIZE (int32, int64)',
    ]);
    expect(what([1, 2, 3, 4], [3], [1, 3, 2])).toEqual(['it gives [1,2,3], but the file declares [1,3,2]']);
  });
});
