import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { softmax } from '../../src/ops/softmax.ts';
import { dataOf, dense, denseGraph, f32, floats, run } from './dense-graph.ts';

describe('activations', () => {
  it('have 255 steps between the ends seen, a float32 scale, and an integer zero point', () => {
    const { graph, x, y } = denseGraph(floats(1), 1);
    const { graph: int8, ranges } = run(graph, [
      [x, [-1, 0.5, 2]],
      [y, [-0.5, 1]],
    ]);
    expect(int8.tensors[x]).toMatchObject({
      dtype: 'i8',
      quantization: { scale: [Math.fround(3 / 255)], zeroPoint: [-43] },
    });
    expect(int8.tensors[y]?.quantization).toEqual({ scale: [Math.fround(1.5 / 255)], zeroPoint: [-43], axis: 0 });
    expect(ranges.get(x)).toEqual({ min: -1, max: 2 });
  });

  it('have a range that includes 0, which is exact', () => {
    const { graph, x, y } = denseGraph(floats(1), 1);
    const { graph: int8 } = run(graph, [
      [x, [2, 6]],
      [y, [-3, -1]],
    ]);
    expect(int8.tensors[x]?.quantization).toEqual({ scale: [Math.fround(6 / 255)], zeroPoint: [-128], axis: 0 });
    expect(int8.tensors[y]?.quantization).toEqual({ scale: [Math.fround(3 / 255)], zeroPoint: [127], axis: 0 });
  });

  it('that are always 0 have the scale 1, and the report says so', () => {
    const { graph, x, y } = denseGraph(floats(1), 1);
    const { graph: int8, findings } = run(graph, [
      [x, [0]],
      [y, [0]],
    ]);
    expect(int8.tensors[x]?.quantization).toEqual({ scale: [1], zeroPoint: [0], axis: 0 });
    expect(findings).toEqual([
      { kind: 'always-zero', node: -1, tensor: x },
      { kind: 'always-zero', node: 0, tensor: y },
    ]);
  });

  it.each([1e-12, 1e-42])('of a tiny range of %f have the least scale 2^−24, and the report says so', (tiny) => {
    const { graph, x, y } = denseGraph(floats(1), 1);
    const { graph: int8, findings } = run(graph, [
      [x, [1]],
      [y, [0, tiny]],
    ]);
    expect(int8.tensors[y]?.quantization?.scale).toEqual([2 ** -24]);
    expect(findings).toEqual([
      { kind: 'narrow-range', node: 0, tensor: y, ratio: 2 ** -24 / (Math.fround(tiny) / 255) },
    ]);
  });

  it('joined by an op that keeps its scale have one, of the union of their ranges', () => {
    const build = new GraphBuilder('joined');
    const x = build.input('x', [1, 1, 2, 1], undefined, f32);
    const y = build.add(reshape, { shape: [1, 1, 1, 2] }, [x], f32);
    build.output(y);
    const { graph: int8 } = run(build.build(), [
      [x, [-1, 0]],
      [y, [0, 1.55]],
    ]);
    expect(int8.tensors[x]?.quantization).toEqual(int8.tensors[y]?.quantization);
    expect(int8.tensors[x]?.quantization).toEqual({ scale: [Math.fround(2.55 / 255)], zeroPoint: [-28], axis: 0 });
  });
});

