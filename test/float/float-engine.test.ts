import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadFloatEngine } from '../../src/float/float-engine.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { FloatEvaluator } from '../../src/graph/evaluator.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { Node } from '../../src/graph/op.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';
import { quantize } from '../../src/ops/quantize.ts';
import { relu } from '../../src/ops/relu.ts';
import { convGraph } from '../cases/conv2d.ts';
import { depthwiseGraph } from '../cases/depthwise-conv2d.ts';
import { fullyConnectedGraph } from '../cases/fully-connected.ts';
import { quantizeGraph } from '../cases/quantize.ts';
import { linear, window } from '../kernels/views.ts';
import { bitsOf, dequantized, floatEngine, floatModule, realInputs } from '../support/float.ts';
import { anyNetwork } from '../support/random-network.ts';

let engine: FloatEvaluator;

beforeAll(async () => {
  engine = await floatEngine();
});

/** Every tensor that the engine makes has the bits of the plain definition, whatever was in memory before. */
function expectSameBits(graph: Graph, seed: number): void {
  const inputs = realInputs(graph, seed);
  const run = engine(graph);
  const plain = bitsOf(evaluateFloat(graph), inputs);
  expect(bitsOf(run, inputs)).toEqual(plain);
  run(inputs.map((values) => values.slice().fill(NaN)));
  expect(bitsOf(run, inputs)).toEqual(plain);
}

const size = fc.integer({ min: 1, max: 3 });
const step = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 }));
const seed = fc.integer({ min: 1, max: 1000 });
const windowed = fc.record({
  seed,
  h: fc.integer({ min: 7, max: 9 }),
  w: fc.integer({ min: 5, max: 9 }),
  // One, a tail, a vector, a vector and a tail, two of them.
  channels: fc.constantFrom(1, 2, 3, 4, 7, 8, 9, 16, 19),
  outputs: fc.constantFrom(1, 3, 4, 5, 7, 8, 9, 15, 16, 17),
  window: fc.tuple(size, size),
  stride: step,
  dilation: step,
  padding: fc.record({ top: fc.nat(3), left: fc.nat(3), bottom: fc.nat(3), right: fc.nat(3) }),
  activation: fc.constantFrom('none', 'relu', 'relu6', 'reluN1To1'),
  bias: fc.boolean(),
  groups: fc.constantFrom(1, 1, 2, 3),
});

describe('the float engine has the bits of the plain definitions', () => {
  it.each([
    [
      'conv2d',
      windowed.map(({ h, w, channels, outputs, groups, ...given }) =>
        convGraph({ ...given, groups, shape: [1, h, w, channels * groups], outputs: outputs * groups } as never),
      ),
    ],
    [
      'depthwiseConv2d',
      windowed.map(({ h, w, channels, groups, ...given }) =>
        depthwiseGraph({ ...given, depthMultiplier: groups, shape: [1, h, w, channels] } as never),
      ),
    ],
    [
      'fullyConnected',
      windowed.map(({ h, w, channels, ...given }) =>
        fullyConnectedGraph({ ...given, flatten: given.seed % 2 === 0, shape: [1, h, w, channels] } as never),
      ),
    ],
  ] as const)('%s', (_, graphs) => {
    fc.assert(
      fc.property(graphs as fc.Arbitrary<Graph>, seed, (graph, image) => {
        expectSameBits(dequantized(graph), image);
      }),
      { numRuns: 150 },
    );
  });

  it('where one chunk of windows does not hold the map', () => {
    expectSameBits(dequantized(convGraph({ shape: [1, 9, 40, 129], outputs: 9, window: [3, 3] })), 1);
    expectSameBits(dequantized(convGraph({ shape: [1, 30, 41, 128], outputs: 9, window: [1, 1], groups: 1 })), 2);
    expectSameBits(dequantized(fullyConnectedGraph({ shape: [1, 30, 41, 128], outputs: 9 })), 3);
  });

  it('networks', () => {
    const asRelu = (node: Node): Node =>
      node.op === quantize ? { ...node, op: relu, attributes: { activation: 'relu6' } } : node;
    // Weights as large as int8 takes would make infinities here, and NaN of them, whose bits are nobody's.
    const tamed = (tensor: Tensor): Tensor =>
      tensor.data && tensor.quantization
        ? {
            ...tensor,
            quantization: {
              ...tensor.quantization,
              scale: tensor.quantization.scale.map((one) => Math.min(one, 0.01)),
            },
          }
        : tensor;
    const networks = anyNetwork.map((graph) =>
      dequantized({ ...graph, tensors: graph.tensors.map(tamed), nodes: graph.nodes.map(asRelu) }),
    );
    fc.assert(
      fc.property(networks, seed, (graph, image) => expectSameBits(graph, image)),
      { numRuns: 150 },
    );
  });

  it('whatever is not constant', () => {
    const build = new GraphBuilder();
    const f32 = { dtype: 'f32' } as const;
    const image = build.constant(
      'image',
      [1, 3, 3, 2],
      Float32Array.from({ length: 18 }, (_, i) => i / 7),
    );
    const weights = build.input('weights', [1, 1, 1, 2], undefined, f32);
    const bias = build.input('bias', [1, 1, 1, 1], undefined, f32);
    const attributes = { ...linear, ...window(), groups: 1 };
    const y = build.add(conv2d, attributes, [image, weights, bias], f32);
    const kernel = build.constant('kernel', [1, 1, 1, 1], Float32Array.of(0.7));
    build.output(build.add(conv2d, attributes, [y, kernel, bias], f32));
    const two = build.constant('two', [3, 1, 1, 2], Float32Array.of(1, 2, 3, 4, 5, 6));
    build.output(build.add(conv2d, attributes, [image, two, -1], f32));
    build.output(build.add(conv2d, attributes, [y, kernel, -1], f32));
    expectSameBits(build.build(), 1);
  });
});

