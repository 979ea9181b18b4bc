import { describe, expect, it } from 'vitest';
import { importFile } from '../../../src/compiler/import-file.ts';
import { evaluateQuantized } from '../../../src/ops/evaluate.ts';
import { evaluateFloat } from '../../../src/ops/evaluate-float.ts';
import { type WrittenModel, writeOnnx } from './write-onnx.ts';

type OneNode = Omit<WrittenModel, 'nodes' | 'inputs' | 'outputs'> & {
  readonly op: string;
  readonly shape: readonly number[];
  readonly attributes?: WrittenModel['nodes'][number]['attributes'];
};

/** What one node gives of the values x; its other inputs are the tensors. */
async function computed({ op, shape, attributes = {}, tensors = [], ...rest }: OneNode, x: readonly number[]) {
  const names = tensors.map((_, i) => `t${i}`);
  const bytes = writeOnnx({
    ...rest,
    nodes: [{ op, inputs: ['x', ...names], outputs: ['y'], attributes }],
    inputs: { x: shape },
    outputs: ['y'],
    tensors: tensors.map((tensor, i) => ({ ...tensor, name: names[i] })),
  });
  const [y] = evaluateFloat(await importFile(bytes, 'node.onnx'))([Float32Array.from(x)]);
  return [...y];
}

const ones = (count: number): number[] => new Array<number>(count).fill(1);
const counted = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

describe('windows, worked by hand', () => {
  const sums = { op: 'Conv', tensors: [{ dims: [1, 1, 1, 2], values: ones(2) }] };

  it.each([
    // Four columns and a window of two: one column of zeros, after them or before them.
    ['SAME_UPPER', [3, 5, 7, 4]],
    ['SAME_LOWER', [1, 3, 5, 7]],
    ['VALID', [3, 5, 7]],
  ])('auto_pad %s', async (auto_pad, y) => {
    expect(await computed({ ...sums, shape: [1, 1, 1, 4], attributes: { auto_pad } }, counted(4))).toEqual(y);
  });

  it.each([
    // Five columns at stride 2, a window of two: columns 0, 2 and 4, or their neighbors before.
    ['SAME_UPPER', [3, 7, 5]],
    ['SAME_LOWER', [1, 5, 9]],
  ])('odd sizes at stride 2: %s', async (auto_pad, y) => {
    const attributes = { auto_pad, strides: [1, 2] };
    expect(await computed({ ...sums, shape: [1, 1, 1, 5], attributes }, counted(5))).toEqual(y);
  });

  it.each([
    // 1 2 3 between a zero before and two after, or none after; windows of two at stride 1.
    [1, [0.5, 1.5, 2.5, 1.5, 0]],
    [0, [1, 1.5, 2.5]],
  ])('count_include_pad %d with asymmetric padding', async (count_include_pad, y) => {
    const pads = count_include_pad === 1 ? [0, 1, 0, 2] : [0, 1, 0, 0];
    const attributes = { kernel_shape: [1, 2], pads, count_include_pad };
    expect(await computed({ op: 'AveragePool', shape: [1, 1, 1, 3], attributes }, [1, 2, 3])).toEqual(y);
  });

  it.each([
    ['MaxPool', 0, [2, 4]],
    ['MaxPool', 1, [2, 4, 5]],
    ['AveragePool', 0, [1.5, 3.5]],
    ['AveragePool', 1, [1.5, 3.5, 5]],
  ])('%s, ceil_mode %d', async (op, ceil_mode, y) => {
    const attributes = { kernel_shape: [1, 2], strides: [1, 2], ceil_mode };
    expect(await computed({ op, shape: [1, 1, 1, 5], attributes }, counted(5))).toEqual(y);
  });

  it('depth multiplier: outputs of one channel lie beside each other', async () => {
    // Two channels of one pixel, two outputs each: 1·3, 2·3, 3·5, 4·5.
    const tensors = [{ dims: [4, 1, 1, 1], values: counted(4) }];
    const attributes = { group: 2 };
    expect(await computed({ op: 'Conv', shape: [1, 2, 1, 1], tensors, attributes }, [3, 5])).toEqual([3, 6, 15, 20]);
  });

  it('a dilated mean is that of cells that lie apart', async () => {
    const attributes = { kernel_shape: [1, 2], dilations: [1, 2] };
    expect(await computed({ op: 'AveragePool', opset: 19, shape: [1, 1, 1, 4], attributes }, [1, 2, 5, 8])).toEqual([
      3, 5,
    ]);
  });
});

