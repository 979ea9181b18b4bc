import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { elements, type NHWC, type TensorId } from '../../src/graph/tensor.ts';
import { verify } from '../../src/graph/verify.ts';
import { add } from '../../src/ops/add.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { logistic } from '../../src/ops/logistic.ts';
import { maxPool2d } from '../../src/ops/max-pool2d.ts';
import { mul } from '../../src/ops/mul.ts';
import { prelu } from '../../src/ops/prelu.ts';
import { relu } from '../../src/ops/relu.ts';
import { sub } from '../../src/ops/sub.ts';
import { tanh } from '../../src/ops/tanh.ts';
import { foldFunctions } from '../../src/passes/fold-functions.ts';
import { loaded, raw, runOnce, tiers } from '../support/engine.ts';

const shape: NHWC = [1, 1, 64, 4];
const none = { activation: 'none' } as const;
const own = (scale: number, zeroPoint: number) => ({ quantization: quantizedBy(scale, zeroPoint) });
const fraction = own(1 / 256, -128);

/** A graph of x, which holds every byte, and of what `write` makes of it. */
function graphOf(write: (build: GraphBuilder, x: TensorId) => readonly TensorId[]): Graph {
  const build = new GraphBuilder('functions');
  const x = build.input('x', shape, quantizedBy(0.05, 7));
  for (const id of write(build, x)) build.output(id);
  return build.build();
}

const one = (build: GraphBuilder, value: number, scale: number): TensorId =>
  build.constant(`c${value}`, [1, 1, 1, 1], Int8Array.of(value), quantizedBy(scale, 0));

const every = Int8Array.from({ length: elements(shape) }, (_, i) => i - 128);
const typesOf = ({ nodes }: Graph): string[] => nodes.map(({ op }) => op.type);

/** The graph after the pass, which has the same outputs. */
function folded(graph: Graph): Graph {
  const after = foldFunctions(graph);
  verify(after);
  expect(evaluate(after, [every]).outputs).toEqual(evaluate(graph, [every]).outputs);
  return after;
}

const silu = (build: GraphBuilder, x: TensorId): TensorId =>
  build.add(mul, none, [x, build.add(logistic, {}, [x], fraction)], own(0.03, -100));

describe('become one table', () => {
  it('x · logistic(x), in either order', () => {
    expect(typesOf(folded(graphOf((build, x) => [silu(build, x)])))).toEqual(['Lookup']);
    const other = graphOf((build, x) => [
      build.add(mul, none, [build.add(logistic, {}, [x], fraction), x], own(0.03, -100)),
    ]);
    expect(typesOf(folded(other))).toEqual(['Lookup']);
  });

  it('x · relu6(x + 3) / 6', () => {
    const graph = graphOf((build, x) => {
      const plus = build.add(add, { activation: 'relu6' }, [x, one(build, 100, 0.03)], own(0.03, -128));
      const product = build.add(mul, none, [x, plus], own(0.2, 0));
      return [build.add(mul, none, [product, one(build, 127, 1 / 762)], own(0.04, -60))];
    });
    expect(typesOf(folded(graph))).toEqual(['Lookup']);
    for (const tier of tiers) {
      const [bytes] = runOnce(loaded(tier, compile(foldFunctions(graph)).bytes), [every]);
      expect(Buffer.compare(bytes as Uint8Array, raw(evaluate(graph, [every]).outputs[0] as Int8Array))).toBe(0);
    }
  });

  it('what follows another chain, from the tensor that both are functions of', () => {
    const graph = graphOf((build, x) => {
      const first = silu(build, x);
      return [build.add(sub, none, [one(build, 1, 1), first], own(0.05, 0)), silu(build, first)];
    });
    const after = folded(graph);
    expect(typesOf(after)).toEqual(['Lookup', 'Lookup']);
    for (const { inputs } of after.nodes) expect(inputs).toEqual(after.inputs);
  });

  it('up to a tensor that is there anyway: an output, or what another operator reads', () => {
    const outputs = graphOf((build, x) => {
      const first = silu(build, x);
      return [first, silu(build, first)];
    });
    const after = folded(outputs);
    expect(typesOf(after)).toEqual(['Lookup', 'Lookup']);
    expect(after.nodes[1]?.inputs).toEqual(after.nodes[0]?.outputs);
    const read = graphOf((build, x) => {
      const gate = build.add(logistic, {}, [x], fraction);
      const window = { stride: [1, 1], dilation: [1, 1], padding: { top: 0, left: 0, bottom: 0, right: 0 } } as const;
      const pooled = build.add(maxPool2d, { ...window, window: [1, 1], activation: 'none' }, [gate], fraction);
      return [pooled, build.add(mul, none, [x, gate], own(0.03, -100))];
    });
    expect(typesOf(folded(read))).toEqual(['Logistic', 'MaxPool2d', 'Lookup']);
  });
});

