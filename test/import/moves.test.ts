import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { image, importOne, ints } from './one-operator.ts';
import { refusal } from './refusal.ts';
import { type WriteOperator, writeTflite } from './write-tflite.ts';

const types = ({ nodes }: Graph): string[] => nodes.map(({ op }) => op.type);
const faults = (run: () => unknown): string[] => refusal(run).problems.map(({ what }) => what);

/** The output for the values 0, 1, 2 … */
function counted(graph: Graph): number[] {
  const [input] = graph.inputs.map((id) => graph.tensors[id]);
  const size = input?.shape.reduce((all, each) => all * each, 1) ?? 0;
  return Array.from(evaluate(graph, [Int8Array.from({ length: size }, (_, i) => i)]).outputs[0] as Int8Array);
}

const options = (optionsType: number, ...fields: NonNullable<WriteOperator['options']>): Partial<WriteOperator> => ({
  optionsType,
  options: fields,
});

describe('GATHER', () => {
  const gather = (x: number[], list: number[], y: number[], axis: number, shape = [list.length]) =>
    importOne('GATHER', [image(x), ints(list, shape), image(y)], options(23, [0, 'int32', axis]));

  it('is a table of channels, a slice where they follow each other, and pieces where few are long', () => {
    expect(types(gather([1, 2, 2, 3], [2, 0], [1, 2, 2, 2], 3))).toEqual(['SelectChannels']);
    expect(types(gather([1, 2, 2, 3], [1, 2], [1, 2, 2, 2], -1))).toEqual(['Slice']);
    const rows = gather([1, 4, 50, 9], [3, 1, 2], [1, 3, 50, 9], 1);
    expect(types(rows)).toEqual(['Reshape', 'Slice', 'Slice', 'Concat', 'Reshape']);
    expect(counted(gather([1, 4, 2], [3, 0], [1, 2, 2], 1))).toEqual([6, 7, 0, 1]);
  });

  it('moves an axis to the back and again to its place where a table would be long', () => {
    const list = Array.from({ length: 40 }, (_, i) => 39 - i);
    expect(types(gather([1, 40, 50, 9], list, [1, 40, 50, 9], 1)).filter((type) => type !== 'Reshape')).toEqual([
      'Transpose',
      'SelectChannels',
      'Transpose',
    ]);
  });

  it('has the axes of its indices in place of the axis, none or several', () => {
    expect(counted(gather([1, 3], [2], [1], 1, []))).toEqual([2]);
    expect(counted(gather([1, 3], [2, 0, 1, 1], [1, 2, 2], 1, [2, 2]))).toEqual([2, 0, 1, 1]);
  });

  it('names what it does not do', () => {
    expect(faults(() => gather([1, 3], [3], [1, 1], 1))).toEqual(['the index 3 is not within axis 1 of [1, 3]']);
    expect(faults(() => gather([1, 3], [-1], [1, 1], 1))).toEqual(['the index -1 is not within axis 1 of [1, 3]']);
    expect(faults(() => gather([2, 3], [1, 0], [2, 3], 0))).toEqual([
      'axis 0 of [2, 3] is the batch (an axis of one image)',
    ]);
    expect(faults(() => gather([1, 3], [0], [1, 1], 2))).toEqual(['there is no axis 2 in a shape of 2 axes']);
    expect(faults(() => gather([1, 3], [0], [1, 2], 1))).toEqual(['it gives [1, 1], but the file declares [1, 2]']);
    const computed = [image([1, 3]), { shape: [1], type: 'int32' } as const, image([1, 1])];
    expect(faults(() => importOne('GATHER', computed, options(23, [0, 'int32', 1]))).join()).toMatch(/computed/);
  });
});

describe('TILE', () => {
  const tile = (x: number[], counts: number[], y: number[]) =>
    importOne('TILE', [image(x), ints(counts), image(y)], options(51));

  it('repeats channels by a table, and what is long as pieces side by side', () => {
    expect(counted(tile([1, 2, 2], [1, 2, 2], [1, 4, 4]))).toEqual([0, 1, 0, 1, 2, 3, 2, 3, 0, 1, 0, 1, 2, 3, 2, 3]);
    expect(types(tile([1, 3, 30, 30], [1, 4, 1, 1], [1, 12, 30, 30]))).toContain('Concat');
    const many = tile([1, 1, 30, 30], [1, 34, 1, 1], [1, 34, 30, 30]);
    expect(types(many).filter((type) => type !== 'Reshape').length).toBeLessThan(4);
  });

  it('refuses a count of 0', () => {
    expect(faults(() => tile([1, 2], [1, 0], [1, 1]))).toEqual([
      'the multiples [1, 0] do not fit [1, 2] (one from 1 an axis)',
    ]);
  });
});

it('REVERSE_V2 reads an axis from its end', () => {
  const graph = importOne('REVERSE_V2', [image([1, 3, 2]), ints([1]), image([1, 3, 2])], options(81));
  expect(counted(graph)).toEqual([4, 5, 2, 3, 0, 1]);
});