describe('six spellings of ReLU6 are one operator', () => {
  const six = { name: 'six', dims: [], values: [6] };
  const zero = { name: 'zero', dims: [], values: [0] };
  const node = (op: string, inputs: readonly string[], output: string, attributes = {}) => ({
    ...{ op, inputs, outputs: [output], attributes },
  });
  const spellings: Readonly<Record<string, Pick<WrittenModel, 'nodes' | 'opset'>>> = {
    'Clip with attributes': { opset: 10, nodes: [node('Clip', ['x'], 'y', { min: { float: 0 }, max: { float: 6 } })] },
    'Clip with inputs': { nodes: [node('Clip', ['x', 'zero', 'six'], 'y')] },
    'Relu, then Clip from above': { nodes: [node('Relu', ['x'], 'r'), node('Clip', ['r', '', 'six'], 'y')] },
    'Min of Relu': { nodes: [node('Relu', ['x'], 'r'), node('Min', ['r', 'six'], 'y')] },
    'Max of Min': { nodes: [node('Min', ['six', 'x'], 'r'), node('Max', ['zero', 'r'], 'y')] },
    '6 less Relu of 6 less Relu': {
      nodes: [
        ...[node('Relu', ['x'], 'r'), node('Sub', ['six', 'r'], 's')],
        ...[node('Relu', ['s'], 't'), node('Sub', ['six', 't'], 'y')],
      ],
    },
  };

  it.each(Object.entries(spellings))('%s', async (_, spelling) => {
    const bytes = writeOnnx({ ...spelling, inputs: { x: [1, 5] }, outputs: ['y'], tensors: [six, zero] });
    const graph = await importFile(bytes, 'relu6.onnx');
    expect(graph.nodes.map(({ op, attributes }) => [op.type, attributes])).toEqual([['Relu', { activation: 'relu6' }]]);
    const [y] = evaluateFloat(graph)([Float32Array.of(-1, 0, 2.5, 6, 7)]);
    expect([...y]).toEqual([0, 0, 2.5, 6, 6]);
  });
});

describe('functions that are spelt out are one operator', () => {
  const node = (op: string, inputs: readonly string[], output: string) => ({ op, inputs, outputs: [output] });
  const scalar = (name: string, value: number) => ({ name, dims: [], values: [value] });
  it.each([
    ['Swish', [node('Sigmoid', ['x'], 's'), node('Mul', ['s', 'x'], 'y')]],
    [
      'Gelu',
      [
        ...[node('Div', ['x', 'root2'], 'a'), node('Erf', ['a'], 'b'), node('Add', ['b', 'one'], 'c')],
        ...[node('Mul', ['x', 'c'], 'd'), node('Mul', ['d', 'half'], 'y')],
      ],
    ],
    [
      'HardSwish',
      [
        ...[node('Add', ['x', 'three'], 'a'), node('Clip', ['a', 'zero', 'six'], 'b')],
        ...[node('Div', ['b', 'six'], 'c'), node('Mul', ['x', 'c'], 'y')],
      ],
    ],
  ])('%s', async (type, nodes) => {
    const tensors = [
      ...[scalar('root2', Math.SQRT2), scalar('one', 1), scalar('half', 0.5)],
      ...[scalar('three', 3), scalar('zero', 0), scalar('six', 6)],
    ];
    const graph = await importFile(writeOnnx({ nodes, inputs: { x: [1, 5] }, outputs: ['y'], tensors }), 'f.onnx');
    expect(graph.nodes.map(({ op }) => op.type)).toEqual([type]);
  });
});

it('a Flatten before a Gemm counts channels first', async () => {
  // Channels 1 2 | 3 4 of two columns; the weights take out the second element in the order of the file: column 2 of channel 1.
  const bytes = writeOnnx({
    nodes: [
      { op: 'Flatten', inputs: ['x'], outputs: ['f'] },
      { op: 'Gemm', inputs: ['f', 'w'], outputs: ['y'], attributes: { transB: 1 } },
    ],
    inputs: { x: [1, 2, 1, 2] },
    outputs: ['y'],
    tensors: [{ name: 'w', dims: [1, 4], values: [0, 1, 0, 0] }],
  });
  const graph = await importFile(bytes, 'flatten.onnx');
  // As it is given here, pixel by pixel: 1 3 | 2 4.
  expect([...evaluateFloat(graph)([Float32Array.of(1, 3, 2, 4)])[0]]).toEqual([2]);
  expect(graph.nodes.map(({ op }) => op.type)).toEqual(['FullyConnected']);
});

it('ArgMax of quantised values gives the index of the greatest', async () => {
  const scaled = (op: string, x: string, y: string) => ({ op, inputs: [x, 's', 'z'], outputs: [y] });
  const bytes = writeOnnx({
    nodes: [
      ...[scaled('QuantizeLinear', 'x', 'a'), scaled('DequantizeLinear', 'a', 'b')],
      { op: 'ArgMax', inputs: ['b'], outputs: ['y'], attributes: { axis: 1, keepdims: 0 } },
    ],
    inputs: { x: [1, 4] },
    outputs: ['y'],
    tensors: [
      { name: 's', dims: [], values: [0.5] },
      { name: 'z', dims: [], dataType: 3, raw: new Uint8Array([0]) },
    ],
  });
  const run = evaluateQuantized(await importFile(bytes, 'argmax.onnx'));
  expect(Array.from(run([Int8Array.of(1, 5, 9, 2)])[0], Number)).toEqual([2]);
});
