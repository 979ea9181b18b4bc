import type { Values } from '../../format/values.ts';
import type { NodeView } from '../../graph/op.ts';
import { elements, type Quantization, type Tensor } from '../../graph/tensor.ts';

/** A tensor as one of real values. */
export function realTensor<T extends Tensor | undefined>(tensor: T): T {
  if (!tensor) return tensor;
  const { quantization: _, data: __, ...rest } = tensor;
  return { ...rest, dtype: 'f32' } as T;
}

/** The values of input i of a quantised node as the real numbers that they stand for. */
export function realValues(
  view: NodeView,
  i: number,
  tensor: Tensor | undefined,
  values: Values | undefined,
): Float32Array | undefined {
  if (!tensor || !values) return undefined;
  const quantization = tensor.quantization ?? biasQuantization(view, i);
  if (!quantization) return Float32Array.from<number | bigint>(values, Number);
  const { scale, zeroPoint, axis } = quantization;
  const inner = elements(tensor.shape.slice(axis + 1));
  return Float32Array.from<number | bigint>(values, (q, at) => {
    const channel = scale.length === 1 ? 0 : Math.floor(at / inner) % scale.length;
    return scale[channel] * (Number(q) - (zeroPoint[channel] ?? 0));
  });
}

/** A bias without a scale of its own has the product of those that its op's rule names, such as x·weights. */
function biasQuantization({ node, inputs }: NodeView, i: number): Quantization | undefined {
  const rules = node.op.operands.inputs;
  const [x, weights] = (rules[i]?.productOf ?? []).map(
    (name) => inputs[rules.findIndex((rule) => rule.name === name)]?.quantization,
  );
  if (!x || !weights) return undefined;
  const scale = weights.scale.map((each) => each * x.scale[0]);
  return { scale, zeroPoint: scale.map(() => 0), axis: 0 };
}
