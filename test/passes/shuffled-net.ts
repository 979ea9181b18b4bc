import { expect } from 'vitest';
import type { Numbers } from '../../src/format/values.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { elements, type Quantization, type TensorId } from '../../src/graph/tensor.ts';
import { verify } from '../../src/graph/verify.ts';
import { add } from '../../src/ops/add.ts';
import { averagePool2d } from '../../src/ops/average-pool2d.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { depthwiseConv2d } from '../../src/ops/depthwise-conv2d.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import { mean } from '../../src/ops/mean.ts';
import { mul } from '../../src/ops/mul.ts';
import { relu } from '../../src/ops/relu.ts';
import { selectChannels } from '../../src/ops/select-channels.ts';
import { slice } from '../../src/ops/slice.ts';
import { foldShuffle } from '../../src/passes/fold-shuffle.ts';
import { shuffled } from '../cases/select-channels.ts';
import { bytesOf, inputsOf } from '../support/values.ts';

export const window = { stride: [1, 1], dilation: [1, 1], padding: { top: 1, left: 0, bottom: 1, right: 0 } } as const;
export const linear = { activation: 'relu', scaleProduct: 'f64' } as const;

/** Builds the same network on bytes or on real values. */
export class Net {
  readonly build = new GraphBuilder('net');
  readonly real: boolean;
  #seed = 1;

  constructor(real = false) {
    this.real = real;
  }

  get #made() {
    return this.real ? { dtype: 'f32' as const } : { quantization: quantizedBy(0.05, -3) };
  }

  input(channels = 6): TensorId {
    const shape = [1, 4, 3, channels] as const;
    return this.real
      ? this.build.input('x', shape, undefined, { dtype: 'f32' })
      : this.build.input('x', shape, quantizedBy(0.05, -3));
  }

  constant(shape: readonly number[], axis: number): TensorId {
    const bytes = bytesOf(this.#seed++, elements(shape)).map((value) => Math.max(value, -127));
    if (this.real) {
      const small = Float32Array.from(bytes, (value) => value & 3);
      return this.build.constant(`c${this.#seed}`, shape, small);
    }
    const scale = Array.from({ length: shape[axis] as number }, (_, i) => Math.fround(0.002 + 0.001 * (i % 5)));
    const quantization: Quantization = { scale, zeroPoint: scale.map(() => 0), axis };
    return this.build.constant(`c${this.#seed}`, shape, bytes, quantization);
  }

  bias(channels: number): TensorId {
    const bytes = bytesOf(this.#seed++, channels);
    return this.build.constant(
      `b${this.#seed}`,
      [channels],
      this.real ? Float32Array.from(bytes) : Int32Array.from(bytes),
    );
  }

  channels(id: TensorId): number {
    return this.build.build().tensors[id]?.shape[3] as number;
  }

  select(inputs: readonly TensorId[], order: readonly number[]): TensorId {
    return this.build.add(selectChannels, { order }, inputs, this.#made);
  }

  shuffle(x: TensorId, groups = 2): TensorId {
    return this.select([x], shuffled(this.channels(x), groups));
  }

  slice(x: TensorId, first: number, count: number): TensorId {
    return this.build.add(slice, { begin: [0, 0, first], size: [4, 3, count] }, [x], this.#made);
  }

  conv(x: TensorId, outputs = 6, groups = 1): TensorId {
    const weights = this.constant([outputs, 3, 1, this.channels(x) / groups], 0);
    return this.build.add(conv2d, { ...window, ...linear, groups }, [x, weights, this.bias(outputs)], this.#made);
  }

  depthwise(x: TensorId, multiplier = 1): TensorId {
    const channels = this.channels(x) * multiplier;
    const weights = this.constant([3, 1, channels], 2);
    return this.build.add(depthwiseConv2d, { ...window, ...linear }, [x, weights, this.bias(channels)], this.#made);
  }

  pool(x: TensorId): TensorId {
    return this.build.add(averagePool2d, { ...window, window: [3, 1], activation: 'none' }, [x], this.#made);
  }

  relu(x: TensorId): TensorId {
    return this.build.add(relu, { activation: 'relu' }, [x], this.#made);
  }

  scale(x: TensorId): TensorId {
    const factors = this.real
      ? this.build.constant(
          'factors',
          [this.channels(x)],
          Float32Array.from(bytesOf(3, this.channels(x)), (v) => v & 3),
        )
      : this.build.constant('factors', [this.channels(x)], bytesOf(3, this.channels(x)), quantizedBy(0.01, 0));
    return this.build.add(mul, { activation: 'none' }, [x, factors], this.#made);
  }

  add(a: TensorId, b: TensorId): TensorId {
    return this.build.add(add, { activation: 'none' }, [a, b], this.#made);
  }

  /** The mean of every channel; of all channels at every pixel. */
  mean(x: TensorId, axes: 'hw' | 'c'): TensorId {
    return this.build.add(mean, { axes }, [x], this.#made);
  }

  dense(x: TensorId, flat = false): TensorId {
    const depth = flat ? elements(this.build.build().tensors[x]?.shape ?? []) : this.channels(x);
    return this.build.add(fullyConnected, linear, [x, this.constant([5, depth], 0), this.bias(5)], this.#made);
  }

  graph(...outputs: TensorId[]): Graph {
    for (const id of outputs) this.build.output(id);
    const graph = this.build.build();
    verify(graph);
    return graph;
  }
}

export function outputsOf(graph: Graph): readonly (readonly number[])[] {
  const inputs = inputsOf(graph);
  const real = graph.tensors[graph.inputs[0] as number]?.dtype === 'f32';
  const outputs = real
    ? evaluateFloat(graph)(inputs.map((values) => Float32Array.from(values)))
    : evaluate(graph, inputs).outputs;
  return outputs.map((values) => Array.from(values as Numbers));
}

/** The graph after the pass, which must compute the same: bytes exactly, real values but for the order of sums. */
export function folded(graph: Graph): Graph {
  const after = foldShuffle(graph);
  verify(after);
  const [got, expected] = [outputsOf(after), outputsOf(graph)];
  if (graph.tensors[graph.inputs[0] as number]?.dtype === 'i8') expect(got).toEqual(expected);
  expected.forEach((values, i) => {
    const most = values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    values.forEach((value, k) => {
      expect(Math.abs(value - (got[i]?.[k] as number))).toBeLessThanOrEqual(most * 1e-5);
    });
  });
  return after;
}

export const opsOf = ({ nodes }: Graph): string[] => nodes.map(({ op }) => op.type);
