import { type Graph, keptTensors, viewOf } from '../graph/graph.ts';
import type { Node, NodeView } from '../graph/op.ts';
import { elements } from '../graph/tensor.ts';
import { nodeError } from './node-error.ts';

/**
 * Nodes of real values that read nothing but constants are computed here, by the definition of their op, and their outputs
 * become constants. A node that makes an output of the graph stays: outputs are made by nodes.
 */
export function foldConstants(graph: Graph): Graph {
  const tensors = [...graph.tensors];
  const outputs = new Set(keptTensors(graph));
  const nodes = graph.nodes.filter((node) => {
    const view = viewOf({ ...graph, tensors }, node);
    if (!isConstant(view) || node.outputs.some((id) => outputs.has(id))) return true;
    const values = valuesOf(graph, node, view);
    node.outputs.forEach((id, i) => {
      tensors[id] = { ...tensors[id], perImage: false, data: values[i] };
    });
    return false;
  });
  return nodes.length === graph.nodes.length ? graph : { ...graph, tensors, nodes };
}

function isConstant({ node, inputs, outputs }: NodeView): boolean {
  const given = inputs.filter((tensor) => tensor !== undefined);
  return (
    node.op.float !== undefined &&
    given.length > 0 &&
    given.every(({ data }) => data instanceof Float32Array) &&
    outputs.every(({ dtype }) => dtype === 'f32')
  );
}

function valuesOf(graph: Graph, node: Node, view: NodeView): Float32Array[] {
  const inputs = view.inputs.map((tensor) => tensor?.data as Float32Array | undefined);
  const outputs = view.outputs.map(({ shape }) => new Float32Array(elements(shape)));
  try {
    node.op.float?.(view, inputs, outputs);
  } catch (cause) {
    throw nodeError(graph, node, cause);
  }
  return outputs;
}
