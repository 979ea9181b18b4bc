import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { refusal } from './refusal.ts';
import { type WriteModel, type WriteOperator, type WriteTensor, writeTflite } from './write-tflite.ts';

const u8 = (name: string, more: Partial<WriteTensor> = {}): WriteTensor => ({
  name,
  shape: [1, 2, 2, 2],
  type: 'uint8',
  scale: [0.5],
  zeroPoint: [100],
  ...more,
});
const i8 = (name: string, more: Partial<WriteTensor> = {}): WriteTensor =>
  u8(name, { type: 'int8', zeroPoint: [3], ...more });

const convolution: Partial<WriteOperator> = {
  name: 'CONV_2D',
  optionsType: 1,
  options: [
    [0, 'int8', 1],
    [1, 'int32', 1],
    [2, 'int32', 1],
  ],
};
const weights = u8('w', { shape: [2, 1, 1, 2], zeroPoint: [7], bytes: Uint8Array.of(0, 7, 128, 255) });

/** Operators by name, with the tensors they read and make; the last tensor is the output unless told otherwise. */
const model = (
  tensors: readonly WriteTensor[],
  operators: readonly (readonly [name: string, inputs: readonly number[], output: number])[],
  more: Partial<WriteModel> = {},
): Graph => {
  const list = operators.map(([name, inputs, output]) => ({
    ...(name === 'CONV_2D' ? convolution : {}),
    name,
    inputs,
    outputs: [output],
  }));
  const outputs = [tensors.length - 1];
  return importTflite(writeTflite({ tensors, operators: list, inputs: [0], outputs, ...more }), 'm.tflite');
};

const nodesOf = ({ nodes, tensors }: Graph): string[] =>
  nodes.map(({ op, index, inputs, outputs }) => {
    const shown = (id: number) => `${tensors[id]?.name}:${tensors[id]?.dtype}`;
    return `${index} ${op.type} ${inputs.filter((id) => id >= 0).map(shown)} → ${outputs.map(shown)}`;
  });

describe('a legacy uint8 model', () => {
  it('is int8 between its inputs and outputs, 128 less', () => {
    const graph = model([u8('x'), weights, u8('y')], [['CONV_2D', [0, 1], 2]]);
    expect(nodesOf(graph)).toEqual(['0 Quantize x:u8 → x:i8', '0 Conv2d x:i8,w:i8 → y:i8', '0 Quantize y:i8 → y:u8']);
    const [conv] = graph.nodes.slice(1);
    const [x, w] = conv?.inputs.map((id) => graph.tensors[id]) ?? [];
    expect(x?.quantization).toMatchObject({ scale: [0.5], zeroPoint: [-28] });
    expect(w).toMatchObject({ data: Int8Array.of(-128, -121, 0, 127), quantization: { zeroPoint: [-121] } });
    expect(conv?.attributes).toMatchObject({ scaleProduct: 'f32' });
    expect(graph.inputs.map((id) => graph.tensors[id]?.quantization?.zeroPoint)).toEqual([[100]]);
  });

  it('has one int8 twin of an input for all its readers, and constants that are shifted too', () => {
    const constant = u8('c', { shape: [2], bytes: Uint8Array.of(0, 255) });
    const graph = model(
      [u8('x'), constant, u8('a'), u8('y')],
      [
        ['ADD', [0, 1], 2],
        ['ADD', [0, 2], 3],
      ],
    );
    expect(nodesOf(graph)).toEqual([
      '0 Quantize x:u8 → x:i8',
      '0 Add x:i8,c:i8 → a:i8',
      '1 Add x:i8,a:i8 → y:i8',
      '1 Quantize y:i8 → y:u8',
    ]);
    expect(graph.tensors.find(({ name }) => name === 'c')).toMatchObject({ data: Int8Array.of(-128, 127) });
  });

  it('has an output that is read as well', () => {
    const graph = model(
      [u8('x'), u8('a'), u8('y')],
      [
        ['RELU', [0], 1],
        ['RELU6', [1], 2],
      ],
      { outputs: [1, 2] },
    );
    expect(nodesOf(graph)).toEqual([
      '0 Quantize x:u8 → x:i8',
      '0 Relu x:i8 → a:i8',
      '1 Relu a:i8 → y:i8',
      '0 Quantize a:i8 → a:u8',
      '1 Quantize y:i8 → y:u8',
    ]);
    const x = Uint8Array.of(0, 99, 100, 101, 200, 255, 113, 3);
    const { outputs } = evaluate(graph, [x]);
    expect(outputs).toEqual([x.map((q) => Math.max(q, 100)), x.map((q) => Math.min(Math.max(q, 100), 112))]);
  });

  it('leaves QUANTIZE to read its input and to make its output', () => {
    const graph = model(
      [u8('x'), i8('a'), i8('b'), u8('y')],
      [
        ['QUANTIZE', [0], 1],
        ['RELU', [1], 2],
        ['QUANTIZE', [2], 3],
      ],
    );
    expect(nodesOf(graph)).toEqual(['0 Quantize x:u8 → a:i8', '1 Relu a:i8 → b:i8', '2 Quantize b:i8 → y:u8']);
  });

  it('gives what a QUANTIZE makes to other readers in int8', () => {
    const graph = model(
      [i8('x'), u8('a'), u8('y')],
      [
        ['QUANTIZE', [0], 1],
        ['RELU', [1], 2],
      ],
      { outputs: [1, 2] },
    );
    expect(nodesOf(graph).slice(0, 3)).toEqual([
      '0 Quantize x:i8 → a:i8',
      '1 Relu a:i8 → y:i8',
      '0 Quantize a:i8 → a:u8',
    ]);
  });

  it('takes the shape that is given for an input, at both of its borders', () => {
    const bytes = writeTflite({
      tensors: [u8('x', { shapeSignature: [-1, -1, -1, 2] }), weights, u8('y', { shapeSignature: [-1, -1, -1, 2] })],
      operators: [{ ...convolution, name: 'CONV_2D', inputs: [0, 1], outputs: [2] }],
      inputs: [0],
      outputs: [2],
    });
    const { tensors } = importTflite(bytes, 'm.tflite', { shapes: { x: [1, 5, 4, 2] } });
    expect(tensors.filter(({ data }) => !data).map(({ shape }) => shape)).toEqual(new Array(4).fill([1, 5, 4, 2]));
  });

  it('rounds means of raw values as numbers without a sign', () => {
    const pool = {
      name: 'AVERAGE_POOL_2D',
      inputs: [0],
      outputs: [1],
      optionsType: 5,
      options: [
        [0, 'int8', 1],
        [1, 'int32', 2],
        [2, 'int32', 2],
        [3, 'int32', 2],
        [4, 'int32', 2],
      ],
    } as const;
    const bytes = writeTflite({
      tensors: [u8('x'), u8('y', { shape: [1, 1, 1, 2] })],
      operators: [pool],
      inputs: [0],
      outputs: [1],
    });
    // Means 60.5 and 200.5 go up; at 60.5 − 128 = −67.5 "away from zero" would be down.
    const x = Uint8Array.of(60, 200, 60, 200, 61, 201, 61, 201);
    expect(evaluate(importTflite(bytes, 'm'), [x]).outputs).toEqual([Uint8Array.of(61, 201)]);
  });

  it('shows its own types, scales and zero points at the interface', () => {
    const bytes = writeTflite({
      tensors: [u8('x'), weights, u8('y', { zeroPoint: [9] })],
      operators: [{ ...convolution, name: 'CONV_2D', inputs: [0, 1], outputs: [2] }],
      inputs: [0],
      outputs: [2],
    });
    const { model: file } = compile(importModel(bytes, 'm.tflite'));
    expect(file.inputs[0]).toMatchObject({ dtype: 'u8', scale: 0.5, zeroPoint: 100 });
    expect(file.outputs[0]).toMatchObject({ dtype: 'u8', scale: 0.5, zeroPoint: 9 });
  });
});

