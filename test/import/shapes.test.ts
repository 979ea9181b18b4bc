import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { readTflite } from '../../src/import/tflite/model.ts';
import { refusal } from './refusal.ts';
import { int32Bytes, type WriteModel, type WriteOperator, type WriteTensor, writeTflite } from './write-tflite.ts';

const scaled = { scale: [0.5], zeroPoint: [3] };
/** What a file with open sizes declares: 1 in their place, and −1 in the signature. */
const open = (signature: readonly number[], more: Partial<WriteTensor> = {}): WriteTensor => ({
  shape: signature.map((size) => (size < 0 ? 1 : size)),
  shapeSignature: signature,
  ...scaled,
  ...more,
});
const weights = (shape: readonly number[]): WriteTensor => ({
  shape,
  scale: [0.25],
  zeroPoint: [0],
  bytes: new Uint8Array(shape.reduce((product, size) => product * size, 1)).fill(1),
});
const integers = (values: readonly number[], shape: readonly number[] = [values.length]): WriteTensor => ({
  shape,
  type: 'int32',
  bytes: int32Bytes(values),
});

const int8 = (slot: number, value: number) => [slot, 'int8', value] as const;
const int32 = (slot: number, value: number) => [slot, 'int32', value] as const;
/** SAME, stride 2. */
const conv = (inputs: readonly number[], outputs: readonly number[]): WriteOperator => ({
  name: 'CONV_2D',
  inputs,
  outputs,
  optionsType: 1,
  options: [int32(1, 2), int32(2, 2)],
});
const operator = (name: string, inputs: readonly number[], outputs: readonly number[], more = {}): WriteOperator => ({
  name,
  inputs,
  outputs,
  ...more,
});

/** Convolution, pad, mean, reshape and fully connected on an image of any size. */
const anySize: WriteModel = {
  tensors: [
    open([-1, -1, -1, 3], { name: 'image;fused' }),
    weights([4, 3, 3, 3]),
    open([-1, -1, -1, 4], { name: 'conv' }),
    integers([0, 0, 1, 1, 1, 1, 0, 0], [4, 2]),
    open([-1, -1, -1, 4], { name: 'pad' }),
    integers([1, 2]),
    open([-1, 1, 1, 4], { name: 'mean' }),
    integers([-1, 4]),
    open([-1, 4], { name: 'reshape' }),
    weights([2, 4]),
    open([-1, 2], { name: 'fc' }),
  ],
  operators: [
    conv([0, 1], [2]),
    operator('PAD', [2, 3], [4]),
    operator('MEAN', [4, 5], [6], { optionsType: 27, options: [int8(0, 1)] }),
    operator('RESHAPE', [6, 7], [8]),
    operator('FULLY_CONNECTED', [8, 9], [10]),
  ],
  inputs: [0],
  outputs: [10],
};

const shapesOf = ({ nodes, tensors }: Graph): string[] =>
  nodes.map(({ op, outputs }) => `${op.type} ${tensors[outputs[0] as number]?.fileShape.join('×')}`);

it('infers every shape from that of the input, with the padding of the real size', () => {
  const graph = importTflite(writeTflite(anySize), 'm', { shapes: { image: [1, 9, 8, 3] } });
  expect(shapesOf(graph)).toEqual([
    'Conv2d 1×5×4×4',
    'Pad 1×7×6×4',
    'Mean 1×1×1×4',
    'Reshape 1×4',
    'FullyConnected 1×2',
  ]);
  expect(graph.nodes[0]?.attributes).toMatchObject({ padding: { top: 1, bottom: 1, left: 0, right: 1 } });
  expect(graph.tensors[graph.inputs[0] as number]?.shape).toEqual([1, 9, 8, 3]);
});

it('takes the whole name, and a batch', () => {
  const graph = importTflite(writeTflite(anySize), 'm', { shapes: { 'image;fused': [5, 16, 16, 3] } });
  expect(shapesOf(graph)).toEqual([
    'Conv2d 5×8×8×4',
    'Pad 5×10×10×4',
    'Mean 5×1×1×4',
    'Reshape 5×4',
    'FullyConnected 5×2',
  ]);
});

it('names an input whose sizes are not given, its signature and the option, and what else is in the way', () => {
  const operators = [...anySize.operators.slice(0, 4), operator('L2_POOL_2D', [8], [10])];
  const error = refusal(() => importTflite(writeTflite({ ...anySize, operators }), 'm.tflite'));
  expect(error.message.split('\n').slice(0, 3)).toEqual([
    'm.tflite: 2 problems',
    `  input "image": the shape [-1, -1, -1, 3] is not fixed (only the batch may be −1): give --shape 'image=1,H,W,3'`,
    '  node 4 L2_POOL_2D "fc": the operator L2_POOL_2D is not supported',
  ]);
});

