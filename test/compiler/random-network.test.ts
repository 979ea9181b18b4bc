import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Graph, nhwc } from '../../src/graph/graph.ts';
import type { Node } from '../../src/graph/op.ts';
import type { Padding, Tensor } from '../../src/graph/tensor.ts';
import { anyNetwork } from '../support/random-network.ts';

/** What the generator has to make for the tests that use it to see anything: of 300 networks at least so many have each. */
const networks = fc.sample(anyNetwork, { numRuns: 300, seed: 7 });
const least = 5;

const paddingsOf = ({ nodes }: Graph): Padding[] =>
  nodes.flatMap(({ attributes }) => (attributes as { readonly padding?: Padding }).padding ?? []);

const weightsOf = (graph: Graph): Tensor[] =>
  graph.tensors.filter(({ data, quantization }) => data && (quantization?.scale.length ?? 0) > 1);

/** Whether all values of some channel are 0. */
function hasDeadChannel({ data, shape, quantization }: Tensor): boolean {
  const axis = quantization?.axis ?? 0;
  const count = shape[axis] as number;
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const alive = new Set<number>();
  data?.forEach((value, i) => {
    if (value !== 0) alive.add(Math.floor(i / inner) % count);
  });
  return alive.size < count;
}

/** x scale · weight scale / y scale of every channel of every layer with weights. */
function ratiosOf({ nodes, tensors }: Graph): number[] {
  return nodes.flatMap(({ inputs, outputs }: Node) => {
    const [x, weights, y] = [inputs[0], inputs[1], outputs[0]].map(
      (id) => tensors[id ?? -1]?.quantization?.scale ?? [],
    );
    return (weights?.length ?? 0) > 1 ? (weights ?? []).map((one) => ((x?.[0] ?? 0) * one) / (y?.[0] ?? 1)) : [];
  });
}

const sides = (graph: Graph): number[] =>
  graph.tensors.filter(({ data }) => !data).map(({ shape }) => nhwc({ shape } as Tensor)[2]);
const channels = (graph: Graph): number[] =>
  graph.tensors.filter(({ data }) => !data).map(({ shape }) => nhwc({ shape } as Tensor)[3]);
const readersOf = ({ nodes }: Graph, id: number): number => nodes.filter(({ inputs }) => inputs.includes(id)).length;

it.each<[string, (graph: Graph) => boolean]>([
  ['padding on the right alone', (graph) => paddingsOf(graph).some(({ left, right }) => left === 0 && right > 0)],
  ['padding on the left alone', (graph) => paddingsOf(graph).some(({ left, right }) => left > 0 && right === 0)],
  ['more padding on the right', (graph) => paddingsOf(graph).some(({ left, right }) => left > 0 && right > left)],
  ['padding at the bottom alone', (graph) => paddingsOf(graph).some(({ top, bottom }) => top === 0 && bottom > 0)],
  ['padding at the top alone', (graph) => paddingsOf(graph).some(({ top, bottom }) => top > 0 && bottom === 0)],
  ['several inputs', ({ inputs }) => inputs.length > 1],
  ['three inputs', ({ inputs }) => inputs.length > 2],
  ['an input that nothing reads', (graph) => graph.inputs.some((id) => readersOf(graph, id) === 0)],
  ['several outputs', ({ outputs }) => outputs.length > 1],
  ['four outputs', ({ outputs }) => outputs.length > 3],
  ['an input that is an output', ({ inputs, outputs }) => inputs.some((id) => outputs.includes(id))],
  ['a tensor that is two outputs', ({ outputs }) => new Set(outputs).size < outputs.length],
  ['an output that others read', (graph) => graph.outputs.some((id) => readersOf(graph, id) > 0)],
  ['a tensor that three read', (graph) => graph.tensors.some(({ data }, id) => !data && readersOf(graph, id) > 2)],
  ['a channel whose weights are all 0', (graph) => weightsOf(graph).some(hasDeadChannel)],
  ['a scale below any step', (graph) => ratiosOf(graph).some((ratio) => ratio > 0 && ratio < 2 ** -31)],
  ['a shift to the left', (graph) => ratiosOf(graph).some((ratio) => ratio > 2)],
  ['a scale near the end of what the engine takes', (graph) => ratiosOf(graph).some((ratio) => ratio > 2 ** 25)],
  ['rows one below a tile', (graph) => sides(graph).includes(3)],
  ['rows one above a tile', (graph) => sides(graph).includes(5)],
  ['channels one below a block', (graph) => channels(graph).includes(7) || channels(graph).includes(15)],
  ['channels one above a block', (graph) => channels(graph).includes(9) || channels(graph).includes(17)],
])('random networks have %s', (_, has) => {
  expect(networks.filter(has).length).toBeGreaterThanOrEqual(least);
});
