import { readFileSync } from 'node:fs';
import { loadFloatEngine } from '../../src/float/float-engine.ts';
import type { FloatEvaluator, Run } from '../../src/graph/evaluator.ts';
import { type Graph, inputOf, viewOf } from '../../src/graph/graph.ts';
import type { NodeView } from '../../src/graph/op.ts';
import { inputRule, type OperandRule } from '../../src/graph/rules.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { elements, type Quantization, type Tensor } from '../../src/graph/tensor.ts';
import { randomOf } from './values.ts';

export const floatModule = (): WebAssembly.Module =>
  new WebAssembly.Module(readFileSync(new URL('../../build/engine.float.wasm', import.meta.url)));

/** The float engine as built. */
export const floatEngine = (): Promise<FloatEvaluator> => loadFloatEngine(floatModule());

/** scale · (q − zero point), with one scale or one for each index of the axis. */
export function realOf(values: ArrayLike<number>, shape: readonly number[], quantization: Quantization): Float32Array {
  const { scale, zeroPoint, axis } = quantization;
  const inner = elements(shape.slice(axis + 1));
  return Float32Array.from(values, (q, i) => {
    const channel = scale.length === 1 ? 0 : Math.floor(i / inner) % scale.length;
    return (scale[channel] as number) * (q - (zeroPoint[channel] as number));
  });
}

/** The quantisation of an operand: its own, or (a bias) the product of those that its rule names. */
function quantizationOf(view: NodeView, rule: OperandRule, tensor: Tensor): Quantization {
  if (tensor.quantization) return tensor.quantization;
  const [x, weights] = [inputOf(view, 0).quantization, inputOf(view, 1).quantization];
  if (rule.name !== 'bias' || !x || !weights) throw new Error(`"${tensor.name}" has no scale`);
  const scale = weights.scale.map((each) => each * (x.scale[0] as number));
  return { scale, zeroPoint: scale.map(() => 0), axis: 0 };
}

/** The float graph that a quantised one stands for: the same nodes, constants as the real numbers they mean. */
export function dequantized(graph: Graph): Graph {
  const constants = new Map<TensorId, Float32Array>();
  for (const node of graph.nodes) {
    const view = viewOf(graph, node);
    node.inputs.forEach((id, i) => {
      const tensor = graph.tensors[id];
      const rule = inputRule(node.op, i);
      if (!tensor?.data || !rule) return;
      const values = tensor.data as Int8Array;
      constants.set(id, realOf(values, tensor.shape, quantizationOf(view, rule, tensor)));
    });
  }
  const tensors = graph.tensors.map(({ quantization: _, ...rest }, id): Tensor => {
    const data = constants.get(id);
    return { ...rest, dtype: 'f32', ...(data && { data }) };
  });
  return { ...graph, tensors };
}

/** Values for the inputs of a float graph, from −4 to 4, among them both zeros. */
export function realInputs(graph: Graph, seed = 1): Float32Array[] {
  return graph.inputs.map((id, i) => {
    const random = randomOf(seed + i);
    return Float32Array.from({ length: elements(graph.tensors[id]?.shape ?? []) }, () => {
      const value = random() * 8 - 4;
      return Math.abs(value) < 0.2 ? value * 0 : value;
    });
  });
}

/** Everything that a run makes, with its tensor, as bits; the graph's outputs last. */
export function bitsOf(run: Run<Float32Array>, inputs: readonly Float32Array[]): (readonly [TensorId, Uint32Array])[] {
  const made: (readonly [TensorId, Uint32Array])[] = [];
  const bits = (values: Float32Array): Uint32Array => new Uint32Array(values.slice().buffer);
  const outputs = run(inputs, (id, values) => made.push([id, bits(values)]));
  return [...made, ...outputs.map((values) => [-1, bits(values)] as const)];
}
