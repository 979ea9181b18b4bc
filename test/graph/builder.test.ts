import { expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import { noPadding } from '../../src/graph/tensor.ts';
import { verify } from '../../src/graph/verify.ts';
import { add } from '../../src/ops/add.ts';
import { conv2d } from '../../src/ops/conv2d.ts';

const half = quantizedBy(0.5, 3);
const attributes = {
  stride: [2, 2],
  dilation: [1, 1],
  padding: noPadding,
  groups: 1,
  activation: 'none',
  scaleProduct: 'f64',
} as const;

it('gives each node the shape that its op says, a position and a name', () => {
  const builder = new GraphBuilder('net');
  const x = builder.input('x', [1, 7, 5, 1], half);
  const w = builder.constant('w', [2, 3, 3, 1], new Int8Array(18), quantizedBy(0.1, 0));
  const y = builder.add(conv2d, attributes, [x, w, -1], { quantization: half });
  builder.output(builder.add(add, { activation: 'none' }, [y, y], { name: 'twice', quantization: half }));
  const graph = builder.build();
  verify(graph);
  expect(graph.nodes.map(({ index, name }) => [index, name])).toEqual([
    [0, 'Conv2d_0'],
    [1, 'twice'],
  ]);
  expect(graph.tensors[y]).toMatchObject({ dtype: 'i8', shape: [1, 3, 2, 2], perImage: true });
  expect([graph.name, graph.inputs, graph.outputs]).toEqual(['net', [x], [3]]);
});

it('makes a result once for all images where every operand is given once', () => {
  const builder = new GraphBuilder();
  const once = builder.input('once', [1, 1, 1, 4], half, { fileShape: [4], perImage: false });
  const each = builder.input('each', [1, 1, 1, 4], half);
  const both = [once, each].map((x) => builder.add(add, { activation: 'none' }, [once, x], { quantization: half }));
  expect(both.map((id) => builder.build().tensors[id]?.perImage)).toEqual([false, true]);
});

it('takes the type of a constant from its values', () => {
  const builder = new GraphBuilder();
  const values = [new Int8Array(1), new Uint8Array(1), new Int16Array(1), new Int32Array(1), new Float32Array(1)];
  const ids = [...values, new BigInt64Array(1)].map((data) => builder.constant('c', [1], data));
  expect(ids.map((id) => builder.build().tensors[id]?.dtype)).toEqual(['i8', 'u8', 'i16', 'i32', 'f32', 'i64']);
});

it('keeps a built graph as it was when building goes on', () => {
  const builder = new GraphBuilder();
  builder.output(builder.input('x', [1, 1, 1, 1], half));
  const graph = builder.build();
  builder.input('y', [1, 1, 1, 1], half);
  expect([graph.tensors.length, graph.inputs.length]).toEqual([1, 1]);
});

it('names the sizes that do not fit', () => {
  const builder = new GraphBuilder();
  const [a, b] = [builder.input('a', [1, 2, 2, 3], half), builder.input('b', [1, 2, 2, 4], half)];
  expect(() => builder.add(add, { activation: 'none' }, [a, b])).toThrow(/3.*4/);
});
