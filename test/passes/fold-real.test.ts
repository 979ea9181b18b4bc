import { describe, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { dequantize } from '../../src/ops/dequantize.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { exp } from '../../src/ops/exp.ts';
import { logistic } from '../../src/ops/logistic.ts';
import { mul } from '../../src/ops/mul.ts';
import { quantizeReal } from '../../src/ops/quantize-real.ts';
import { softmax } from '../../src/ops/softmax.ts';
import { foldReal } from '../../src/passes/fold-real.ts';
import { refusal } from '../import/refusal.ts';
import { loaded, runOnce, tiers } from '../support/engine.ts';
import { inputsOf } from '../support/values.ts';

const shape = [1, 2, 3, 5] as const;
const types = ({ nodes }: Graph): string[] => nodes.map(({ op }) => op.type);

/** A graph of int8 inputs, real ones of which `make` goes on; `toInt8`: QUANTIZE follows. */
function graphOf(
  make: (build: GraphBuilder, real: readonly TensorId[]) => TensorId,
  { inputs = 1, toInt8 = false } = {},
): Graph {
  const build = new GraphBuilder('real');
  const given = Array.from({ length: inputs }, (_, i) => build.input(`x${i}`, shape, quantizedBy(0.0625, 3 - i)));
  const real = given.map((x) => build.add(dequantize, {}, [x], { dtype: 'f32' }));
  const made = make(build, real);
  const q = { name: 'y', quantization: quantizedBy(0.03125, -20) };
  build.output(toInt8 ? build.add(quantizeReal, {}, [made], q) : made);
  return build.build();
}

const one = (build: GraphBuilder, value: number): TensorId =>
  build.constant('k', [1, 1, 1, 1], Float32Array.of(value), undefined);
const silu = (build: GraphBuilder, [x]: readonly TensorId[]): TensorId => {
  const gate = build.add(logistic, {}, [x as TensorId], { dtype: 'f32' });
  const product = build.add(mul, { activation: 'none' }, [x as TensorId, gate], { dtype: 'f32' });
  return build.add(add, { activation: 'relu' }, [product, one(build, 0.25)], { dtype: 'f32' });
};
const softmaxOf =
  (beta: number) =>
  (build: GraphBuilder, [x]: readonly TensorId[]): TensorId =>
    build.add(softmax, { beta }, [x as TensorId], { dtype: 'f32' });
const sum = (build: GraphBuilder, [a, b]: readonly TensorId[]): TensorId =>
  build.add(add, { activation: 'none' }, [a as TensorId, b as TensorId], { dtype: 'f32' });

/** What the real operators give: each by its float definition, one after the other. */
function realOutput(graph: Graph): ArrayLike<number | bigint> {
  const real: Graph = {
    ...graph,
    nodes: graph.nodes.map((node) => {
      const { float } = node.op;
      const isReal = [...node.inputs, ...node.outputs].every((id) => graph.tensors[id]?.dtype === 'f32');
      return float && isReal ? { ...node, op: { ...node.op, reference: float as never } } : node;
    }),
  };
  return evaluate(real, inputsOf(graph) as never).outputs[0] as ArrayLike<number | bigint>;
}

/** The bytes that both engines give. */
const engineOutputs = (graph: Graph): Uint8Array[] =>
  tiers.map(
    (tier) => runOnce(loaded(tier, compile(foldReal(graph)).bytes), inputsOf(graph) as Int8Array[])[0] as Uint8Array,
  );

describe.each([
  ['functions of one value at the end', graphOf(silu), ['Lookup']],
  ['functions of one value between int8 tensors', graphOf(silu, { toInt8: true }), ['Lookup']],
  ['a softmax at the end', graphOf(softmaxOf(1)), ['SoftmaxReal']],
  ['a softmax between int8 tensors', graphOf(softmaxOf(1), { toInt8: true }), ['SoftmaxReal', 'QuantizeReal']],
])('%s', (_, graph, expected) => {
  it('becomes what the engine runs', () => {
    expect(types(foldReal(graph))).toEqual(expected);
  });

  it('gives the bytes of the float definitions on both engines', () => {
    const wanted = realOutput(graph) as Float32Array | Int8Array;
    const bytes = new Uint8Array(wanted.buffer, wanted.byteOffset, wanted.byteLength);
    for (const given of engineOutputs(graph)) expect(given).toEqual(bytes);
  });
});

it('an operator of two values between int8 tensors is that of int8 models, within a step of float32', () => {
  const graph = graphOf(sum, { inputs: 2, toInt8: true });
  expect(types(foldReal(graph))).toEqual(['Add']);
  const wanted = realOutput(graph) as Int8Array;
  for (const given of engineOutputs(graph)) {
    const y = new Int8Array(given.buffer, given.byteOffset, given.length);
    y.forEach((value, i) => {
      expect(Math.abs(value - (wanted[i] as number))).toBeLessThanOrEqual(1);
    });
  }
});

describe('what has no int8 meaning is refused by name', () => {
  it.each([
    ['a softmax with another beta', graphOf(softmaxOf(2)), /Softmax.*float values inside/s],
    ['a sum that ends the model', graphOf(sum, { inputs: 2 }), /Add.*float values inside/s],
    [
      'two operators in a row without a scale between them',
      graphOf((build, real) => softmaxOf(1)(build, [sum(build, real)]), { inputs: 2 }),
      /Add.*float values inside/s,
    ],
  ])('%s', (_, graph, words) => {
    const { code, message } = refusal(() => compile(foldReal(graph)));
    expect({ code, message }).toEqual({ code: 'unsupported', message: expect.stringMatching(words) });
  });
});

it('leaves DEQUANTIZE at the end, and QUANTIZE behind it, as they are', () => {
  for (const graph of [graphOf((_, [x]) => x as TensorId), graphOf((_, [x]) => x as TensorId, { toInt8: true })]) {
    expect(foldReal(graph)).toBe(graph);
  }
});

it('leaves a real tensor that others read as it is', () => {
  const build = new GraphBuilder('shared');
  const x = build.input('x', shape, quantizedBy(0.0625, 3));
  const real = build.add(dequantize, {}, [x], { name: 'real', dtype: 'f32' });
  const grown = build.add(exp, {}, [real], { name: 'grown', dtype: 'f32' });
  build.output(real);
  build.output(grown);
  expect(types(foldReal(build.build()))).toEqual(['Dequantize', 'Lookup']);
});