describe('the float engine', () => {
  it('imports nothing', () => {
    expect(WebAssembly.Module.imports(floatModule())).toEqual([]);
  });

  it('gives outputs that later runs leave alone, and takes inputs that it leaves alone', () => {
    const graph = dequantized(convGraph({ shape: [1, 5, 5, 3] }));
    const [run, other] = [engine(graph), engine(dequantized(convGraph({ seed: 9, shape: [1, 5, 5, 3] })))];
    const [first, second] = [realInputs(graph, 1), realInputs(graph, 2)];
    const before = first.map((values) => values.slice());
    const [y] = run(first) as [Float32Array];
    const kept = y.slice();
    other(second);
    run(second);
    expect(y).toEqual(kept);
    expect(first).toEqual(before);
    y.fill(5);
    expect(run(first)).toEqual([kept]);
  });

  it('takes bytes as well as a module', async () => {
    const { readFile } = await import('node:fs/promises');
    const graph = dequantized(convGraph({ shape: [1, 5, 5, 3] }));
    const own = await loadFloatEngine(await readFile('build/engine.float.wasm'));
    expect(own(graph)(realInputs(graph))).toEqual(evaluateFloat(graph)(realInputs(graph)));
  });

  it.each([
    ['the engine', () => engine],
    ['the plain evaluator', () => evaluateFloat],
  ])('names the node and the input that %s cannot run', (_, evaluator) => {
    expect(() => evaluator()(quantizeGraph([1, 2, 2, 1]))).toThrow('node 0 Quantize "y" has no float definition');
    expect(() => evaluator()(convGraph({ shape: [1, 5, 5, 3] }))).toThrow(
      'tensor "x" is i8; float execution takes f32 alone',
    );
    const graph = dequantized(convGraph({ shape: [1, 5, 5, 3] }));
    expect(() => evaluator()(graph)([new Float32Array(74)])).toThrow('input "x" is given 74 values (75)');
    expect(() => evaluator()(graph)([])).toThrow('input "x" is given 0 values (75)');
  });

  it('says how much memory it could not allocate', () => {
    const build = new GraphBuilder();
    const x = build.input('x', [1, 2 ** 15, 2 ** 15, 1], undefined, { dtype: 'f32' });
    build.output(build.add(relu, { activation: 'relu' }, [x], { dtype: 'f32' }));
    expect(() => engine(build.build())).toThrow('float execution needs 8590 MB, which cannot be allocated');
  });
});
