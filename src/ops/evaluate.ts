import { checkKind, kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { Values } from '../format/values.ts';
import { checkGraph } from '../graph/check-graph.ts';
import type { QuantizedEvaluator } from '../graph/evaluator.ts';
import { type Graph, variablesOf, viewOf } from '../graph/graph.ts';
import { roomFor, type Tensor, type TensorId } from '../graph/tensor.ts';

/** The values given for a graph input. Throws where they are not as many, or not of the type, that it has. */
function checked(tensor: Tensor, given: Values | undefined): Values {
  const wanted = roomFor(tensor);
  if (given && kindOf(given) === kindOf(wanted) && given.length === wanted.length) return given;
  const kind = kindOf(given);
  const what = !given ? 'nothing' : ArrayBuffer.isView(given) ? `${given.length} values in ${kind}` : kind;
  throw new LiteBlockError('input', `input "${tensor.name}" is given ${what} (${wanted.length} in ${kindOf(wanted)})`);
}

/** Values of a graph's variables, in their order, which a run reads and replaces. */
export type State = Values[];

/** The state before the first run. */
export const initialState = (graph: Graph): State => variablesOf(graph).map(({ initial }) => initial);

/**
 * Runs one image through the plain references: slow, obvious, and what every engine must equal byte for byte.
 * `inputs` are in the order of the graph's. `state` is replaced by that after the run; without it the run is the first one.
 * Throws input.
 */
export function evaluate(
  graph: Graph,
  inputs: readonly Values[],
  state: State = initialState(graph),
): { readonly outputs: Values[]; readonly tensors: Map<TensorId, Values> } {
  checkKind('evaluate: inputs', inputs, 'Array');
  const tensors = new Map<TensorId, Values>();
  graph.tensors.forEach((tensor, id) => {
    if (tensor.data) tensors.set(id, tensor.data);
  });
  graph.inputs.forEach((id, i) => {
    tensors.set(id, checked(graph.tensors[id], inputs[i]));
  });
  variablesOf(graph).forEach(({ value }, i) => {
    tensors.set(value, state[i]);
  });
  for (const node of graph.nodes) {
    const view = viewOf(graph, node);
    const outputs = view.outputs.map(roomFor);
    node.op.reference(
      view,
      node.inputs.map((id) => tensors.get(id)),
      outputs,
    );
    node.outputs.forEach((id, i) => {
      tensors.set(id, outputs[i]);
    });
  }
  variablesOf(graph).forEach(({ next }, i) => {
    state[i] = tensors.get(next) as Values;
  });
  return { outputs: graph.outputs.map((id) => tensors.get(id) as Values), tensors };
}

/** `evaluate` as the quantiser's report takes it. */
export const evaluateQuantized: QuantizedEvaluator = (graph) => {
  checkGraph('evaluateQuantized', graph);
  const state = initialState(graph);
  return (inputs, observe) => {
    const { outputs, tensors } = evaluate(graph, inputs, state);
    for (const [id, values] of tensors) if (!graph.tensors[id].data) observe?.(id, values);
    return outputs;
  };
};
