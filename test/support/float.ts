import { type Graph, inputOf, type NodeView, type TensorId, viewOf } from '../../src/graph/graph.ts';
import type { OperandRule } from '../../src/graph/op.ts';
import { elements, type Quantization, type Tensor } from '../../src/graph/tensor.ts';

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
      const rule = node.op.operands.inputs[i];
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