it.each([
  [{ other: [1, 8, 8, 3] }, 'a shape for "other", which is not an input ("image" [-1, -1, -1, 3])'],
  [{ image: [8, 8, 3] }, 'the shape [8, 8, 3] has 3 sizes, the input "image" [-1, -1, -1, 3] has 4'],
  [
    { image: [1, 0, 8, 3] },
    'the shape [1, 0, 8, 3] for the input "image" [-1, -1, -1, 3] has a size that is not a whole',
  ],
])('refuses %j', (shapes, message) => {
  const error = refusal(() => importTflite(writeTflite(anySize), 'm', { shapes }));
  expect([error.code, error.message]).toEqual(['usage', expect.stringContaining(message)]);
});

it.each(['constructor', 'toString', '__proto__'])(
  'takes no shape for an input named %s where none is given',
  (name) => {
    const [, ...others] = anySize.tensors;
    const tensors = [{ shape: [1, 9, 8, 3], ...scaled, name }, ...others];
    const graph = importTflite(writeTflite({ ...anySize, tensors }), 'm');
    expect(graph.tensors[graph.inputs[0] as number]?.shape).toEqual([1, 9, 8, 3]);
  },
);

it('says at which node a given shape does not fit', () => {
  const error = refusal(() => importTflite(writeTflite(anySize), 'm', { shapes: { image: [1, 8, 8, 4] } }));
  expect(error.message).toMatch(/^m: node 0 CONV_2D "conv": weights \[4,3,3,3\] do not fit 4 input channels/);
});

it('overrides a fixed size where every operator takes it, and says where one does not', () => {
  const fixed = (name: string, shape: readonly number[]): WriteTensor => ({ name, shape, ...scaled });
  const bytes = writeTflite({
    tensors: [
      fixed('x', [1, 8, 8, 3]),
      weights([4, 3, 3, 3]),
      fixed('conv', [1, 4, 4, 4]),
      integers([1, 64]),
      fixed('reshape', [1, 64]),
    ],
    operators: [conv([0, 1], [2]), operator('RESHAPE', [2, 3], [4])],
    inputs: [0],
    outputs: [4],
  });
  expect(shapesOf(importTflite(bytes, 'm', { shapes: { x: [1, 7, 7, 3] } }))).toEqual([
    'Conv2d 1×4×4×4',
    'Reshape 1×64',
  ]);
  const error = refusal(() => importTflite(bytes, 'm', { shapes: { x: [1, 16, 16, 3] } }));
  expect(error.message).toBe('m: node 1 RESHAPE "reshape": [1, 8, 8, 4] does not go with the shape [1, 64]');
});

it('takes an open batch for 1 without being told', () => {
  const batch = { ...anySize, tensors: anySize.tensors.map((tensor) => ({ ...tensor })) };
  batch.tensors[0] = open([-1, 9, 8, 3], { name: 'image' });
  expect(shapesOf(importTflite(writeTflite(batch), 'm'))[0]).toBe('Conv2d 1×5×4×4');
  batch.tensors[0] = open([-1, 9, 8, 3], { name: 'image', shape: [7, 9, 8, 3] });
  expect(shapesOf(importTflite(writeTflite(batch), 'm'))).toContain('FullyConnected 1×2');
});

it('computes the target of a reshape that is made of the shape of a tensor', () => {
  const flatten = (target: number, signature: readonly number[]): WriteModel => ({
    tensors: [
      open(signature, { name: 'x' }),
      { shape: [4], type: 'int32', name: 'shape' },
      integers([0]),
      integers([1]),
      integers([1]),
      { shape: [], type: 'int32', name: 'batch' },
      integers([target], []),
      { shape: [2], type: 'int32', name: 'target' },
      open([-1, -1], { name: 'y' }),
    ],
    operators: [
      operator('SHAPE', [0], [1]),
      operator('STRIDED_SLICE', [1, 2, 3, 4], [5], { optionsType: 32, options: [int32(4, 1)] }),
      operator('PACK', [5, 6], [7], { optionsType: 59, options: [int32(0, 2)] }),
      operator('RESHAPE', [0, 7], [8]),
    ],
    inputs: [0],
    outputs: [8],
  });
  expect(shapesOf(importTflite(writeTflite(flatten(24, [-1, 2, 3, 4])), 'm'))).toEqual(['Reshape 1×24']);
  const any = writeTflite(flatten(-1, [-1, -1, 3, 4]));
  expect(shapesOf(importTflite(any, 'm', { shapes: { x: [2, 5, 3, 4] } }))).toEqual(['Reshape 2×60']);
  expect(refusal(() => importTflite(any, 'm')).message).toMatch(/^m: input "x": the shape .* --shape 'x=1,H,3,4'$/);
});