describe('stay unchanged', () => {
  it.each<[string, (build: GraphBuilder, x: TensorId) => readonly TensorId[]]>([
    ['a single function', (build, x) => [build.add(tanh, {}, [x], own(1 / 128, 0))]],
    ['a square, which is one node', (build, x) => [build.add(mul, none, [x, x], own(0.3, -128))]],
    [
      'functions of a constant by channel',
      (build, x) => {
        const slopes = build.constant('s', [1, 1, 1, 4], Int8Array.of(1, 2, 3, 4), quantizedBy(0.1, 0));
        const first = build.add(prelu, {}, [x, slopes], own(0.05, 7));
        return [build.add(mul, none, [x, first], own(0.3, 0))];
      },
    ],
    [
      'a product of two tensors, one of which is a function of the other by all places',
      (build, x) => {
        const window = {
          stride: [1, 64],
          dilation: [1, 1],
          padding: { top: 0, left: 0, bottom: 0, right: 0 },
        } as const;
        const pixel = build.add(maxPool2d, { ...window, window: [1, 64], activation: 'none' }, [x], own(0.05, 7));
        return [build.add(mul, none, [x, build.add(tanh, {}, [pixel], own(1 / 128, 0))], own(0.05, 0))];
      },
    ],
  ])('%s', (_, write) => {
    const graph = graphOf(write);
    expect(folded(graph)).toBe(graph);
  });

  it('chains of float values', () => {
    const build = new GraphBuilder('real');
    const x = build.input('x', shape, undefined, { dtype: 'f32' });
    const gate = build.add(logistic, {}, [x], { dtype: 'f32' });
    build.output(build.add(mul, none, [x, gate], { dtype: 'f32' }));
    const graph = build.build();
    expect(foldFunctions(graph)).toBe(graph);
  });
});

it('any graph of functions of one tensor keeps its bytes', () => {
  const step = fc.record({ op: fc.nat(5), a: fc.nat(30), b: fc.nat(30), value: fc.integer({ min: -128, max: 127 }) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), fc.nat(3), (steps, extra) => {
      const graph = graphOf((build, x) => {
        const made = [x];
        for (const { op, a, b, value } of steps) {
          const [first, second] = [made[a % made.length], made[b % made.length]] as [TensorId, TensorId];
          const quantization = own(0.02 + (b % 5) / 50, value);
          if (op === 0) made.push(build.add(logistic, {}, [first], fraction));
          else if (op === 1) made.push(build.add(relu, { activation: 'relu' }, [first], quantization));
          else if (op === 2) made.push(build.add(add, none, [first, one(build, value, 0.05)], quantization));
          else made.push(build.add([mul, sub, add][op - 3] as typeof mul, none, [first, second], quantization));
        }
        return [...new Set([made.at(-1) as TensorId, made[(extra % (made.length - 1)) + 1] as TensorId])];
      });
      const after = folded(graph);
      expect(after.nodes.length).toBeLessThanOrEqual(graph.nodes.length);
    }),
    { numRuns: 300 },
  );
});

it('a long chain becomes several tables in little time', () => {
  const graph = graphOf((build, x) => {
    let last = x;
    for (let i = 0; i < 500; i++) last = build.add(relu, { activation: 'none' }, [last], own(0.05, i % 100));
    return [last];
  });
  expect(folded(graph).nodes.length).toBeLessThan(20);
});