describe('weights', () => {
  const seen = (x: TensorId, y: TensorId): [TensorId, number[]][] => [
    [x, [-1, 1]],
    [y, [-1, 1]],
  ];

  it('have one symmetric scale a channel, and ties away from zero', () => {
    const { graph, x, w, y } = denseGraph(floats(127, 0.5, -0.5, 1.5, -254, 1, 3, -3), 2);
    const { graph: int8 } = run(graph, seen(x, y));
    expect(int8.tensors[w]?.quantization).toEqual({ scale: [1, 2], zeroPoint: [0, 0], axis: 0 });
    expect(dataOf(int8, w)).toEqual([127, 1, -1, 2, -127, 1, 2, -2]);
  });

  it('have a bias in int32 at the scale of x times their own', () => {
    const { graph, x, b, y } = denseGraph(floats(127, 0), 1, floats(2.5));
    const { graph: int8 } = run(graph, [
      [x, [0, 255]],
      [y, [0, 1]],
    ]);
    expect(int8.tensors[b]).toMatchObject({ dtype: 'i32', data: Int32Array.from([3]) });
  });

  it('of a dead channel get a scale that holds the bias to the last bit of a float32', () => {
    const bias = [0.7, -3e-5, 1e5, 0];
    const { graph, x, w, b, y } = denseGraph(floats(0, 0, 0, 0), 4, floats(...bias));
    const { graph: int8, findings } = run(graph, seen(x, y));
    const xScale = int8.tensors[x]?.quantization?.scale[0] as number;
    bias.forEach((value, c) => {
      const scale = xScale * (int8.tensors[w]?.quantization?.scale[c] as number);
      const back = scale * (dataOf(int8, b)[c] as number);
      expect(Math.abs(back - Math.fround(value))).toBeLessThanOrEqual(Math.abs(value) * 2 ** -24);
    });
    expect(findings).toEqual([0, 1, 2, 3].map((channel) => ({ kind: 'dead-channel', node: 0, tensor: w, channel })));
  });

  it('whose scale underflows are a dead channel', () => {
    const { graph, x, w, b, y } = denseGraph(floats(1e-42, -1e-37, 1, 1), 2, floats(1, 1));
    const { graph: int8, findings } = run(graph, seen(x, y));
    expect(dataOf(int8, w)).toEqual([0, 0, 127, 127]);
    expect(int8.tensors[w]?.quantization?.scale.every((scale) => scale >= 2 ** -126)).toBe(true);
    expect(dataOf(int8, b)[0]).toBeCloseTo(2 ** 24, -1);
    expect(findings).toEqual([{ kind: 'dead-channel', node: 0, tensor: w, channel: 0 }]);
  });

  it('grow coarser where the bias would overflow int32, and the report says by how much', () => {
    const weights = [1e-9, -2e-9, 1, 1];
    const { graph, x, w, b, y } = denseGraph(floats(...weights), 2, floats(100, 100));
    const { graph: int8, findings } = run(graph, seen(x, y));
    const xQuantization = int8.tensors[x]?.quantization;
    const [xScale, zero] = [xQuantization?.scale[0] as number, xQuantization?.zeroPoint[0] as number];
    const scale = int8.tensors[w]?.quantization?.scale as number[];
    const [q, bias] = [dataOf(int8, w), dataOf(int8, b)];
    const folded = (bias[0] as number) - zero * ((q[0] as number) + (q[1] as number));
    const most = Math.abs(bias[0] as number) + 255 * (Math.abs(q[0] as number) + Math.abs(q[1] as number));
    expect(Math.abs(folded)).toBeLessThan(2 ** 31);
    expect(most).toBeLessThan(2 ** 30);
    expect(most).toBeGreaterThan(2 ** 29);
    expect((bias[0] as number) * xScale * (scale[0] as number)).toBeCloseTo(100, 4);
    const ratio = (scale[0] as number) / Math.fround(Math.fround(2e-9) / 127);
    expect(findings).toEqual([{ kind: 'widened-channel', node: 0, tensor: w, channel: 0, ratio }]);
    expect(scale[1]).toBe(Math.fround(1 / 127));
  });

  it('read by two nodes that need the same bytes are one constant, and else two', () => {
    const build = new GraphBuilder('shared');
    const x = build.input('x', [1, 1, 1, 1], undefined, f32);
    const [w, b] = [build.constant('w', [1, 1], floats(2)), build.constant('b', [1], floats(1))];
    const y = build.add(fullyConnected, dense, [x, w, b], f32);
    const z = build.add(fullyConnected, dense, [y, w, b], f32);
    build.output(z);
    const { graph } = run(build.build(), [
      [x, [-1, 1]],
      [y, [-4, 4]],
      [z, [-1, 1]],
    ]);
    const [first, second] = graph.nodes.map(({ inputs }) => inputs);
    expect(first).toEqual([x, w, b]);
    expect(second?.slice(0, 2)).toEqual([y, w]);
    expect(second?.[2]).toBe(graph.tensors.length - 1);
    expect(graph.tensors.length).toBe(6);
    expect(graph.tensors[second?.[2] as number]?.data).not.toEqual(graph.tensors[b]?.data);
  });
});

describe('constants of other operators', () => {
  it('have one scale and zero point', () => {
    const build = new GraphBuilder('sum');
    const x = build.input('x', [1, 1, 1, 2], undefined, f32);
    const c = build.constant('c', [1, 1, 1, 2], floats(0.5, 2.55));
    const y = build.add(add, { activation: 'none' }, [x, c], f32);
    build.output(y);
    const { graph } = run(build.build(), [
      [x, [0, 1]],
      [y, [0, 3]],
    ]);
    expect(graph.tensors[c]).toMatchObject({
      dtype: 'i8',
      data: Int8Array.from([-78, 127]),
      quantization: { scale: [Math.fround(2.55 / 255)], zeroPoint: [-128] },
    });
  });
});

describe('outputs of a known range', () => {
  it('have the one quantisation that there may be', () => {
    const build = new GraphBuilder('probabilities');
    const x = build.input('x', [1, 1, 1, 2], undefined, f32);
    const y = build.add(softmax, { beta: 1 }, [x], f32);
    build.output(y);
    const { graph } = run(build.build(), [
      [x, [-1, 1]],
      [y, [0.1, 0.9]],
    ]);
    expect(graph.tensors[y]?.quantization).toEqual({ scale: [1 / 256], zeroPoint: [-128], axis: 0 });
  });
});