describe('MIRROR_PAD', () => {
  const mirror = (size: number, paddings: number[], mode: number) =>
    importOne(
      'MIRROR_PAD',
      [image([1, size]), ints([0, 0, ...paddings], [2, 2]), image([1, size + (paddings[0] ?? 0) + (paddings[1] ?? 0)])],
      options(77, [0, 'int8', mode]),
    );

  it('reads backwards beyond a border, with it or without', () => {
    expect(counted(mirror(3, [2, 1], 0))).toEqual([2, 1, 0, 1, 2, 1]);
    expect(counted(mirror(3, [2, 1], 1))).toEqual([1, 0, 0, 1, 2, 2]);
  });

  it('does not read beyond the other border', () => {
    expect(faults(() => mirror(3, [3, 0], 0))[0]).toMatch(/do not fit \[1, 3\], mirrored without the border/);
    expect(counted(mirror(3, [3, 0], 1))).toEqual([2, 1, 0, 0, 1, 2]);
    expect(faults(() => mirror(3, [0, 4], 1))[0]).toMatch(/mirrored with the border/);
  });
});

describe('blocks of pixels', () => {
  const depthToSpace = (x: number[], block: number, y: number[]) =>
    importOne('DEPTH_TO_SPACE', [image(x), image(y)], options(94, [0, 'int32', block]));
  const spaceToDepth = (x: number[], block: number, y: number[]) =>
    importOne('SPACE_TO_DEPTH', [image(x), image(y)], options(19, [0, 'int32', block]));

  it('are made of channels, and become channels again', () => {
    expect(counted(depthToSpace([1, 1, 2, 4], 2, [1, 2, 4, 1]))).toEqual([0, 1, 4, 5, 2, 3, 6, 7]);
    expect(counted(spaceToDepth([1, 2, 4, 1], 2, [1, 1, 2, 4]))).toEqual([0, 1, 4, 5, 2, 3, 6, 7]);
  });

  it('stream: no node needs all rows', () => {
    for (const graph of [depthToSpace([1, 9, 8, 8], 2, [1, 18, 16, 2]), spaceToDepth([1, 18, 16, 2], 2, [1, 9, 8, 8])])
      expect(types(graph)).not.toContain('Transpose');
  });

  it('fit', () => {
    expect(faults(() => depthToSpace([1, 1, 2, 6], 2, [1, 2, 4, 1]))[0]).toMatch(/6 channels are not blocks of 2×2/);
    expect(faults(() => spaceToDepth([1, 3, 4, 1], 2, [1, 1, 2, 4]))[0]).toMatch(/3×4 pixels are not blocks of 2×2/);
    expect(faults(() => spaceToDepth([1, 4, 4, 1], 0, [1, 1, 2, 4]))).toEqual([
      'blocks of 0 are not supported (from 1)',
    ]);
  });
});

describe('SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND alone', () => {
  const spread = (name: string, type: number, x: number[], blocks: number[], ends: number[], y: number[]) =>
    importOne(name, [image(x), ints(blocks), ints(ends, [blocks.length, 2]), image(y)], options(type));

  it('move pixels, with zero points around them or without some', () => {
    const there = spread('SPACE_TO_BATCH_ND', 25, [1, 3, 2], [2], [1, 0], [2, 2, 2]);
    expect(counted(there)).toEqual([3, 3, 2, 3, 0, 1, 4, 5]);
    const back = spread('BATCH_TO_SPACE_ND', 24, [2, 2, 2], [2], [1, 0], [1, 3, 2]);
    expect(counted(back)).toEqual([4, 5, 2, 3, 6, 7]);
  });

  it('fit their blocks', () => {
    const wrong = () => spread('SPACE_TO_BATCH_ND', 25, [1, 3, 2], [2], [0, 0], [2, 2, 2]);
    expect(faults(wrong)[0]).toMatch(/not a multiple of the blocks \[2\]/);
    const cut = () => spread('BATCH_TO_SPACE_ND', 24, [2, 1, 2], [2], [1, 1], [1, 1, 2]);
    expect(faults(cut)[0]).toMatch(/is not made of blocks/);
  });
});

describe('PACK and UNPACK', () => {
  it('put tensors side by side along a new axis, and take them apart', () => {
    const fields = options(59, [0, 'int32', 2], [1, 'int32', 1]);
    const x = image([1, 2]);
    const packed = importOne('PACK', [x, image([1, 2], { bytes: Uint8Array.of(8, 9) }), image([1, 2, 2])], fields);
    expect(counted(packed)).toEqual([0, 1, 8, 9]);
    const model = {
      tensors: [image([1, 2, 2]), image([1, 2]), image([1, 2])],
      operators: [{ name: 'UNPACK', inputs: [0], outputs: [1, 2], ...options(64, [0, 'int32', 2], [1, 'int32', 2]) }],
      inputs: [0],
      outputs: [2, 1],
    };
    expect(counted(importTflite(writeTflite(model), 'm.tflite'))).toEqual([1, 3]);
  });

  it('name a shape that differs and an axis of another size', () => {
    const fields = options(59, [0, 'int32', 2], [1, 'int32', 1]);
    const packs = () => importOne('PACK', [image([1, 2]), image([1, 3]), image([1, 2, 2])], fields);
    expect(faults(packs)).toEqual(['the shapes [1, 2] and [1, 3] differ (one shape)']);
    const unpacks = () => importOne('UNPACK', [image([1, 3]), image([1])], options(64, [1, 'int32', 1]));
    expect(faults(unpacks)[0]).toMatch(/axis 1 of \[1, 3\] is not 1 outputs/);
  });
});

