import { describe, expect, it } from 'vitest';
import { perTensor, type Tensor } from '../../src/graph/tensor.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { optionTypes } from '../../src/import/tflite/schema.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { lower } from '../../src/passes/lower.ts';
import { ints } from '../import/one-operator.ts';
import { type WriteOperator, type WriteTensor, writeTflite } from '../import/write-tflite.ts';
import { tiers } from '../support/engine.ts';
import { bytesFor, firstByteDifference, int8Of, referenceTensors } from '../support/three-ways.ts';

/** Operators of a float .tflite that move values: quantised, they move the same bytes. */

type Fields = NonNullable<WriteOperator['options']>;
interface Move {
  readonly to: readonly number[];
  readonly options: keyof typeof optionTypes;
  readonly fields?: Fields;
  readonly constants?: readonly WriteTensor[];
  /** Inputs in place of the map and the constants. */
  readonly inputs?: readonly number[];
  readonly outputs?: number;
}

const real = (shape: readonly number[]): WriteTensor => ({ shape, type: 'float32' });
const map = [1, 4, 6, 4];

const moves: Readonly<Record<string, Move>> = {
  PACK: {
    to: [1, 2, 4, 6, 4],
    options: 'PackOptions',
    fields: [
      [0, 'int32', 2],
      [1, 'int32', 1],
    ],
    inputs: [0, 0],
  },
  UNPACK: {
    to: [1, 6, 4],
    options: 'UnpackOptions',
    fields: [
      [0, 'int32', 4],
      [1, 'int32', 1],
    ],
    outputs: 4,
  },
  TILE: { to: [1, 4, 12, 4], options: 'TileOptions', constants: [ints([1, 1, 2, 1])] },
  GATHER: { to: [1, 4, 6, 3], options: 'GatherOptions', fields: [[0, 'int32', 3]], constants: [ints([3, 0, 2])] },
  STRIDED_SLICE: {
    ...{ to: [1, 2, 3, 4], options: 'StridedSliceOptions' },
    constants: [ints([0, 0, 1, 0]), ints([1, 4, 6, 4]), ints([1, 2, 2, 1])],
  },
  SPACE_TO_DEPTH: { to: [1, 2, 3, 16], options: 'SpaceToDepthOptions', fields: [[0, 'int32', 2]] },
  DEPTH_TO_SPACE: { to: [1, 8, 12, 1], options: 'DepthToSpaceOptions', fields: [[0, 'int32', 2]] },
  MIRROR_PAD: {
    ...{ to: [1, 6, 9, 4], options: 'MirrorPadOptions', fields: [[0, 'int8', 0]] },
    constants: [ints([0, 0, 1, 1, 2, 1, 0, 0], [4, 2])],
  },
  REVERSE_V2: { to: map, options: 'ReverseV2Options', constants: [ints([2])] },
};

const graphOf = (name: string, { to, options, fields = [], constants = [], inputs, outputs = 1 }: Move) => {
  const made = Array.from({ length: outputs }, (_, i) => 1 + constants.length + i);
  const operator = { name, outputs: made, optionsType: optionTypes[options], options: fields };
  const operators = [{ ...operator, inputs: inputs ?? [0, ...constants.map((_, i) => 1 + i)] }];
  const tensors = [real(map), ...constants, ...made.map(() => real(to))];
  return lower(importTflite(writeTflite({ tensors, operators, inputs: [0], outputs: made }), 'm.tflite'));
};

describe.each(Object.entries(moves))('%s of a float model, quantised', (name, move) => {
  const float = graphOf(name, move);
  const int8 = int8Of(float, evaluateFloat, 3);
  const inputs = bytesFor(int8, 5);

  it('moves the bytes that the float model moves as values', () => {
    const [x] = int8.inputs.map((id) => perTensor(int8.tensors[id] as Tensor));
    if (!x) throw new Error('no input');
    const given = inputs.map((bytes) => Float32Array.from(bytes, (q) => (q - x.zeroPoint) * x.scale));
    const expected = evaluateFloat(float)(given);
    const tensors = referenceTensors(int8, inputs);
    int8.outputs.forEach((id, i) => {
      const bytes = new Int8Array((tensors.get(id) as Uint8Array).slice().buffer);
      expect(Float32Array.from(bytes, (q) => (q - x.zeroPoint) * x.scale)).toEqual(expected[i]);
    });
    expect(int8.outputs).toHaveLength(move.outputs ?? 1);
  });

  it.each(tiers)('has the bytes of the references on the %s tier', (tier) => {
    expect(firstByteDifference(tier, int8, inputs, referenceTensors(int8, inputs), 0xaa)).toBeUndefined();
  });
});
