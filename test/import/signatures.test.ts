import { describe, expect, it } from 'vitest';
import { importModel } from '../../src/compiler/import-model.ts';
import { refusal } from './refusal.ts';
import { type WriteModel, type WriteOperator, writeTflite } from './write-tflite.ts';

const tensor = { shape: [1, 4], scale: [0.5], zeroPoint: [0] };

/** Several subgraphs that are all alike. */
const model = (more: Partial<WriteModel>, ...operators: readonly WriteOperator[]): Uint8Array =>
  writeTflite({
    tensors: [tensor, { ...tensor, scale: [0.25] }],
    operators: [{ name: 'QUANTIZE', inputs: [0], outputs: [1] }, ...operators],
    inputs: [0],
    outputs: [1],
    ...more,
  });

describe('a .tflite of several signatures', () => {
  const two = model({
    subgraphs: 2,
    signatures: [
      ['encode', 1],
      ['decode', 0],
    ],
  });

  it('runs the first subgraph, with a note that names the others', () => {
    const notes: string[] = [];
    const onNote = (text: string): void => void notes.push(text);
    expect(importModel(two, 'm', { onNote }).nodes.length).toBe(1);
    expect(notes).toEqual([
      'm: it has several signatures: "decode" is used; --signature NAME selects another ("encode")',
    ]);
    importModel(two, 'm', { signature: 'encode', onNote });
    expect(notes.length).toBe(1);
  });

  it('refuses a name that there is not, with those that there are', () => {
    const { code, message } = refusal(() => importModel(two, 'm', { signature: 'code' }));
    expect([code, message]).toEqual(['usage', 'm: it has no signature "code" ("encode", "decode")']);
  });

  it('names subgraphs without a signature by their own names, or their numbers', () => {
    const named = model({ subgraphs: 3, subgraphNames: ['main', 'main', 'head'] });
    const notes: string[] = [];
    importModel(named, 'm', { onNote: (text) => void notes.push(text) });
    expect(notes[0]).toMatch(/"main" is used; .* \("subgraph 1", "head"\)/);
    expect(importModel(named, 'm', { signature: 'head' }).nodes.length).toBe(1);
  });

  it('refuses a subgraph that only an operator calls, by name', () => {
    const loop: WriteOperator = {
      name: 'WHILE',
      inputs: [0],
      outputs: [1],
      options: [
        [0, 'int32', 1],
        [1, 'int32', 2],
      ],
    };
    const called = model({
      subgraphs: 3,
      subgraphNames: ['main', 'cond', 'body'],
      signatures: [['serve', 0]],
      operators: [loop],
    });
    const { code, message } = refusal(() => importModel(called, 'm', { signature: 'body' }));
    expect([code, message]).toEqual([
      'unsupported',
      'm: the subgraph "body" is only called by WHILE, and is not a model of its own ("serve")',
    ]);
    expect(refusal(() => importModel(called, 'm')).message).toMatch(
      /node 0 WHILE "t1": the operator WHILE is not supported/,
    );
  });
});
