import type { FloatEvaluator } from '../graph/evaluator.ts';
import { type TensorId, viewOf } from '../graph/graph.ts';
import { elements, type Tensor } from '../graph/tensor.ts';

/** Runs a float32 graph through the plain definitions of its ops: slow, and what the float engine must equal bit for bit. */
export const evaluateFloat: FloatEvaluator = (graph) => (inputs, observe) => {
  const values = new Map<TensorId, Float32Array>();
  graph.tensors.forEach(({ data }, id) => {
    if (data instanceof Float32Array) values.set(id, data);
  });
  const make = (id: TensorId, made: Float32Array): void => {
    values.set(id, made);
    observe?.(id, made);
  };
  graph.inputs.forEach((id, i) => {
    const { name, shape } = graph.tensors[id] as Tensor;
    const given = inputs[i];
    if (given?.length !== elements(shape)) {
      throw new Error(`input "${name}" is given ${given?.length ?? 0} values (${elements(shape)})`);
    }
    make(id, given);
  });
  for (const node of graph.nodes) {
    if (!node.op.float) throw new Error(`node ${node.index} ${node.op.type} "${node.name}" has no float definition`);
    const view = viewOf(graph, node);
    const outputs = view.outputs.map(({ shape }) => new Float32Array(elements(shape)));
    node.op.float(
      view,
      node.inputs.map((id) => values.get(id)),
      outputs,
    );
    node.outputs.forEach((id, i) => {
      make(id, outputs[i] as Float32Array);
    });
  }
  return graph.outputs.map((id) => (values.get(id) as Float32Array).slice());
};
