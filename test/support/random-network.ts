import fc from 'fast-check';
import type { Activation } from '../../src/graph/attributes.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { AnyOp, Op } from '../../src/graph/op.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { elements, type NHWC, perTensor, type Tensor } from '../../src/graph/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { averagePool2d } from '../../src/ops/average-pool2d.ts';
import { concat } from '../../src/ops/concat.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { depthwiseConv2d } from '../../src/ops/depthwise-conv2d.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import { leakyRelu } from '../../src/ops/leaky-relu.ts';
import { maxPool2d } from '../../src/ops/max-pool2d.ts';
import { mean } from '../../src/ops/mean.ts';
import { mul } from '../../src/ops/mul.ts';
import { pad } from '../../src/ops/pad.ts';
import { prelu } from '../../src/ops/prelu.ts';
import { quantize } from '../../src/ops/quantize.ts';
import { relu } from '../../src/ops/relu.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { resizeBilinear } from '../../src/ops/resize-bilinear.ts';
import { resizeNearestNeighbor } from '../../src/ops/resize-nearest-neighbor.ts';
import { selectChannels } from '../../src/ops/select-channels.ts';
import { slice } from '../../src/ops/slice.ts';
import { sub } from '../../src/ops/sub.ts';
import { transpose } from '../../src/ops/transpose.ts';
import { transposeConv2d } from '../../src/ops/transpose-conv2d.ts';
import { orders } from '../cases/transpose.ts';
import { functions } from './function-cases.ts';
import {
  type Choice,
  choice,
  type InputChoice,
  mostRatio,
  otherInput,
  outputScales,
  weightFactors,
} from './random-choice.ts';
import { bytesOf } from './values.ts';

interface Made {
  readonly id: TensorId;
  readonly shape: NHWC;
  readonly scale: number;
  readonly zeroPoint: number;
}

/** A network as it grows: whatever an op does not take is passed over. */
class Network {
  readonly build = new GraphBuilder('network');
  readonly #made: Made[] = [];

  constructor([, h, w, c]: NHWC, others: readonly InputChoice[]) {
    others.forEach(({ pixel, channels, zeroPoint }, i) => {
      const shape: NHWC = pixel ? [1, 1, 1, c] : [1, h, w, channels];
      this.#grow(this.build.input(`x${i}`, shape, quantizedBy(0.05, zeroPoint), { perImage: !pixel }));
    });
    this.#grow(this.build.input('x', [1, h, w, c], quantizedBy(0.05, -7)));
  }

  get last(): TensorId {
    return this.#at(0).id;
  }

