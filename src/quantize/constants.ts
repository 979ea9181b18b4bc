import type { Graph } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import { perTensor as perTensorOf, type Quantization, type Tensor, type TensorId } from '../graph/tensor.ts';
import { quantizeBias } from './bias.ts';
import type { Finding } from './finding.ts';
import { type NodeOperand, nodeError, operandsOf } from './operands.ts';
import { quantizeValues } from './range.ts';
import { quantizeWeights, weightScales } from './weights.ts';

/**
 * The graph with `tensors`, whose activations are quantised, and with every constant as its readers' rules ask: in its own
 * place for the first reader, and appended once more for each reader that needs other bytes.
 */
export function quantizeConstants(
  graph: Graph,
  tensors: readonly Tensor[],
  perTensor: (id: TensorId) => Quantization,
  findings: Finding[],
): Graph {
  const all = [...tensors];
  const forms = new Map<TensorId, TensorId[]>();
  /** The id under which `form` of constant `id` is found. */
  const place = (id: TensorId, form: Tensor): TensorId => {
    const known = forms.get(id) ?? [];
    const same = known.find((other) => sameForm(all[other], form));
    if (same !== undefined) return same;
    const at = known.length === 0 ? id : all.length;
    all[at] = form;
    forms.set(id, [...known, at]);
    return at;
  };
  const nodes = graph.nodes.map((node, n): Node => {
    const made = new Map<number, TensorId>();
    const { inputs } = operandsOf(graph, node);
    const weightsScale = new Map<string, readonly number[]>();
    for (const operand of inputs) {
      const { rule, position, id, tensor } = operand;
      const product = rule.productOf;
      if (product && !tensor.data)
        throw nodeError('unsupported', node, `its ${rule.name} must be constant; it is computed`);
      if (!(tensor.data instanceof Float32Array)) {
        if (rule.per === 'channel')
          throw nodeError('unsupported', node, `its ${rule.name} must be constant; they are computed`);
        continue;
      }
      if (product) {
        const [x, weights] = product;
        const xScale = scaleNamed(all, inputs, x);
        const data = quantizeBias(tensor.data, xScale, weightsScale.get(weights) as readonly number[]);
        made.set(position, place(id, { ...tensor, dtype: 'i32', data }));
      } else if (rule.per === 'channel') {
        const weights = weightsOf(all, inputs, operand);
        const { scale, dead, widened } = weightScales(weights);
        const data = quantizeWeights(weights, scale, rule.range?.[0] ?? -128);
        const quantization = { scale, zeroPoint: scale.map(() => 0), axis: weights.axis };
        const at = place(id, { ...tensor, dtype: 'i8', data, quantization });
        made.set(position, at);
        weightsScale.set(rule.name, scale);
        for (const channel of dead) findings.push({ kind: 'dead-channel', node: n, tensor: at, channel });
        for (const one of widened) findings.push({ kind: 'widened-channel', node: n, tensor: at, ...one });
      } else {
        const quantization = perTensor(id);
        const [scale, zeroPoint] = [quantization.scale[0], quantization.zeroPoint[0]];
        const data = quantizeValues(tensor.data, scale, zeroPoint);
        made.set(position, place(id, { ...tensor, dtype: 'i8', data, quantization }));
      }
    }
    if (made.size === 0) return node;
    const ids = node.inputs.map((id, i) => made.get(i) ?? id);
    return ids.every((id, i) => id === node.inputs[i]) ? node : { ...node, inputs: ids };
  });
  return { ...graph, tensors: all, nodes };
}

/** Weights with the bias and the x of the same node, where a bias' rule says that they are multiplied. */
function weightsOf(tensors: readonly Tensor[], inputs: readonly NodeOperand[], { rule, tensor }: NodeOperand) {
  const bias = inputs.find((other) => other.rule.productOf?.[1] === rule.name);
  const x = bias ? bias.rule.productOf?.[0] : inputs[0]?.rule.name;
  return {
    shape: tensor.shape,
    axis: rule.axis ?? 0,
    data: tensor.data as Float32Array,
    bias: bias?.tensor.data as Float32Array | undefined,
    xScale: scaleNamed(tensors, inputs, x as string),
  };
}

function scaleNamed(tensors: readonly Tensor[], inputs: readonly NodeOperand[], name: string): number {
  const operand = inputs.find(({ rule }) => rule.name === name) as NodeOperand;
  return perTensorOf(tensors[operand.id]).scale;
}

function sameForm(a: Tensor, b: Tensor): boolean {
  const quantized = ({ dtype, quantization }: Tensor) => JSON.stringify([dtype, quantization]);
  const [one, other] = [a.data as Int8Array | Int32Array, b.data as Int8Array | Int32Array];
  return quantized(a) === quantized(b) && one.every((value, i) => value === other[i]);
}
