import { describe, expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { verify } from '../../src/graph/verify.ts';
import { add } from '../../src/ops/add.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { quantize } from '../../src/ops/quantize.ts';
import { reshape } from '../../src/ops/reshape.ts';

const half = quantizedBy(0.5, 3);

/** x → quantize "a" → quantize "b" → output. */
function chain(): Graph {
  const builder = new GraphBuilder();
  const x = builder.input('x', [1, 4, 5, 2], half);
  const a = builder.add(quantize, {}, [x], { name: 'a', quantization: half });
  builder.output(builder.add(quantize, {}, [a], { name: 'b', quantization: half }));
  return builder.build();
}

const withTensor = (graph: Graph, id: number, change: Partial<Tensor>): Graph => ({
  ...graph,
  tensors: graph.tensors.map((tensor, i) => (i === id ? ({ ...tensor, ...change } as Tensor) : tensor)),
});

it('lets a sound graph through', () => {
  expect(() => verify(chain())).not.toThrow();
});

describe('references', () => {
  it('are in range', () => {
    const graph = chain();
    const nodes = graph.nodes.map((node) => ({ ...node, inputs: [9] }));
    expect(() => verify({ ...graph, nodes })).toThrow(/node 0 Quantize "a": an input is tensor 9 of 3/);
    expect(() => verify({ ...graph, outputs: [7] })).toThrow(/the graph output is tensor 7/);
  });

  it('run after what they read', () => {
    const graph = chain();
    expect(() => verify({ ...graph, nodes: [...graph.nodes].reverse() })).toThrow(/"b" reads "a" before/);
    expect(() => verify({ ...graph, nodes: graph.nodes.slice(0, 1) })).toThrow(/output "b" is made by no node/);
  });

  it('make each tensor once, and no constant or input', () => {
    const graph = chain();
    const twice = graph.nodes.map((node) => ({ ...node, outputs: [1] }));
    expect(() => verify({ ...graph, nodes: twice })).toThrow(/makes "a", which is an input or made before/);
    const overInput = graph.nodes.map((node) => ({ ...node, outputs: [0] }));
    expect(() => verify({ ...graph, nodes: overInput })).toThrow(/makes "x"/);
  });

  it('to operands that are not optional are there', () => {
    const graph = chain();
    const nodes = graph.nodes.map((node) => ({ ...node, inputs: [-1] }));
    expect(() => verify({ ...graph, nodes })).toThrow(/node 0 Quantize "a" has no x/);
    expect(() => verify({ ...graph, nodes: graph.nodes.map((node) => ({ ...node, inputs: [0, 0] })) })).toThrow(
      /has 2 inputs/,
    );
  });
});

describe('tensors', () => {
  it('that are activations are NHWC with n = 1', () => {
    expect(() => verify(withTensor(chain(), 0, { shape: [2, 4, 5, 2] }))).toThrow(/tensor 0 "x".*n = 1/);
    expect(() => verify(withTensor(chain(), 0, { shape: [4, 5, 2] }))).toThrow(/n = 1/);
  });

  it('have sizes from 1 and stay countable', () => {
    expect(() => verify(withTensor(chain(), 0, { shape: [1, 0, 5, 2] }))).toThrow(/sizes are 1 or more/);
    expect(() => verify(withTensor(chain(), 0, { shape: [1, 65536, 65536, 2] }))).toThrow(/2\^31/);
  });

  it('have the shape that the op gives', () => {
    expect(() => verify(withTensor(chain(), 1, { shape: [1, 5, 4, 2] }))).toThrow(/node 0 Quantize "a" gives/);
  });

  it('have the type and the scale that the op asks for', () => {
    expect(() => verify(withTensor(chain(), 1, { dtype: 'f32' }))).toThrow(/node 0 Quantize "a": its y "a" is f32/);
    const { quantization: _, ...bare } = chain().tensors[0] as Tensor;
    const graph = chain();
    expect(() => verify({ ...graph, tensors: [bare, ...graph.tensors.slice(1)] })).toThrow(/x "x" has no scale/);
  });

  it('have scales and zero points that can be', () => {
    const bad = (scale: readonly number[], zeroPoint: readonly number[]) => () =>
      verify(withTensor(chain(), 0, { quantization: { scale, zeroPoint, axis: 3 } }));
    expect(bad([0], [0])).toThrow(/the scale 0/);
    expect(bad([Number.NaN], [0])).toThrow(/the scale NaN/);
    expect(bad([1], [128])).toThrow(/the zero point 128: i8 holds -128…127/);
    expect(bad([1, 1, 1], [0, 0, 0])).toThrow(/3 scales for axis 3/);
    expect(bad([1, 1], [0, 0])).toThrow(/2 scales along axis 3; expected one for the tensor/);
    expect(bad([1], [])).toThrow(/1 scales and 0 zero points/);
  });

  it('that are constants have values for their shape and type', () => {
    const build = (data: Int8Array | Uint8Array) => {
      const builder = new GraphBuilder();
      const x = builder.input('x', [1, 4, 5, 2], half);
      const c = builder.constant('c', [1, 1, 1, 2], data, half);
      builder.output(builder.add(add, { activation: 'none' }, [x, c], { quantization: half }));
      return builder.build();
    };
    expect(() => verify(build(new Int8Array(2)))).not.toThrow();
    expect(() => verify(build(new Int8Array(3)))).toThrow(/"c" has 3 values/);
    const wrong = withTensor(build(new Int8Array(2)), 1, { data: new Uint8Array(2) });
    expect(() => verify(wrong)).toThrow(/"c" is i8 but its values are not/);
  });
});

it('needs the input’s scale where the op keeps it', () => {
  const builder = new GraphBuilder();
  const x = builder.input('x', [1, 4, 5, 2], half);
  builder.output(
    builder.add(reshape, { shape: [1, 1, 1, 40] }, [x], { name: 'flat', quantization: quantizedBy(0.5, 4) }),
  );
  expect(() => verify(builder.build())).toThrow(/Reshape "flat": "x" and "flat" differ in type, scale or zero point/);
});

it('names the sizes that do not fit', () => {
  const builder = new GraphBuilder();
  const x = builder.input('x', [1, 2, 2, 3], half);
  const w = builder.constant('w', [4, 1, 1, 3], new Int8Array(12), quantizedBy(1, 0));
  const attributes = {
    stride: [1, 1],
    dilation: [1, 1],
    padding: { top: 0, left: 0, bottom: 0, right: 0 },
    groups: 1,
    activation: 'none',
    scaleProduct: 'f64',
  } as const;
  builder.output(builder.add(conv2d, attributes, [x, w], { name: 'y', quantization: half }));
  const graph = builder.build();
  expect(() => verify(graph)).not.toThrow();
  const wide = withTensor(graph, 1, { shape: [4, 1, 1, 5], data: new Int8Array(20) });
  expect(() => verify(wide)).toThrow(/node 0 Conv2d "y": .*3/);
});
