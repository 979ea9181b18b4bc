import { equalQuantization } from '../../graph/quantization.ts';
import type { Quantization } from '../../graph/tensor.ts';

/** What of a node of a quantised file says how tensors are quantised. */
export interface PlannedNode {
  /** Names of what it reads and makes. */
  readonly reads: readonly string[];
  readonly outputs: readonly string[];
  /** It quantises what it reads, or makes what is quantised: in this scale; undefined where that is none that is supported. */
  readonly scale?: Quantization | undefined;
  /** What it reads is quantised in `scale`, and no more than that is what it does. */
  readonly quantizes?: boolean;
  /** Its output may have the scale of what it is made of. */
  readonly keeps: boolean;
}

/**
 * The scale in which each tensor of a quantised file is made, by its name: that of the node which quantises it, or that of what is
 * made of its values alone. Tensors that have none are computed in real values there.
 */
export function planQuantization(nodes: readonly PlannedNode[]): ReadonlyMap<string, Quantization> {
  const readers = new Map<string, PlannedNode[]>();
  for (const node of nodes) {
    for (const name of node.reads) {
      const list = readers.get(name);
      if (list) list.push(node);
      else readers.set(name, [node]);
    }
  }
  const plan = new Map<string, Quantization>();
  const planned = ({ quantizes, scale, keeps, outputs }: PlannedNode): Quantization | undefined => {
    if (quantizes) return scale;
    return keeps ? plan.get(outputs[0]) : undefined;
  };
  const settle = (name: string): void => {
    const own = readers.get(name) ?? [];
    const direct = own.find(({ quantizes }) => quantizes)?.scale;
    const all = own.map(planned);
    const agreed = all.length > 0 && all.every((each) => each && equalQuantization(each, all[0])) ? all[0] : undefined;
    const scale = direct ?? agreed;
    if (scale) plan.set(name, scale);
  };
  for (const { outputs, quantizes, scale } of [...nodes].reverse()) {
    for (const name of outputs) {
      if (scale && !quantizes) plan.set(name, scale);
      else settle(name);
    }
  }
  for (const name of readers.keys()) if (!plan.has(name)) settle(name);
  return plan;
}
