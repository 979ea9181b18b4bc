import { LiteBlockError } from '../format/errors.ts';
import type { Graph } from '../graph/graph.ts';
import { shortName } from '../graph/short-name.ts';
import type { Plan } from '../plan/plan.ts';

/** Bytes of arena that a model may need by default. */
export const defaultRamBytes = 2 ** 30;

/** The engine's memory has 32-bit addresses, and the file's header 32-bit sizes. */
const mostRamBytes = 2 ** 32 - 1;

/** Throws ram-exceeded, by the node at which the arena is fullest, where a plan needs more than `given` bytes. */
export function refuseRam(graph: Graph, plan: Plan, given = defaultRamBytes): void {
  const { ramBytes } = plan;
  const limit = Math.min(given, mostRamBytes);
  if (ramBytes <= limit) return;
  const node = graph.nodes[plan.stages[plan.steps[plan.bindingStep]?.stage ?? -1]?.node ?? -1];
  const what = `needs ${ramBytes} bytes of RAM, the limit is ${limit}; it is fullest at step ${plan.bindingStep}`;
  const where = node ? `, node ${node.index} ${node.op.type} "${shortName(node.name)}"` : '';
  const allow = ramBytes <= mostRamBytes ? `raise the limit to ${ramBytes} (--ram, ramBytes in the library), or ` : '';
  const cure = `${allow}give the model a smaller input`;
  const problems = node ? [{ node: node.index, op: node.op.type, name: node.name, what }] : [];
  throw new LiteBlockError('ram-exceeded', `${graph.name}: ${what}${where}: ${cure}`, problems);
}
