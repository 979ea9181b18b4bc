import type { WriteModel, WriteTensor } from '../import/write-tflite.ts';
import { type Generator, options, quantized } from './generator.ts';
import { integerTensor, like } from './same.ts';

/** SPACE_TO_BATCH_ND, a convolution and BATCH_TO_SPACE_ND: of a map, or of a row of pixels between two reshapes. */
export const dilatedConvGenerator: Generator = {
  operator: 'DILATED_CONV',
  model(random): WriteModel {
    const isRow = random.once(3);
    const block = random.pick([2, 2, 3, 4]);
    const blocks = isRow ? [block] : [block, random.pick([block, 2, 1])];
    const taps = blocks.map(() => random.pick([1, 2, 3]));
    const isSame = random.once(4);
    const [c, o] = [random.pick([1, 2, 3, 4, 8, 9]), random.pick([1, 2, 3, 4, 8, 9])];
    // Sizes of each place in a block, and what of the whole is padding; crops are no more than that.
    const inner = blocks.map((_, i) => random.integer(taps[i] as number, 5));
    const made = inner.map((size, i) => (isSame ? size : size - (taps[i] as number) + 1));
    const ends = blocks.flatMap((each, i) => {
      const most = Math.min(2, (inner[i] as number) * each - 1);
      const before = random.integer(0, most);
      return [before, random.integer(0, Math.min(2, (inner[i] as number) * each - 1 - before))];
    });
    const crops = blocks.flatMap((each, i) => {
      const size = (made[i] as number) * each;
      const before = random.integer(0, Math.min(ends[2 * i] as number, size - 1));
      return [before, random.integer(0, Math.min(ends[2 * i + 1] as number, size - 1 - before))];
    });
    const images = blocks.reduce((all, each) => all * each, 1);
    const cut = (sizes: number[], by: number[]): number[] =>
      sizes.map((size, i) => size * (blocks[i] as number) - (by[2 * i] as number) - (by[2 * i + 1] as number));
    const map = (sizes: number[]): number[] => (isRow ? [images, 1, sizes[0] as number] : [images, ...sizes]);
    const x = quantized(random, [1, ...cut(inner, ends), c], { scales: [2 ** -6, 2 ** -3] });
    const y = quantized(random, [1, ...cut(made, crops), o], { scales: [2 ** -5, 1] });
    const weights: WriteTensor = {
      ...quantized(random, [o, ...(isRow ? [1, ...taps] : taps), c], { constant: true, scales: [2 ** -9, 2 ** -6] }),
      scale: Array.from({ length: o }, () => random.scale(2 ** -9, 2 ** -6)),
      zeroPoint: new Array<number>(o).fill(0),
    };
    const limited = (weights.bytes ?? new Uint8Array()).map((byte) => (byte === 128 ? 129 : byte));
    const bias: WriteTensor = {
      ...integerTensor(Array.from({ length: o }, () => random.integer(-9999, 9999))),
      scale: new Array<number>(o).fill(1),
      zeroPoint: new Array<number>(o).fill(0),
    };
    const tensors: WriteTensor[] = [
      x,
      integerTensor(blocks),
      integerTensor(ends, [blocks.length, 2]),
      like(x, [images, ...inner, c]),
      { ...weights, bytes: limited },
      bias,
      like(y, [...map(made), o]),
      integerTensor(crops, [blocks.length, 2]),
      y,
      like(x, [...map(inner), c]),
      like(y, [images, ...made, o]),
      integerTensor([images, 1, ...inner, c]),
      integerTensor([images, ...made, o]),
    ];
    const [seen, given] = isRow ? [9, 10] : [3, 6];
    const window = options('Conv2DOptions', [
      [0, 'int8', isSame ? 0 : 1],
      [1, 'int32', 1],
      [2, 'int32', 1],
      [3, 'int8', random.pick([0, 0, 1, 3])],
    ]);
    const reshape = (from: number, shape: number, to: number) => ({
      name: 'RESHAPE',
      inputs: [from, shape],
      outputs: [to],
      ...options('ReshapeOptions'),
    });
    return {
      tensors,
      operators: [
        { name: 'SPACE_TO_BATCH_ND', inputs: [0, 1, 2], outputs: [3], ...options('SpaceToBatchNDOptions') },
        ...(isRow ? [reshape(3, 11, 9)] : []),
        { name: 'CONV_2D', inputs: [seen, 4, 5], outputs: [6], ...window },
        ...(isRow ? [reshape(6, 12, 10)] : []),
        { name: 'BATCH_TO_SPACE_ND', inputs: [given, 1, 7], outputs: [8], ...options('BatchToSpaceNDOptions') },
      ],
      inputs: [0],
      outputs: [8],
    };
  },
};
