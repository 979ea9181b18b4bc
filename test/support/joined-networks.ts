import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { elements, noPadding } from '../../src/graph/tensor.ts';
import { averagePool2d } from '../../src/ops/average-pool2d.ts';
import { concat } from '../../src/ops/concat.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { maxPool2d } from '../../src/ops/max-pool2d.ts';
import { resizeNearestNeighbor } from '../../src/ops/resize-nearest-neighbor.ts';
import { bytesOf } from './values.ts';

/** Small networks of the shapes that concatenations come from, with weights made of the node's number. */

const quantization = quantizedBy(0.05, -7);
const around = { top: 1, left: 1, bottom: 1, right: 1 };
const unit = { stride: [1, 1], dilation: [1, 1], padding: noPadding } as const;

class Network {
  readonly build: GraphBuilder;
  #count = 0;

  constructor(name: string) {
    this.build = new GraphBuilder(name);
  }

  conv(x: TensorId, outputs: number, size: 1 | 3): TensorId {
    const shape = [outputs, size, size, this.build.shapeOf(x)[3] as number];
    const data = bytesOf(++this.#count, elements(shape)).map((value) => Math.max(value, -127));
    const weights = this.build.constant(`w${this.#count}`, shape, data, quantizedBy(0.002, 0));
    const padding = size === 3 ? around : noPadding;
    const attributes = { ...unit, padding, groups: 1, activation: 'relu', scaleProduct: 'f64' } as const;
    return this.build.add(conv2d, attributes, [x, weights, -1], { quantization });
  }

  concat(inputs: readonly TensorId[]): TensorId {
    return this.build.add(concat, {}, [...inputs], { quantization });
  }

  halve(x: TensorId): TensorId {
    const attributes = { ...unit, stride: [2, 2], window: [2, 2], activation: 'none' } as const;
    return this.build.add(averagePool2d, attributes, [x], { quantization });
  }

  done(y: TensorId): Graph {
    this.build.output(y);
    return this.build.build();
  }
}

/**
 * A dense block and its transition: each layer reads all that is made so far, and adds `growth` channels. `flat`: every
 * concatenation names all tensors, as PyTorch's do, and not the one before.
 */
export function denseNetwork(size: number, layers: number, growth: number, flat = false): Graph {
  const net = new Network(flat ? 'dense, flat' : 'dense');
  const made = [net.conv(net.build.input('x', [1, size, size, 3], quantization), 2 * growth, 3)];
  let all = made[0] as TensorId;
  for (let i = 0; i < layers; i++) {
    const last = net.conv(net.conv(all, 4 * growth, 1), growth, 3);
    made.push(last);
    all = net.concat(flat ? made : [all, last]);
  }
  return net.done(net.halve(net.conv(all, 3 * growth, 1)));
}

/** Two modules of four branches: 1×1, 3×3, two 3×3, and a pool. */
export function inceptionNetwork(size: number, channels: number): Graph {
  const net = new Network('inception');
  let x = net.conv(net.build.input('x', [1, size, size, 3], quantization), 4 * channels, 3);
  for (let i = 0; i < 2; i++) {
    const attributes = { ...unit, padding: around, window: [3, 3], activation: 'none' } as const;
    const pooled = net.build.add(maxPool2d, attributes, [x], { quantization });
    x = net.concat([
      net.conv(x, channels, 1),
      net.conv(net.conv(x, channels, 1), 2 * channels, 3),
      net.conv(net.conv(net.conv(x, channels, 1), channels, 3), channels, 3),
      net.conv(pooled, channels, 1),
    ]);
  }
  return net.done(net.conv(x, 2, 1));
}

/** Down, and up again beside what was there on the way. */
export function unetNetwork(size: number, depth: number, channels: number): Graph {
  const net = new Network('u-net');
  const level = (x: TensorId, left: number, width: number): TensorId => {
    const here = net.conv(x, width, 3);
    if (left === 0) return here;
    const below = level(net.halve(here), left - 1, 2 * width);
    const [, h, w] = net.build.shapeOf(here) as [number, number, number, number];
    const attributes = { size: [h, w], alignCorners: false, halfPixelCenters: false } as const;
    const up = net.build.add(resizeNearestNeighbor, attributes, [net.conv(below, width, 1)], { quantization });
    return net.conv(net.concat([here, up]), width, 3);
  };
  return net.done(level(net.build.input('x', [1, size, size, 3], quantization), depth, channels));
}