it('computes the size of a resize that is twice that of a tensor', () => {
  const model: WriteModel = {
    tensors: [
      open([-1, -1, -1, 3], { name: 'x' }),
      { shape: [4], type: 'int32', name: 'shape' },
      integers([1]),
      integers([3]),
      integers([1]),
      { shape: [2], type: 'int32', name: 'size' },
      integers([2, 2]),
      { shape: [2], type: 'int32', name: 'twice' },
      open([-1, -1, -1, 3], { name: 'y' }),
    ],
    operators: [
      operator('SHAPE', [0], [1]),
      operator('STRIDED_SLICE', [1, 2, 3, 4], [5], { optionsType: 32, options: [] }),
      operator('MUL', [5, 6], [7]),
      operator('RESIZE_NEAREST_NEIGHBOR', [0, 7], [8]),
    ],
    inputs: [0],
    outputs: [8],
  };
  const graph = importTflite(writeTflite(model), 'm', { shapes: { x: [1, 5, 6, 3] } });
  expect(shapesOf(graph)).toEqual(['ResizeNearestNeighbor 1×10×12×3']);
});

/** One operator with constant operands on an open map of two channels, given 5×6. */
function one(
  name: string,
  rank: number,
  constants: readonly WriteTensor[],
  more: Partial<WriteOperator> = {},
): string[] {
  const y = constants.length + 1;
  const model: WriteModel = {
    tensors: [open([-1, -1, -1, 2], { name: 'x' }), ...constants, open(new Array(rank).fill(-1), { name: 'y' })],
    operators: [
      operator(
        name,
        Array.from({ length: y }, (_, i) => i),
        [y],
        more,
      ),
    ],
    inputs: [0],
    outputs: [y],
  };
  return shapesOf(importTflite(writeTflite(model), 'm', { shapes: { x: [3, 5, 6, 2] } }));
}

it('infers what slices, dropped and added axes and transposes leave', () => {
  expect(one('SLICE', 4, [integers([0, 1, 0, 0]), integers([-1, 2, -1, -1])])).toEqual(['Slice 3×2×6×2']);
  const strided = [integers([0, 1, 0, 0]), integers([0, 2, 0, 0]), integers([1, 1, 1, 1])];
  const masks = { optionsType: 32, options: [int32(0, 13), int32(1, 13), int32(4, 2)] };
  expect(one('STRIDED_SLICE', 3, strided, masks).at(-1)).toBe('Slice 3×6×2');
  expect(one('TRANSPOSE', 4, [integers([0, 2, 1, 3])])).toEqual(['Transpose 3×6×5×2']);
  expect(one('MEAN', 2, [integers([1, 2])], { optionsType: 27, options: [] }).at(-1)).toBe('Mean 3×2');
});

/** The file with 1 in place of every size of its activations, where no constant has the same shape. */
function forgetShapes(bytes: Uint8Array): { forgotten: Uint8Array; shapes: Record<string, readonly number[]> } {
  const { inputs, operators, tensors } = readTflite(bytes, 'vector');
  const of = (index: number) => tensors[index] as (typeof tensors)[number];
  const constants = new Set(tensors.filter((tensor) => tensor.bytes).map(({ shape }) => String(shape)));
  const from = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const forgotten = bytes.slice();
  const to = new DataView(forgotten.buffer);
  for (const { shape } of [...inputs, ...operators.flatMap(({ outputs }) => outputs)].map(of)) {
    if (shape.length === 0 || constants.has(String(shape))) continue;
    const vector = [shape.length, ...shape];
    for (let at = 0; at + 4 * vector.length <= bytes.length; at += 4) {
      if (!vector.every((value, i) => from.getInt32(at + 4 * i, true) === value)) continue;
      shape.forEach((_, i) => {
        to.setInt32(at + 4 + 4 * i, 1, true);
      });
    }
  }
  return { forgotten, shapes: Object.fromEntries(inputs.map((index) => [of(index).name, of(index).shape])) };
}

it('infers on every vector what the file declared before its shapes were forgotten', () => {
  const folder = 'test/data/ops';
  let inferred = 0;
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.tflite'))) {
    const bytes = new Uint8Array(readFileSync(`${folder}/${name}`));
    const { forgotten, shapes } = forgetShapes(bytes);
    const nodes = ({ nodes: all, tensors }: Graph) =>
      all.map(({ op, attributes, outputs }) => [op.type, attributes, outputs.map((id) => tensors[id]?.fileShape)]);
    expect(nodes(importTflite(forgotten, name, { shapes })), name).toEqual(nodes(importTflite(bytes, name)));
    if (!Buffer.from(forgotten).equals(bytes)) inferred++;
  }
  expect(inferred).toBeGreaterThan(70);
});
