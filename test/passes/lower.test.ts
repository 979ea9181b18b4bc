import { describe, expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { noPadding } from '../../src/graph/tensor.ts';
import { averagePool2d } from '../../src/ops/average-pool2d.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { depthwiseConv2d } from '../../src/ops/depthwise-conv2d.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { pad } from '../../src/ops/pad.ts';
import { quantize } from '../../src/ops/quantize.ts';
import { fusePad } from '../../src/passes/fuse-pad.ts';
import { lower } from '../../src/passes/lower.ts';
import { removeDead } from '../../src/passes/remove-dead.ts';

const half = quantizedBy(0.5, 3);
const window = { stride: [2, 2], dilation: [1, 1], activation: 'none', scaleProduct: 'f64' } as const;

/** x, padded, and what reads it. */
function padded(read: (builder: GraphBuilder, padded: TensorId) => void, c: readonly [number, number] = [0, 0]): Graph {
  const builder = new GraphBuilder();
  const x = builder.input('x', [1, 6, 5, 2], half);
  const before = [0, 1, c[0]] as const;
  const after = [1, 2, c[1]] as const;
  read(builder, builder.add(pad, { before, after }, [x], { name: 'padded', quantization: half }));
  return builder.build();
}

function conv(builder: GraphBuilder, x: TensorId, padding = noPadding, channels = 2): TensorId {
  const values = Int8Array.from({ length: 3 * 9 * channels }, (_, i) => (i * 37) % 127);
  const w = builder.constant('w', [3, 3, 3, channels], values, quantizedBy(0.01, 0));
  const y = builder.add(conv2d, { ...window, padding, groups: 1 }, [x, w], { name: 'conv', quantization: half });
  builder.output(y);
  return y;
}

function depthwise(builder: GraphBuilder, x: TensorId): void {
  const w = builder.constant('d', [3, 3, 2], new Int8Array(18).fill(9), quantizedBy(0.01, 0));
  const attributes = { ...window, padding: { top: 1, left: 1, bottom: 1, right: 1 } };
  builder.output(builder.add(depthwiseConv2d, attributes, [x, w], { name: 'depthwise', quantization: half }));
}

const opsOf = (graph: Graph): string[] => graph.nodes.map(({ op }) => op.type);

function sameBytes(before: Graph, after: Graph): void {
  const x = Int8Array.from({ length: 60 }, (_, i) => ((i * 71) % 256) - 128);
  expect(evaluate(after, [x]).outputs).toEqual(evaluate(before, [x]).outputs);
}

describe('fuse-pad', () => {
  it('makes a border of zero points the padding of a convolution, byte for byte the same', () => {
    const before = padded((builder, x) => conv(builder, x));
    const after = lower(before);
    expect(opsOf(after)).toEqual(['Conv2d']);
    expect(after.nodes[0]?.attributes).toMatchObject({ padding: { top: 0, left: 1, bottom: 1, right: 2 } });
    expect(after.tensors.length).toBe(3);
    sameBytes(before, after);
  });

  it('adds to the padding that each of several readers has', () => {
    const before = padded((builder, x) => {
      conv(builder, x);
      depthwise(builder, x);
    });
    const after = lower(before);
    expect(opsOf(after)).toEqual(['Conv2d', 'DepthwiseConv2d']);
    expect(after.nodes[1]?.attributes).toMatchObject({ padding: { top: 1, left: 2, bottom: 2, right: 3 } });
    sameBytes(before, after);
  });

  it('takes pads of pads', () => {
    const before = padded((builder, x) => {
      const again = builder.add(pad, { before: [1, 0, 0], after: [0, 0, 0] }, [x], { quantization: half });
      conv(builder, again);
    });
    const after = lower(before);
    expect(opsOf(after)).toEqual(['Conv2d']);
    expect(after.nodes[0]?.attributes).toMatchObject({ padding: { top: 1, left: 1, bottom: 1, right: 2 } });
    sameBytes(before, after);
  });

  it.each<[string, Graph]>([
    ['padding of channels', padded((builder, x) => conv(builder, x, noPadding, 3), [1, 0])],
    [
      'another reader that treats padding otherwise',
      padded((builder, x) => {
        conv(builder, x);
        const attributes = { ...window, window: [2, 2], padding: noPadding } as const;
        builder.output(builder.add(averagePool2d, attributes, [x], { quantization: half }));
      }),
    ],
    [
      'an image that is an output itself',
      padded((builder, x) => {
        conv(builder, x);
        builder.output(x);
      }),
    ],
    ['a pad that nobody reads', padded((builder, x) => builder.output(x))],
  ])('leaves alone %s', (_, graph) => {
    expect(fusePad(graph)).toBe(graph);
    expect(lower(graph)).toBe(graph);
  });
});

describe('remove-dead', () => {
  const build = (dead: boolean): Graph => {
    const builder = new GraphBuilder();
    const x = builder.input('x', [1, 2, 2, 1], half);
    const unread = builder.input('unread', [1, 1, 1, 1], half);
    if (dead) {
      const one = builder.add(quantize, {}, [unread], { quantization: half });
      builder.add(quantize, {}, [one], { quantization: half });
    }
    builder.output(builder.add(quantize, {}, [x], { quantization: half }));
    return builder.build();
  };

  it('drops chains that lead nowhere, keeps the inputs, and numbers tensors anew', () => {
    const after = removeDead(build(true));
    expect(after.nodes.length).toBe(1);
    expect(after.tensors.map(({ name }) => name)).toEqual(['x', 'unread', 'Quantize_2']);
    expect([after.inputs, after.outputs, after.nodes[0]?.inputs]).toEqual([[0, 1], [2], [0]]);
  });

  it('gives the same object when nothing is dead', () => {
    const graph = build(false);
    expect(removeDead(graph)).toBe(graph);
  });
});
