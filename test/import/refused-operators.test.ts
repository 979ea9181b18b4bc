import { expect, it } from 'vitest';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { image, importOne, weights } from './one-operator.ts';
import { refusal } from './refusal.ts';
import { type WriteTensor, writeTflite } from './write-tflite.ts';

const real = (shape: readonly number[]): WriteTensor => ({ shape, type: 'float32' });

/** SVDF of rank 1 with three values of time: the input, two filters over features and time, a bias, its state. */
const svdf = {
  int8: [
    image([1, 4]),
    weights([2, 4]),
    { ...image([2, 3]), type: 'int16', bytes: new Uint8Array(12) },
    { ...image([2]), type: 'int32', bytes: new Uint8Array(8) },
    { ...image([1, 6]), type: 'int16', isVariable: true },
    image([1, 2]),
  ],
  float: [
    real([1, 4]),
    { ...real([2, 4]), bytes: new Uint8Array(32) },
    { ...real([2, 3]), bytes: new Uint8Array(24) },
    { ...real([2]), bytes: new Uint8Array(8) },
    { ...real([1, 6]), isVariable: true },
    real([1, 2]),
  ],
} satisfies Record<string, readonly WriteTensor[]>;

it.each(['int8', 'float'] as const)('SVDF of an %s model is refused by name, with the operators to use', (kind) => {
  const { code, problems } = refusal(() => importOne('SVDF', svdf[kind], { optionsType: 6 }));
  expect(code).toBe('unsupported');
  expect(problems.map(({ op, what }) => [op, what])).toEqual([
    [
      'SVDF',
      'the operator SVDF is not supported: its state has no variable of its own (16-bit state where it is int8): ' +
        'write it as FULLY_CONNECTED, READ_VARIABLE and ASSIGN_VARIABLE',
    ],
  ]);
});

it.each([
  ['UNIDIRECTIONAL_SEQUENCE_LSTM', 'use convolutions over time with variables'],
  ['WHILE', 'there is no control flow: export the model with the loop unrolled'],
  ['IF', 'there is no control flow: export the branch that is taken'],
])('%s is refused by name: %s', (name, text) => {
  const [problem, ...others] = refusal(() => importOne(name, [image([1, 4]), image([1, 4])])).problems;
  expect(problem?.what).toMatch(`the operator ${name} is not supported: `);
  expect(problem?.what).toContain(text);
  expect(others).toEqual([]);
});

it('PosenetDecoderOp is refused in one line that says where to cut the model', () => {
  const maps = [17, 34, 64].map((channels) => image([1, 3, 3, channels]));
  const decoded = [real([1, 2, 17, 2]), real([1, 2, 17]), real([1, 2]), real([1])];
  const operators = [{ name: 'PosenetDecoderOp', inputs: [0, 1, 2], outputs: [3, 4, 5, 6] }].map((each) => ({
    ...each,
    customOptions: new Uint8Array(4),
  }));
  const bytes = writeTflite({ tensors: [...maps, ...decoded], operators, inputs: [0, 1, 2], outputs: [3, 4, 5, 6] });
  const { message } = refusal(() => importTflite(bytes, 'pose.tflite'));
  expect(message.split('\n')[0]).toBe(
    'pose.tflite: node 0 PosenetDecoderOp "t3": the custom operator PosenetDecoderOp is not supported: cut the model before it: ' +
      'its inputs are the heatmaps, short offsets and mid offsets, from which a host decodes poses',
  );
});
