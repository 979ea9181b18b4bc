import { type Graph, producersOf, variablesOf } from '../graph/graph.ts';
import { type Layout, merged } from './layout.ts';
import type { Read } from './reads.ts';
import { replay } from './replay.ts';
import { type Ring, sameLayout } from './ring.ts';
import type { NodeStep } from './schedule.ts';

/** A layout and the schedule of its stages. */
interface Planned {
  readonly layout: Layout;
  readonly schedule: readonly NodeStep[];
}

/** Up to so many variables are tried one by one, each with a replay of the schedule. */
const mostTries = 16;

/**
 * A variable becomes a copy of a tensor, made when its value has been read for the last time. Where the tensor itself is made
 * no earlier than that, it is made in the variable's memory, and nothing is copied: of all variables together, or else of
 * each that allows it.
 */
export function withoutCopies(
  graph: Graph,
  reads: readonly (readonly Read[])[],
  layout: Layout,
  schedule: readonly NodeStep[],
): Planned {
  const copies = copiesOf(graph, layout);
  if (copies.length === 0) return { layout, schedule };
  const without = (planned: Planned, nodes: readonly number[]): Planned | undefined => {
    const taken = nodes.reduce((before, n) => withoutCopy(graph, before, n), planned.layout);
    const steps = planned.schedule.filter(({ node }) => !nodes.includes(node));
    return replay(graph, reads, taken, steps) === undefined ? { layout: taken, schedule: steps } : undefined;
  };
  const all = without({ layout, schedule }, copies);
  if (all) return all;
  return copies
    .slice(0, mostTries)
    .reduce((planned, n) => without(planned, [n]) ?? planned, { layout, schedule } as Planned);
}

/** Nodes that copy a tensor, made by a stage into a memory of its own, as it lies, into a variable. */
function copiesOf(graph: Graph, { rings, memory, isView, places }: Layout): number[] {
  const producers = producersOf(graph);
  return variablesOf(graph).flatMap(({ value, next }) => {
    const n = producers.get(next);
    const node = n === undefined ? undefined : graph.nodes[n];
    if (n === undefined || next === value || !node?.op.view) return [];
    const [x] = node.inputs;
    const p = producers.get(x);
    const isMade = p !== undefined && !isView[p] && memory[x] === x && !places[x];
    const isWhole = places.every((place) => place?.whole !== x);
    return isMade && isWhole && sameLayout(rings[x] as Ring, rings[next] as Ring) ? [n] : [];
  });
}

/** The layout in which what node n copies is made where the copy lies. */
function withoutCopy(graph: Graph, layout: Layout, n: number): Layout {
  const { inputs, outputs } = graph.nodes[n];
  const [x, y] = [inputs[0], outputs[0]];
  const content = layout.content.map((id, tensor) => (tensor === y ? layout.content[x] : id));
  const isView = layout.isView.map((view, node) => view || node === n);
  return merged({ ...layout, content, isView }, x, y);
}
