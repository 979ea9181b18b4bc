import type { Rule, Rules } from '../rule.ts';

const without = <T>(list: readonly (T | undefined)[], i: number): (T | undefined)[] =>
  list.map((each, j) => (i === j ? undefined : each));

/** A layer without one of the constants that it could do without: its bias. */
export const withoutBias: Rules = ({ view }) =>
  view.node.op.operands.inputs.flatMap(({ name, optional }, i): Rule[] => {
    if (!optional || !view.inputs[i]?.data) return [];
    return [
      {
        rule: name,
        does: `leaves the ${name} out`,
        instead: 'adds it',
        alter: (call) => ({
          ...call,
          view: { ...call.view, inputs: without(call.view.inputs, i) },
          inputs: without(call.inputs, i),
        }),
      },
    ];
  });
