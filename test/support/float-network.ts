import type { Activation } from '../../src/graph/attributes.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { elements, type NHWC, type Padding } from '../../src/graph/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { batchNorm } from '../../src/ops/batch-norm.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { depthwiseConv2d } from '../../src/ops/depthwise-conv2d.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import { pad } from '../../src/ops/pad.ts';
import { relu } from '../../src/ops/relu.ts';
import { randomOf } from './values.ts';

export interface Linear {
  readonly outputs?: number;
  readonly window?: number;
  readonly stride?: number;
  readonly groups?: number;
  readonly activation?: Activation;
  readonly bias?: boolean;
}

export interface Normal {
  readonly eps?: number;
  readonly weight?: readonly number[];
  readonly bias?: readonly number[];
  readonly mean?: readonly number[];
  readonly variance?: readonly number[];
}

const real = (name: string) => ({ name, dtype: 'f32' }) as const;

/** Float graphs written layer by layer, as networks are before any pass; weights are seeded. Modules are named 0, 1, 2 … */
export function floatNetwork(seed = 1, name = 'net') {
  const build = new GraphBuilder(name);
  const shapes = new Map<TensorId, NHWC>();
  const random = randomOf(seed);
  let module = 0;
  const floats = (count: number, low: number, high: number) =>
    Float32Array.from({ length: count }, () => low + random() * (high - low));
  const constant = (path: string, shape: readonly number[], low: number, high: number, given?: readonly number[]) =>
    build.constant(path, shape, given ? Float32Array.from(given) : floats(elements(shape), low, high));
  const made = (id: TensorId): TensorId => {
    const { tensors } = build.build();
    shapes.set(id, tensors[id]?.shape as unknown as NHWC);
    return id;
  };
  const channels = (x: TensorId): number => shapes.get(x)?.[3] as number;
  const geometry = ({ window = 3, stride = 1 }: Linear) => {
    const before = Math.floor(window / 2);
    const padding: Padding = { top: before, left: before, bottom: before, right: before };
    return { stride: [stride, stride], dilation: [1, 1], padding } as const;
  };

  return {
    build,
    shapeOf: (id: TensorId): NHWC => shapes.get(id) as NHWC,
    constant,
    /** Tells of a tensor that was made with `build` itself. */
    adopt: made,

    input: (shape: NHWC): TensorId => made(build.input('x', shape, undefined, { dtype: 'f32' })),

    conv(x: TensorId, given: Linear = {}): TensorId {
      const { outputs = 4, window = 3, groups = 1, activation = 'none', bias = true } = given;
      const path = `${module++}`;
      const depth = channels(x) / groups;
      const reach = 1 / Math.sqrt(depth * window * window);
      const w = constant(`${path}.weight`, [outputs, window, window, depth], -2 * reach, 2 * reach);
      const b = bias ? constant(`${path}.bias`, [outputs], -0.5, 0.5) : -1;
      const attributes = { ...geometry(given), groups, activation, scaleProduct: 'f64' } as const;
      return made(build.add(conv2d, attributes, [x, w, b], real(path)));
    },

    depthwise(x: TensorId, given: Linear & { readonly multiplier?: number } = {}): TensorId {
      const { window = 3, multiplier = 1, activation = 'none', bias = true } = given;
      const path = `${module++}`;
      const outputs = channels(x) * multiplier;
      const w = constant(`${path}.weight`, [window, window, outputs], -2 / window, 2 / window);
      const b = bias ? constant(`${path}.bias`, [outputs], -0.5, 0.5) : -1;
      const attributes = { ...geometry(given), activation, scaleProduct: 'f64' } as const;
      return made(build.add(depthwiseConv2d, attributes, [x, w, b], real(path)));
    },

    dense(x: TensorId, { outputs = 3, activation = 'none', bias = true }: Linear = {}): TensorId {
      const path = `${module++}`;
      const w = constant(`${path}.weight`, [outputs, channels(x)], -0.5, 0.5);
      const b = bias ? constant(`${path}.bias`, [outputs], -0.5, 0.5) : -1;
      return made(build.add(fullyConnected, { activation, scaleProduct: 'f64' }, [x, w, b], real(path)));
    },

    batchNorm(x: TensorId, given: Normal = {}): TensorId {
      const path = `${module++}`;
      const shape = [channels(x)];
      const parameters = [
        constant(`${path}.weight`, shape, 0.5, 1.5, given.weight),
        constant(`${path}.bias`, shape, -0.5, 0.5, given.bias),
        constant(`${path}.running_mean`, shape, -0.5, 0.5, given.mean),
        constant(`${path}.running_var`, shape, 0.5, 1.5, given.variance),
      ];
      return made(build.add(batchNorm, { eps: given.eps ?? 1e-5 }, [x, ...parameters], real(path)));
    },

    relu: (x: TensorId, activation: Activation = 'relu6'): TensorId =>
      made(build.add(relu, { activation }, [x], real(`${module++}`))),

    add: (a: TensorId, b: TensorId): TensorId =>
      made(build.add(add, { activation: 'none' }, [a, b], real(`${module++}`))),

    pad: (x: TensorId, size = 1): TensorId =>
      made(build.add(pad, { before: [size, size, 0], after: [size, size, 0] }, [x], real(`${module++}`))),

    graph(...outputs: readonly TensorId[]): Graph {
      for (const id of outputs) build.output(id);
      return build.build();
    },
  };
}

export type FloatNetwork = ReturnType<typeof floatNetwork>;

/** Real values from −2 to 2 for every input of a graph. */
export const realInputsOf = (graph: Graph, seed = 1): Float32Array[] =>
  graph.inputs.map((id, i) => {
    const random = randomOf(seed + i);
    return Float32Array.from({ length: elements(graph.tensors[id]?.shape ?? []) }, () => random() * 4 - 2);
  });
