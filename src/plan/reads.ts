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
    const positions = kernels[n].operands?.(view) ?? [0];
    const stray = view.inputs.findIndex((tensor, i) => tensor && !tensor.data && !positions.includes(i));
    if (stray >= 0 || positions.length < 1 || (positions.length > 2 && !node.op.places)) {
      throw new Error(`kernel ${kernels[n].name} reads inputs ${positions} of node ${node.index} "${node.name}"`);
    }
    return positions.map((position) => ({
      position,
      tensor: node.inputs[position],
      rule: node.op.rows(view, position),
      need: node.op.padding?.(view, position) ?? noNeed,
    }));
  });
}

/** Rows from `first` on, every `step`-th, up to `end`, which is not one. */
export interface RowSpan {
  readonly first: number;
  readonly end: number;
  readonly step: number;
}

/** The rows of x, inside the image, that row `row` of y needs. First and end grow with `row`. */
export function rowSpan(rule: RowRule, row: number, x: Ring, y: Ring): RowSpan {
  switch (rule.kind) {
    case 'window': {
      const from = row * rule.stride - rule.top;
      const before = Math.max(0, Math.ceil(-from / rule.dilation));
      const inside = Math.min(rule.window, Math.ceil((x.height - from) / rule.dilation));
      const end = Math.max(before, inside);
      return { first: from + before * rule.dilation, end: from + end * rule.dilation, step: rule.dilation };
    }
    case 'flat': {
      const [from, to] = [x.width * x.channels, y.width * y.channels];
      const end = Math.min(Math.ceil(((row + 1) * to) / from), x.height);
      return { first: Math.floor((row * to) / from), end, step: 1 };
    }
    case 'once':
      return { first: 0, end: 1, step: 1 };
    case 'span': {
      const [first, end] = rule.rows(row);
      return { first, end, step: 1 };
    }
    case 'whole':
      return { first: 0, end: x.height, step: 1 };
  }
}

/** The same rows as a list. */
export function rowsRead(rule: RowRule, row: number, x: Ring, y: Ring): number[] {
  const { first, end, step } = rowSpan(rule, row, x, y);
  return Array.from({ length: Math.max(Math.ceil((end - first) / step), 0) }, (_, i) => first + i * step);
}

/** Whether some output row needs a row above or below the image. */
export function readsOutside(rule: RowRule, x: Ring, y: Ring): boolean {
  if (rule.kind !== 'window') return false;
  const last = (y.height - 1) * rule.stride - rule.top + (rule.window - 1) * rule.dilation;
  return rule.top > 0 || last >= x.height;
}
