import { type Graph, viewOf } from '../graph/graph.ts';
import type { Kernel } from '../graph/op.ts';
import type { PaddingNeed, RowRule } from '../graph/rules.ts';
import type { TensorId } from '../graph/tensor.ts';
import type { Ring } from './ring.ts';

/** One operand that a node reads row by row: x, or x2. */
export interface Read {
  /** Among the node's inputs. */
  readonly position: number;
  readonly tensor: TensorId;
  readonly rule: RowRule;
  readonly need: PaddingNeed;
}

const noNeed: PaddingNeed = { left: 0, right: 0, zeroRow: false };

/** For each node the operands that its kernel reads, x first. Other inputs are constants that the kernel packs itself. */
export function readsOf(graph: Graph, kernels: readonly Kernel[]): Read[][] {
  return graph.nodes.map((node, n) => {
    const view = viewOf(graph, node);
    const positions = kernels[n]?.operands?.(view) ?? [0];
    const stray = view.inputs.findIndex((tensor, i) => tensor && !tensor.data && !positions.includes(i));
    if (stray >= 0 || positions.length < 1 || (positions.length > 2 && !node.op.places)) {
      throw new Error(`kernel ${kernels[n]?.name} reads inputs ${positions} of node ${node.index} "${node.name}"`);
    }
    return positions.map((position) => ({
      position,
      tensor: node.inputs[position] as TensorId,
      rule: node.op.rows(view, position),
      need: node.op.padding?.(view, position) ?? noNeed,
    }));
  });
}

/** The rows of x, inside the image, that row `row` of y needs. */
export function rowsRead(rule: RowRule, row: number, x: Ring, y: Ring): number[] {
  const range = (first: number, end: number) => Array.from({ length: end - first }, (_, i) => first + i);
  switch (rule.kind) {
    case 'window': {
      const first = row * rule.stride - rule.top;
      const before = Math.max(0, Math.ceil(-first / rule.dilation));
      const inside = Math.min(rule.window, Math.ceil((x.height - first) / rule.dilation));
      return range(before, Math.max(before, inside)).map((tap) => first + tap * rule.dilation);
    }
    case 'flat': {
      const [from, to] = [x.width * x.channels, y.width * y.channels];
      return range(Math.floor((row * to) / from), Math.min(Math.ceil(((row + 1) * to) / from), x.height));
    }
    case 'once':
      return [0];
    case 'span':
      return range(...rule.rows(row));
    case 'whole':
      return range(0, x.height);
  }
}

/** Whether some output row needs a row above or below the image. */
export function readsOutside(rule: RowRule, x: Ring, y: Ring): boolean {
  if (rule.kind !== 'window') return false;
  const last = (y.height - 1) * rule.stride - rule.top + (rule.window - 1) * rule.dilation;
  return rule.top > 0 || last >= x.height;
}