describe('refused are', () => {
  const what = (...given: Parameters<typeof model>): string =>
    refusal(() => model(...given))
      .problems.map((problem) => problem.what)
      .join('\n');

  it('uint8 and int8 in one operator', () => {
    expect(what([u8('x'), { ...weights, type: 'int8', zeroPoint: [0] }, u8('y')], [['CONV_2D', [0, 1], 2]])).toBe(
      'it mixes uint8 and int8 tensors: convert between them with QUANTIZE',
    );
  });

  it('several scales of uint8 weights', () => {
    const two = { ...weights, scale: [1, 2], zeroPoint: [7, 7] };
    expect(what([u8('x'), two, u8('y')], [['CONV_2D', [0, 1], 2]])).toBe(
      'uint8 weights with 2 scales are not supported (1)',
    );
  });

  it('faults of an input or output, said once', () => {
    const state = { isVariable: true } as const;
    expect(what([u8('x', state), u8('y')], [['RELU', [0], 1]])).toMatch(/^state that is kept [^\n]*$/);
    expect(what([u8('x'), u8('y', state)], [['RELU', [0], 1]])).toMatch(/^its output: state that is kept [^\n]*$/);
    const two = { scale: [1, 2], zeroPoint: [1, 2] };
    expect(what([u8('x', two), u8('y')], [['RELU', [0], 1]])).toMatch(/^its x "x" has 2 scales [^\n]*$/);
    expect(what([u8('x'), u8('y', two)], [['RELU', [0], 1]])).toMatch(/^its y "y" has 2 scales [^\n]*$/);
  });

  it('uint8 without a scale', () => {
    const bare = { name: 'x', shape: [1, 2, 2, 2], type: 'uint8' } as const;
    expect(what([bare, u8('y')], [['RELU', [0], 1]])).toBe('x is uint8 without a scale (int8)');
  });

  it('zero points that an output cannot have, as the file writes them', () => {
    expect(what([u8('x'), u8('y', { scale: [1 / 256], zeroPoint: [5] })], [['LOGISTIC', [0], 1]])).toMatch(
      /zero point 5 is not supported \(1\/256 and 0\)/,
    );
  });
});
