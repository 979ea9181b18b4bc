import fc from 'fast-check';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { NHWC, TensorId } from '../../src/graph/tensor.ts';
import {
  add,
  conv,
  denseConv,
  join,
  mean,
  part,
  pool,
  relu,
  reshape,
  spillingConv,
  upsample,
  window,
} from './fake-ops.ts';

/** Numbers that a graph is grown from: what to append, to which tensor, and how. */
const choices = fc.record({
  input: fc.record({ h: fc.integer({ min: 1, max: 9 }), w: fc.integer({ min: 1, max: 9 }), once: fc.boolean() }),
  nodes: fc.array(fc.record({ op: fc.nat(124), from: fc.nat(3), how: fc.nat(999), other: fc.nat(20) }), {
    minLength: 1,
    maxLength: 10,
  }),
  /** Inputs beside the first, by their zero points. */
  others: fc.array(fc.nat(2), { maxLength: 2 }),
  extraOutputs: fc.array(fc.nat(20), { maxLength: 3 }),
});

/** Graphs of fake ops: chains with branches, residual sums, broadcasts, reshapes, zero points of all kinds, several inputs and outputs. */
export const anyGraph: fc.Arbitrary<Graph> = choices.map(({ input, nodes, others, extraOutputs }) => {
  const build = new GraphBuilder('random');
  const ids: TensorId[] = [];
  const shapes = new Map<TensorId, NHWC>();
  const zeroPoint = (how: number) => quantizedBy(1, (how % 3) - 1);
  const grow = (id: TensorId, shape: NHWC): void => {
    ids.push(id);
    shapes.set(id, shape);
  };
  const start: NHWC = [1, input.h, input.w, 3];
  others.forEach((how, i) => {
    grow(build.input(`in${i}`, start, zeroPoint(how)), start);
  });
  grow(build.input('in', start, zeroPoint(input.h), { perImage: !input.once }), start);
  const pick = (back: number): TensorId => ids[Math.max(ids.length - 1 - back, 0)] as TensorId;

  for (const { op, from, how, other } of nodes) {
    const x = pick(from);
    const shape = shapes.get(x) as NHWC;
    const [, h, w, c] = shape;
    const quantization = zeroPoint(how);
    if (op < 45) {
      const size = 1 + (how % 3);
      const dilation = how % 7 === 0 ? 2 : 1;
      const [stride, channels, edge] = [1 + (how % 2), 1 + (how % 5), (size - 1) * dilation];
      const padding = { top: how % (edge + 1), left: edge - (how % (edge + 1)), bottom: how % 3, right: how % 2 };
      const attributes = window({ window: size, stride, dilation, padding, channels });
      const extent = (n: number, a: number, b: number) => Math.floor((n + a + b - edge - 1) / stride) + 1;
      const oh = extent(h, padding.top, padding.bottom);
      const ow = extent(w, padding.left, padding.right);
      if (oh < 1 || ow < 1) continue;
      grow(
        build.add(op < 28 ? conv : op < 32 ? denseConv : op < 35 ? spillingConv : pool, attributes, [x], {
          quantization,
        }),
        [1, oh, ow, channels],
      );
    } else if (op < 55) grow(build.add(relu, null, [x], { quantization }), shape);
    else if (op < 80) {
      const fits = ids.filter((id) => {
        const [, oh, ow, oc] = shapes.get(id) as NHWC;
        return ow === w && oc === c && (oh === h || oh === 1);
      });
      const second = fits[other % fits.length] as TensorId;
      const swap = shapes.get(second)?.[1] === h && how % 2 === 0;
      grow(build.add(add, null, swap ? [second, x] : [x, second], { quantization }), shape);
    } else if (op < 87) {
      const channels = 1 + (how % c);
      const attributes = { first: other % (c - channels + 1), channels };
      const inherited = build.build().tensors[x]?.quantization;
      grow(build.add(part, attributes, [x], inherited && { quantization: inherited }), [1, h, w, channels]);
    } else if (op < 96) {
      const to: NHWC = how % 3 === 0 ? [1, 1, 1, h * w * c] : how % 3 === 1 ? [1, w, h, c] : [1, h * w, 1, c];
      const inherited = build.build().tensors[x]?.quantization;
      grow(build.add(reshape, { shape: to }, [x], inherited && { quantization: inherited }), to);
    } else if (op >= 100) {
      const inherited = build.build().tensors[x]?.quantization;
      const fits = ids.filter((id) => {
        const [, oh, ow] = shapes.get(id) as NHWC;
        return (
          oh === h && ow === w && build.build().tensors[id]?.quantization?.zeroPoint[0] === inherited?.zeroPoint[0]
        );
      });
      const others = Array.from({ length: 1 + (how % 3) }, (_, i) => fits[(other + i * (1 + (how % 2))) % fits.length]);
      const inputs = [...others.slice(0, how % 3), x, ...others.slice(how % 3)] as TensorId[];
      if (how % 11 === 0) inputs.push(build.constant('constant', [1, h, w, 2], new Int8Array(h * w * 2)));
      const channels = inputs.reduce((sum, id) => sum + (build.build().tensors[id]?.shape[3] as number), 0);
      grow(build.add(join, null, inputs, inherited && { quantization: inherited }), [1, h, w, channels]);
    } else if (op < 98 && h < 20) grow(build.add(upsample, null, [x], { quantization }), [1, 2 * h, w, c]);
    else grow(build.add(mean, null, [x], { quantization }), [1, 1, 1, c]);
  }
  build.output(pick(0));
  for (const i of extraOutputs) if (ids[i] !== undefined) build.output(ids[i]);
  return build.build();
});