  any(i: number): TensorId {
    return (this.#made[i % this.#made.length] as { id: TensorId }).id;
  }

  append(choice: Choice, n: number): void {
    const { op, back, other, size, stride, channels, zeroPoint, top, left, bottom, right } = choice;
    const x = this.#at(back);
    const [, h, w, c] = x.shape;
    const own = { quantization: quantizedBy(0.05, zeroPoint) };
    const kept = { quantization: quantizedBy(x.scale, x.zeroPoint) };
    const small = Math.min(size, h, w);
    const most = small - 1;
    const padding = {
      top: Math.min(top, most),
      left: Math.min(left, most),
      bottom: Math.min(bottom, most),
      right: Math.min(right, most),
    };
    const window = { stride: [stride, stride], dilation: [1, 1], padding } as const;
    const spread = (small - 1) * choice.dilation + 1;
    const isSpread = spread <= h + padding.top + padding.bottom && spread <= w + padding.left + padding.right;
    const dilated = { ...window, dilation: isSpread ? square(choice.dilation) : square(1) } as const;
    const activation: Activation = n % 2 ? 'relu' : 'none';
    const linear = { activation, scaleProduct: 'f64' } as const;
    const finish = (id: TensorId): void => this.#grow(id);
    /** A node of x, weights with channels along `axis`, and a bias. */
    const weighted = <A>(one: Op<A>, attributes: A, shape: readonly number[], axis: number): void => {
      const inputs = this.#weights(choice, x, shape, axis, n);
      finish(
        this.build.add(one, attributes, [x.id, ...inputs.ids], { quantization: quantizedBy(inputs.yScale, zeroPoint) }),
      );
    };

    if (op === 'conv') {
      const groups = c % 2 === 0 && channels % 2 === 0 ? 1 + (other % 2) : 1;
      weighted(conv2d, { ...dilated, ...linear, groups }, [channels, small, small, c / groups], 0);
    } else if (op === 'depthwise') {
      const multiplier = c < 12 ? 1 + (other % 3) : 1;
      weighted(depthwiseConv2d, { ...dilated, ...linear }, [small, small, c * multiplier], 2);
    } else if (op === 'transposed conv') {
      const crop = [Math.min(top, size - 1), Math.min(left, size - 1)] as const;
      const full = (n: number): number => (n - 1) * stride + size;
      const to = [
        Math.min(Math.max(full(h) - crop[0] + (other % 2) - bottom, 1), 20),
        Math.min(Math.max(full(w) - crop[1] + (other % 3) - right, 1), 20),
      ] as const;
      weighted(transposeConv2d, { ...linear, stride: square(stride), crop, size: to }, [channels, size, size, c], 0);
    } else if (op === 'transpose') {
      const order = orders[other % orders.length] as (typeof orders)[number];
      finish(this.build.add(transpose, { order }, [x.id], kept));
    } else if (op === 'dense') {
      weighted(fullyConnected, linear, [channels, c], 0);
    } else if (op === 'add' || op === 'mul' || op === 'sub') {
      const fits = this.#made.filter(({ shape: [, oh, ow, oc] }) => {
        return (oh === h || oh === 1) && (ow === w || ow === 1) && (oc === c || oc === 1);
      });
      const second = fits[other % fits.length] as { id: TensorId };
      const terms = n % 2 ? [x.id, second.id] : [second.id, x.id];
      finish(this.build.add({ add, mul, sub }[op], { activation }, terms, own));
    } else if (op === 'function') {
      const all = [...functions, relu, leakyRelu];
      const one = all[(n + other) % all.length] as AnyOp;
      const fixed = one.operands.outputs[0]?.fixed ?? { scale: 0.05, zeroPoint };
      finish(
        this.build.add(one, { activation, alpha: 0.25, approximate: n % 2 === 0, exponent: 2 }, [x.id], {
          quantization: quantizedBy(fixed.scale, fixed.zeroPoint),
        }),
      );
    } else if (op === 'quantize') finish(this.build.add(quantize, {}, [x.id], own));
    else if (op === 'pool' || op === 'max pool') {
      const attributes = { ...window, window: [small, small] as const, activation: 'none' as const };
      finish(this.build.add(op === 'pool' ? averagePool2d : maxPool2d, attributes, [x.id], kept));
    } else if (op === 'pad') {
      const attributes = { before: [top, left, other % 2], after: [bottom, right, stride - 1] } as const;
      finish(this.build.add(pad, attributes, [x.id], kept));
    } else if (op === 'prelu') {
      const count = n % 3 ? c : 1;
      const slopes = this.build.constant(`s${n}`, [1, 1, 1, count], bytesOf(n, count), quantizedBy(0.01, 9));
      finish(this.build.add(prelu, {}, [x.id, slopes], own));
    } else if (op === 'resize') {
      const to = { size: [Math.min(h * stride + top, 20), Math.min(w + left, 20)] as const, alignCorners: n % 3 === 0 };
      const attributes = { ...to, halfPixelCenters: n % 3 === 1 };
      finish(
        n % 2
          ? this.build.add(resizeNearestNeighbor, attributes, [x.id], kept)
          : this.build.add(resizeBilinear, { ...attributes, unsigned: other % 2 === 0 }, [x.id], kept),
      );
    } else if (op === 'slice' || op === 'split') {
      const part = (size: number, at: number): readonly [number, number] => [at % size, size - (at % size)];
      const [top0, height] = op === 'slice' ? part(h, top) : [0, h];
      const [left0, width] = op === 'slice' ? part(w, left) : [0, w];
      const count = Math.min(channels, c);
      const attributes = { begin: [top0, left0, other % (c - count + 1)], size: [height, width, count] } as const;
      finish(this.build.add(slice, attributes, [x.id], kept));
    } else if (op === 'concat') {
      const fits = this.#likeMap(x);
      const others = Array.from({ length: 1 + (n % 3) }, (_, i) => fits[(other + i * size) % fits.length] as Made);
      const inputs = [...others.slice(0, stride), x, ...others.slice(stride)].map(({ id }) => id);
      if (top === 2) {
        const shape: NHWC = [1, h, w, channels];
        inputs.push(this.build.constant(`one${n}`, shape, bytesOf(n, elements(shape)), kept.quantization));
      }
      finish(this.build.add(concat, {}, inputs, kept));
    } else if (op === 'select') {
      const fits = this.#likeMap(x);
      const second = fits[other % fits.length] as Made;
      const all = n % 2 ? c : c + second.shape[3];
      const order = Array.from({ length: 1 + ((channels * 3) % (all + 4)) }, (_, i) => (other + i * size) % all);
      finish(this.build.add(selectChannels, { order }, n % 2 ? [x.id] : [x.id, second.id], kept));
    } else if (op === 'mean') finish(this.build.add(mean, { axes: n % 2 ? 'hw' : 'c' }, [x.id], own));
    else {
      const shape: NHWC = n % 3 === 0 ? [1, w, h, c] : n % 3 === 1 ? [1, 1, 1, h * w * c] : [1, h * w, 1, c];
      finish(this.build.add(reshape, { shape }, [x.id], kept));
    }
  }

  /** Weights and a bias, or −1, with a scale for y such that the multiplier of no channel is beyond the engine. */
  #weights({ extreme, dead, bias, other }: Choice, x: Made, shape: readonly number[], axis: number, n: number) {
    const count = shape[axis] as number;
    const inner = elements(shape.slice(axis + 1));
    const channelOf = (i: number): number => Math.floor(i / inner) % count;
    const data = bytesOf(n, elements(shape)).map((value, i) => (channelOf(i) === dead ? 0 : Math.max(value, -127)));
    const wanted = outputScales[extreme] ?? 0.05;
    const factor = (channel: number): number => (channel % 3 === other % 3 ? (weightFactors[extreme] ?? 1) : 1);
    const scale = Array.from({ length: count }, (_, i) => Math.fround((0.002 + 0.0005 * (i % 4)) * factor(i)));
    const yScale = Math.fround(Math.max(wanted, (x.scale * Math.max(...scale)) / mostRatio));
    const weights = this.build.constant(`w${n}`, shape, data, { scale, zeroPoint: scale.map(() => 0), axis });
    const biases = Int32Array.from(bytesOf(n + 1, count), (value) => value * bias);
    return { ids: [weights, bias === 0 ? -1 : this.build.constant(`b${n}`, [count], biases)], yScale };
  }

  /** Tensors whose channels may be put beside those of x. */
  #likeMap({ shape: [, h, w], scale, zeroPoint }: Made): Made[] {
    return this.#made.filter(({ shape: [, oh, ow], ...other }) => {
      return oh === h && ow === w && other.scale === scale && other.zeroPoint === zeroPoint;
    });
  }

  #at(back: number): Made {
    const made = this.#made[Math.max(this.#made.length - 1 - back, 0)];
    if (!made) throw new Error('a network has its input at least');
    return made;
  }

  #grow(id: TensorId): void {
    const made = this.build.build().tensors[id] as Tensor<NHWC>;
    this.#made.push({ id, shape: made.shape, ...perTensor(made) });
  }
}

