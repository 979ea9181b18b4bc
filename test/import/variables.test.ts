import { expect, it } from 'vitest';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { optionTypes } from '../../src/import/tflite/schema.ts';
import { image } from './one-operator.ts';
import { refusal } from './refusal.ts';
import { type WriteModel, type WriteOperator, type WriteTensor, writeTflite } from './write-tflite.ts';

type State = 'VAR_HANDLE' | 'READ_VARIABLE' | 'ASSIGN_VARIABLE' | 'CALL_ONCE';
const types = {
  VAR_HANDLE: 'VarHandleOptions',
  READ_VARIABLE: 'ReadVariableOptions',
  ASSIGN_VARIABLE: 'AssignVariableOptions',
  CALL_ONCE: 'CallOnceOptions',
} as const satisfies Record<State, keyof typeof optionTypes>;

const state = (
  name: State,
  inputs: readonly number[],
  outputs: readonly number[],
  options: NonNullable<WriteOperator['options']> = [],
): WriteOperator => ({ name, inputs, outputs, optionsType: optionTypes[types[name]], options });
const handle = (id: number): WriteOperator => state('VAR_HANDLE', [], [id], [[1, 'string', 'v']]);
const once = (subgraph: number): WriteOperator => state('CALL_ONCE', [], [], [[0, 'int32', subgraph]]);
const resource: WriteTensor = { shape: [], type: 'resource' };
const map = [1, 2, 2, 2];

/** A model that reads its variable (tensor 2), doubles it, and assigns its input: 0 input, 1 handle, 2 read, 3 output. */
const model = (tensors: Readonly<Record<number, WriteTensor>> = {}, more: Partial<WriteModel> = {}): WriteModel => ({
  tensors: [image(map), resource, image(map), image(map)].map((each, i) => tensors[i] ?? each),
  operators: [
    handle(1),
    state('READ_VARIABLE', [1], [2]),
    { name: 'ABS', inputs: [2], outputs: [3] },
    state('ASSIGN_VARIABLE', [1, 0], []),
  ],
  inputs: [0],
  outputs: [3],
  ...more,
});
const withCall = (operators: readonly WriteOperator[], tensors: readonly WriteTensor[]): WriteModel => ({
  ...model(),
  operators: [once(1), ...model().operators],
  called: { tensors, operators },
});
const whatOf = (given: WriteModel): string[] =>
  refusal(() => importTflite(writeTflite(given), 'm.tflite')).problems.map(({ op, what }) => `${op}: ${what}`);

it('a variable that is read and assigned with one scale is taken, and begins with its zero point', () => {
  const graph = importTflite(writeTflite(model()), 'm.tflite');
  expect(graph.variables?.map(({ name, initial }) => [name, [...initial]])).toEqual([['v', new Array(8).fill(3)]]);
});

it.each<[string, WriteModel, RegExp]>([
  [
    'another scale',
    model({ 0: image(map, { scale: [0.25] }) }),
    /^ASSIGN_VARIABLE: it is assigned .*of scale 0\.5.*of scale 0\.25 .*at another place/,
  ],
  [
    'another zero point',
    model({ 0: image(map, { zeroPoint: [4] }) }),
    /^ASSIGN_VARIABLE: .*zero point 3.*zero point 4/,
  ],
  ['another shape', model({ 0: image([1, 2, 2, 3]) }), /^ASSIGN_VARIABLE: .*\[1, 2, 2, 2\].*\[1, 2, 2, 3\]/],
  [
    'another type',
    model({ 2: { shape: map, type: 'int32' }, 0: { shape: map, type: 'int32' } }),
    /^READ_VARIABLE: a variable of int32 is not supported \(int8, uint8, float32\)/,
  ],
  [
    'a constant',
    model(
      { 0: image(map), 3: image(map) },
      {
        tensors: [...model().tensors, image(map, { bytes: new Uint8Array(8) })],
        operators: [...model().operators.slice(0, 3), state('ASSIGN_VARIABLE', [1, 4], [])],
      },
    ),
    /^ASSIGN_VARIABLE: it is assigned a constant \(a tensor that is computed, or an input\)/,
  ],
  [
    'no handle',
    model({}, { operators: model().operators.slice(1, 3) }),
    /^READ_VARIABLE: its variable is not named by a VAR_HANDLE/,
  ],
  [
    'a first value of another shape',
    withCall(
      [handle(0), state('ASSIGN_VARIABLE', [0, 1], [])],
      [resource, image([1, 2], { bytes: new Uint8Array(2) })],
    ),
    /^READ_VARIABLE: its first value is of another type or shape than the variable/,
  ],
  [
    'a first value that is computed',
    withCall([handle(0), state('ASSIGN_VARIABLE', [0, 1], [])], [resource, image(map)]),
    /^CALL_ONCE: the subgraph that it calls has ASSIGN_VARIABLE \(it may assign constants to variables\)/,
  ],
  [
    'a called subgraph that computes',
    withCall([{ name: 'ABS', inputs: [0], outputs: [1] }], [image(map), image(map)]),
    /^CALL_ONCE: the subgraph that it calls has ABS \(it may assign constants to variables\)/,
  ],
  [
    'a call of itself',
    model({}, { operators: [once(0), ...model().operators] }),
    /^CALL_ONCE: it calls the subgraph that it is in/,
  ],
])('%s: refused in one line', (_, given, text) => {
  const [what, ...others] = whatOf(given);
  expect(what).toMatch(text);
  expect(others).toEqual([]);
});
