import { expect, it } from 'vitest';
import { type Graph, viewOf } from '../../src/graph/graph.ts';
import type { Node, Requantize } from '../../src/graph/op.ts';
import { elements } from '../../src/graph/tensor.ts';
import { catalogue } from '../cases/catalogue.ts';
import { inputsOf } from '../support/values.ts';

/** What the reference of a graph's one node makes when each accumulator is rounded by `requantize`. */
function rounded(graph: Graph, requantize?: Requantize): number[] {
  const node = graph.nodes[0] as Node;
  const view = { ...viewOf(graph, node), ...(requantize && { requantize }) };
  const given = inputsOf(graph);
  const inputs = node.inputs.map((id) => given[graph.inputs.indexOf(id)] ?? (graph.tensors[id]?.data as Int8Array));
  const y = new Int8Array(elements(view.outputs[0]?.shape ?? []));
  node.op.reference(view, inputs, [y]);
  return [...y];
}

const graphs = catalogue.flatMap(({ rounded }) => rounded ?? []);

it.each(graphs)('$name rounds as its view says, and as TFLite where that says nothing', (graph) => {
  const zero = graph.tensors[graph.outputs[0] as number]?.quantization?.zeroPoint[0] as number;
  const [seven, eight] = [7, 8].map((value) => rounded(graph, () => value)) as [number[], number[]];
  const moved = seven.filter((value, i) => value !== eight[i]); // what is a constant, as 1 / √x of 0, is not rounded
  expect(moved.length).toBeGreaterThan(seven.length / 2);
  expect(new Set(moved)).toEqual(new Set([zero + 7]));
  expect(new Set(rounded(graph)).size).toBeGreaterThan(1);
});