const square = (value: number): readonly [number, number] => [value, value];

/**
 * Networks of the real ops, with branches, residual sums and reshapes, whose weights are made of the node's number: one to three
 * inputs, one to four outputs (an input or the same tensor again among them), padding on each side by itself, channels whose
 * weights are all 0, scales at the ends of what the format takes, sizes one below and above a tile.
 */
export const anyNetwork: fc.Arbitrary<Graph> = networkOf({ h: fc.integer({ min: 1, max: 10 }), fewest: 1 });

/** The same with maps that are tall, where streaming by rows saves memory. */
export const tallNetwork: fc.Arbitrary<Graph> = networkOf({ h: fc.integer({ min: 24, max: 48 }), fewest: 4 });

function networkOf({ h, fewest }: { readonly h: fc.Arbitrary<number>; readonly fewest: number }): fc.Arbitrary<Graph> {
  return fc
    .record({
      h,
      w: fc.integer({ min: 1, max: 10 }),
      c: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 9 }) }, fc.constantFrom(15, 16, 17)),
      others: fc.array(otherInput, { maxLength: 2 }),
      choices: fc.array(choice, { minLength: fewest, maxLength: 12 }),
      extra: fc.array(fc.nat(20), { maxLength: 3 }),
    })
    .map(({ h, w, c, others, choices, extra }) => {
      const network = new Network([1, h, w, c], others);
      choices.forEach((each, n) => {
        network.append(each, n);
      });
      for (const id of [network.last, ...extra.map((i) => network.any(i))]) network.build.output(id);
      return network.build.build();
    });
}
