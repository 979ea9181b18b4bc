import { checkKind } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import { checkGraph } from '../graph/check-graph.ts';
import type { FloatEvaluator } from '../graph/evaluator.ts';
import { type Graph, givenTensors, variablesOf, viewOf } from '../graph/graph.ts';
import { withName } from '../graph/short-name.ts';
import { elements, type TensorId } from '../graph/tensor.ts';

/** Throws unsupported, naming the first node without a float definition or the first tensor that is not float32. */
export function requireFloat(graph: Graph): void {
  checkGraph('float execution', graph);
  const { nodes, tensors } = graph;
  const none = nodes.find(({ op }) => !op.float);
  if (none)
    throw new LiteBlockError(
      'unsupported',
      `${withName(`node ${none.index} ${none.op.type}`, none.name)} has no float definition`,
    );
  const used = [...givenTensors(graph), ...nodes.flatMap((node) => [...node.inputs, ...node.outputs])].filter(
    (id) => id >= 0,
  );
  const other = used.map((id) => tensors[id]).find(({ dtype }) => dtype !== 'f32');
  if (other)
    throw new LiteBlockError(
      'unsupported',
      `tensor "${other.name}" is ${other.dtype}; float execution takes f32 alone`,
    );
}

/** The values given for each graph input. Throws input where they are not as many, or not float32. */
export function floatInputs({ inputs, tensors }: Graph, given: readonly Float32Array[]): readonly Float32Array[] {
  checkKind('float execution: inputs', given, 'Array');
  return inputs.map((id, i) => {
    const { name, shape } = tensors[id];
    const values = given[i];
    if (values) checkKind(`input "${name}"`, values, 'Float32Array');
    if (values?.length === elements(shape)) return values;
    throw new LiteBlockError('input', `input "${name}" is given ${values?.length ?? 0} values (${elements(shape)})`);
  });
}

/** Runs a float32 graph through the plain definitions of its ops: slow, and what the float engine must equal bit for bit. */
export const evaluateFloat: FloatEvaluator = (graph) => {
  requireFloat(graph);
  const state = variablesOf(graph).map(({ initial }) => initial as Float32Array);
  return (inputs, observe) => {
    const values = new Map<TensorId, Float32Array>();
    graph.tensors.forEach(({ data }, id) => {
      if (data instanceof Float32Array) values.set(id, data);
    });
    const make = (id: TensorId, made: Float32Array): void => {
      values.set(id, made);
      observe?.(id, made);
    };
    floatInputs(graph, inputs).forEach((given, i) => {
      make(graph.inputs[i], given);
    });
    variablesOf(graph).forEach(({ value }, i) => {
      make(value, state[i]);
    });
    for (const node of graph.nodes) {
      const view = viewOf(graph, node);
      const outputs = view.outputs.map(({ shape }) => new Float32Array(elements(shape)));
      node.op.float?.(
        view,
        node.inputs.map((id) => values.get(id)),
        outputs,
      );
      node.outputs.forEach((id, i) => {
        make(id, outputs[i]);
      });
    }
    variablesOf(graph).forEach(({ next }, i) => {
      state[i] = values.get(next) as Float32Array;
    });
    return graph.outputs.map((id) => (values.get(id) as Float32Array).slice());
  };
};