describe('reductions over any axes', () => {
  const over = (name: string, x: number[], axes: number[], y: number[], keeps = 1) =>
    importOne(name, [image(x), ints(axes), image(y)], options(27, [0, 'int8', keeps]));

  it('REDUCE_MAX is one window over the map, and one for each run of other axes', () => {
    expect(types(over('REDUCE_MAX', [1, 4, 4, 6], [1, 2], [1, 6], 0))).toEqual(['MaxPool2d']);
    expect(counted(over('REDUCE_MAX', [1, 2, 2, 2], [1, 3], [1, 1, 2, 1]))).toEqual([5, 7]);
    expect(counted(over('REDUCE_MAX', [1, 2, 2, 2], [0, 1, 2, 3], [], 0))).toEqual([7]);
  });

  it('MEAN and SUM bring axes together that lie apart', () => {
    expect(types(over('MEAN', [1, 2, 3, 2], [1, 3], [1, 1, 3, 1]))).toContain('Transpose');
    expect(counted(over('MEAN', [1, 2, 3, 2], [1, 3], [1, 1, 3, 1]))).toEqual(
      [4, 6, 8].map((mean) => mean - 0.5 + 0.5),
    );
    expect(counted(over('SUM', [1, 2, 3, 2], [2], [1, 2, 1, 2]))).toEqual([0, 3, 18, 21]);
  });

  it('SUM of another scale is refused, as the kernels of TFLite differ there', () => {
    const scaled = { ...image([1, 1, 1]), scale: [0.25] };
    const sum = () =>
      importOne('SUM', [{ ...image([1, 4, 1]), scale: [0.5] }, ints([1]), scaled], options(27, [0, 'int8', 1]));
    expect(faults(sum)[0]).toMatch(/a sum of scale 0\.25 from scale 0\.5 \(one scale/);
  });

  it('are not over the batch', () => {
    expect(faults(() => over('REDUCE_MAX', [3, 4], [0, 1], [3, 1]))[0]).toMatch(/have the batch among them/);
    expect(faults(() => over('SUM', [1, 4], [2], [1, 1]))[0]).toMatch(/do not fit the input \[1, 4\]/);
  });
});

it('STRIDED_SLICE by steps is a window of one element, and backwards a table', () => {
  const step = (x: number[], [begin, end, stride]: number[], y: number[], masks = 0) =>
    importOne(
      'STRIDED_SLICE',
      [image(x), ints([0, begin ?? 0]), ints([0, end ?? 0]), ints([1, stride ?? 1]), image(y)],
      options(32, [0, 'int32', 1 | masks], [1, 'int32', 1 | masks]),
    );
  expect(counted(step([1, 7], [1, 6, 2], [1, 3]))).toEqual([1, 3, 5]);
  expect(counted(step([1, 7], [0, 0, 3], [1, 3], 2))).toEqual([0, 3, 6]);
  expect(counted(step([1, 7], [0, 0, -2], [1, 4], 2))).toEqual([6, 4, 2, 0]);
  expect(counted(step([1, 7], [-2, -8, -3], [1, 2]))).toEqual([5, 2]);
  expect(faults(() => step([1, 7], [0, 7, 0], [1, 7]))[0]).toMatch(/no 0/);
  expect(faults(() => step([1, 7], [3, 1, 2], [1, 1]))[0]).toMatch(/nothing of axis 1/);
});

describe('CAST', () => {
  const raw = { shape: [1, 3], type: 'uint8' } as const;

  it('gives bytes as float values at the input', () => {
    const graph = importOne('CAST', [raw, { shape: [1, 3], type: 'float32' }], options(37));
    expect(types(graph)).toEqual(['Dequantize']);
    expect(graph.tensors[0]?.quantization).toMatchObject({ scale: [1], zeroPoint: [0] });
  });

  it('takes no values that have a scale, and gives no integers', () => {
    const scaled = () => importOne('CAST', [image([1, 3]), { shape: [1, 3], type: 'float32' }], options(37));
    expect(faults(scaled)[0]).toMatch(/as values: use DEQUANTIZE/);
    expect(faults(() => importOne('CAST', [image([1, 3]), { shape: [1, 3], type: 'int32' }], options(37)))[0]).toMatch(
      /from int8 to int32/,
    );
  });
});
