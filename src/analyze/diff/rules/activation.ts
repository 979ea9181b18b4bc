import type { Values } from '../../../format/values.ts';
import type { Activation } from '../../../graph/attributes.ts';
import type { Rule, Rules } from '../rule.ts';

/** In the order in which they are tried: where the zero point is the least value, a ReLU is not a clamp. */
const texts: Readonly<Record<Activation, string>> = {
  relu: 'clamps at 0 (ReLU)',
  none: 'does not clamp',
  relu6: 'clamps at 0 and 6 (ReLU6)',
  reluN1To1: 'clamps at −1 and 1',
};

/** Another clamp after the layer, or none. */
export const activations: Rules = ({ view }) => {
  const { activation } = view.attributes as { readonly activation?: Activation };
  if (activation === undefined || !(activation in texts)) return [];
  return (Object.keys(texts) as Activation[])
    .filter((other) => other !== activation)
    .map(
      (other): Rule => ({
        rule: 'activation',
        does: texts[other],
        instead: texts[activation],
        alter: (call) => ({
          ...call,
          view: { ...call.view, attributes: { ...(call.view.attributes as object), activation: other } },
        }),
      }),
    );
};

/** A layer that is not there: its output is its input. */
export const leftOut: Rules = ({ view }) => {
  const [x, y] = [view.inputs[0], view.outputs[0]];
  if (!x || x.data || x.dtype !== y?.dtype || String(x.shape) !== String(y.shape)) return [];
  return [
    {
      rule: 'left out',
      does: 'leaves the layer out',
      instead: 'computes it',
      alter: (call) => ({ ...call, by: ({ inputs }) => [(inputs[0] as Values).slice()] }),
    },
  ];
};
