import type { Tensor } from '../../../graph/tensor.ts';
import type { Rule, Rules } from '../rule.ts';

const withZero = (tensor: Tensor, zero: number): Tensor =>
  tensor.quantization
    ? { ...tensor, quantization: { ...tensor.quantization, zeroPoint: tensor.quantization.zeroPoint.map(() => zero) } }
    : tensor;

/** Zero points that are mistaken easily: none, one beside it, that of the other 8-bit type. */
function mistaken(zero: number): readonly (readonly [zero: number, what: string])[] {
  const each = [
    [0, 'not subtracted'],
    [zero + 1, 'off by one'],
    [zero - 1, 'off by one'],
    [zero + 128, 'that of the same values as uint8'],
    [zero - 128, 'that of the same values as int8'],
  ] as const;
  return each.filter(([value], i) => value !== zero && each.findIndex(([other]) => other === value) === i);
}

/** Zero points of inputs, which a kernel folds into its bias, and of the output, which is added at the end. */
export const zeroPoints: Rules = ({ view, real }) => {
  if (real) return [];
  const names = view.node.op.operands;
  const ofInputs = view.inputs.flatMap((tensor, i): Rule[] => {
    const zero = tensor?.quantization?.zeroPoint[0];
    if (tensor === undefined || zero === undefined || tensor.dtype === 'i32') return [];
    if (tensor.data && zero === 0) return []; // symmetric weights
    const name = names.inputs[i]?.name ?? `input ${i}`;
    return mistaken(zero).map(([value, what]) => ({
      rule: 'zero point',
      does: `takes ${value} for the zero point of ${name} (${what}${value === 0 ? ', or not folded into the bias' : ''})`,
      instead: `has ${zero}`,
      alter: (call) => ({
        ...call,
        view: {
          ...call.view,
          inputs: call.view.inputs.map((each, j) => (i === j && each ? withZero(each, value) : each)),
        },
      }),
    }));
  });
  const y = view.outputs[0];
  const yZero = y?.quantization?.zeroPoint[0];
  if (yZero === undefined || names.outputs[0]?.fixed) return ofInputs;
  const ofOutput = mistaken(yZero).map(
    ([value, what]): Rule => ({
      rule: 'zero point',
      does: `takes ${value} for the zero point of its output (${value === 0 ? 'not added' : what})`,
      instead: `has ${yZero}`,
      alter: (call) => ({
        ...call,
        view: { ...call.view, outputs: call.view.outputs.map((each) => withZero(each, value)) },
      }),
    }),
  );
  return [...ofInputs, ...ofOutput];
};
