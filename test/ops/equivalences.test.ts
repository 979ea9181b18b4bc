import fc from 'fast-check';
import { it } from 'vitest';
import type { Conv2dAttributes } from '../../src/graph/attributes.ts';
import { elements, noPadding, type Padding, type Tensor, windowCount } from '../../src/graph/tensor.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { depthwiseConv2d } from '../../src/ops/depthwise-conv2d.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import { pad } from '../../src/ops/pad.ts';
import { biasOf, linear, tensor } from '../kernels/views.ts';
import { map, runReference } from './run-reference.ts';

/**
 * One meaning spelt by two ops must give the same bytes: what is wrong in one reference alone shows here, for windows,
 * strides and paddings that nobody works out by hand.
 */

const size = (max: number) => fc.integer({ min: 1, max });
const int8s = (count: number) => fc.array(fc.integer({ min: -128, max: 127 }), { minLength: count, maxLength: count });
const pair = (max: number) => fc.tuple(size(max), size(max));

interface Problem {
  readonly attributes: Conv2dAttributes;
  readonly x: Tensor;
  /** [groups · outputs of a group, h, w, depth], a scale for each output. */
  readonly weights: Tensor;
  readonly bias: Tensor;
}

const y = { scale: 9, zeroPoint: 5 };

/** A grouped convolution with `depth` input channels a group. */
const convolution = (most: { readonly depth: number; readonly padding: number }): fc.Arbitrary<Problem> =>
  fc
    .record({
      map: pair(5),
      window: pair(3),
      stride: pair(2),
      dilation: pair(2),
      padding: fc.tuple(...[0, 1, 2, 3].map(() => fc.nat(most.padding))),
      groups: size(3),
      depth: size(most.depth),
      outputs: size(3),
      zeroPoint: fc.integer({ min: -128, max: 127 }),
    })
    .map(({ padding: [top, left, bottom, right], ...rest }) => ({
      ...rest,
      padding: { top, left, bottom, right } as Padding,
    }))
    .filter(
      ({ map: [h, w], window: [kh, kw], stride, dilation, padding: { top, left, bottom, right } }) =>
        windowCount(h, kh, stride[0], dilation[0], top, bottom) > 0 &&
        windowCount(w, kw, stride[1], dilation[1], left, right) > 0,
    )
    .chain(({ map: [h, w], window: [kh, kw], stride, dilation, padding, groups, depth, outputs, zeroPoint }) => {
      const channels = groups * depth;
      const filters = groups * outputs;
      const shape = [filters, kh, kw, depth];
      return fc
        .record({ x: int8s(h * w * channels), weights: int8s(elements(shape)), bias: int8s(filters) })
        .map((given) => ({
          attributes: { ...linear, stride, dilation, padding, groups },
          x: map([h, w, channels], given.x, { zeroPoint }),
          weights: tensor('weights', shape, {
            scale: Array.from({ length: filters }, (_, o) => 0.01 + 0.03 * o),
            data: Int8Array.from(given.weights),
          }),
          bias: biasOf(...given.bias.map((value) => value * 100)),
        }));
    });

/** Equal arrays, without the cost of an `expect` for each of thousands of cases. */
const same = (a: readonly number[], b: readonly number[]): boolean => String(a) === String(b);

it('a depthwise convolution is a convolution of as many groups as channels', () => {
  fc.assert(
    fc.property(convolution({ depth: 1, padding: 2 }), ({ attributes, x, weights, bias }) => {
      const [filters, kh, kw] = weights.shape as [number, number, number];
      const data = weights.data as Int8Array;
      const hwc = tensor('weights', [kh, kw, filters], {
        scale: weights.quantization?.scale ?? [],
        axis: 2,
        data: Int8Array.from({ length: data.length }, (_, i) => {
          const [tap, filter] = [Math.floor(i / filters), i % filters];
          return data[filter * kh * kw + tap] as number;
        }),
      });
      return same(
        runReference(depthwiseConv2d, attributes, [x, hwc, bias], y),
        runReference(conv2d, attributes, [x, weights, bias], y),
      );
    }),
  );
});

it('a grouped convolution is a whole one whose weights are 0 outside the group', () => {
  fc.assert(
    fc.property(convolution({ depth: 3, padding: 2 }), ({ attributes, x, weights, bias }) => {
      const [filters, kh, kw, depth] = weights.shape as [number, number, number, number];
      const channels = attributes.groups * depth;
      const data = new Int8Array(filters * kh * kw * channels);
      (weights.data as Int8Array).forEach((value, i) => {
        const filter = Math.floor(i / (kh * kw * depth));
        const group = Math.floor((filter * attributes.groups) / filters);
        data[Math.floor(i / depth) * channels + group * depth + (i % depth)] = value;
      });
      const scale = weights.quantization?.scale ?? [];
      const whole = tensor('weights', [filters, kh, kw, channels], { scale, data });
      return same(
        runReference(conv2d, attributes, [x, weights, bias], y),
        runReference(conv2d, { ...attributes, groups: 1 }, [x, whole, bias], y),
      );
    }),
  );
});

it('padding of a convolution is a frame of zero points around its input', () => {
  fc.assert(
    fc.property(convolution({ depth: 2, padding: 3 }), ({ attributes, x, weights, bias }) => {
      const { top, left, bottom, right } = attributes.padding;
      const frame = { before: [top, left, 0], after: [bottom, right, 0] } as const;
      const zeroPoint = x.quantization?.zeroPoint[0] ?? 0;
      const [, h, w, c] = x.shape as [number, number, number, number];
      const framed = map([top + h + bottom, left + w + right, c], runReference(pad, frame, [x], { zeroPoint }), {
        zeroPoint,
      });
      const bare = { ...attributes, padding: noPadding };
      const given = runReference(conv2d, attributes, [x, weights, bias], y);
      const added = conv2d.withPadding?.(bare, attributes.padding) ?? bare;
      return (
        same(given, runReference(conv2d, bare, [framed, weights, bias], y)) &&
        same(given, runReference(conv2d, added, [x, weights, bias], y))
      );
    }),
  );
});

it('fully connected is a convolution of one pixel, or of a window as large as the map', () => {
  fc.assert(
    fc.property(
      fc.tuple(size(4), size(4), size(4), size(3), fc.boolean()).chain(([h, w, c, o, whole]) => {
        const depth = whole ? h * w * c : c;
        return fc.record({
          h: fc.constant(h),
          w: fc.constant(w),
          c: fc.constant(c),
          o: fc.constant(o),
          whole: fc.constant(whole),
          x: int8s(h * w * c),
          weights: int8s(o * depth),
        });
      }),
      ({ h, w, c, o, whole, x, weights }) => {
        const window = whole ? [h, w] : [1, 1];
        const data = Int8Array.from(weights);
        const image = map([h, w, c], x, { zeroPoint: -3 });
        const attributes = { ...linear, stride: [1, 1], dilation: [1, 1], padding: noPadding, groups: 1 } as const;
        return same(
          runReference(
            fullyConnected,
            linear,
            [image, tensor('weights', [o, data.length / o], { scale: 0.02, data })],
            y,
          ),
          runReference(conv2d, attributes, [image, tensor('weights', [o, ...window, c], { scale: 0.02, data })], y),
        );
      },
    ),
  );
});
