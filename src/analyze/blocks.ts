import type { NodeRow, RowBlock } from './node-row.ts';

/** A block of the user's network, with the sums of what is in it. */
export interface BlockRow {
  readonly path: string;
  readonly type: string;
  /** Of the block's last node. */
  readonly shape: NodeRow['shape'];
  readonly macs: number;
  readonly parameters: number;
  readonly rows: readonly TreeRow[];
}

/** A node that is in no further block, or a block. */
export type TreeRow = NodeRow | BlockRow;

export const isBlock = (row: TreeRow): row is BlockRow => 'rows' in row;

/** Rows as they are nested in blocks: a block stands where its first node does. */
export const treeOf = (nodes: readonly NodeRow[]): TreeRow[] => nested(nodes, 0);

function nested(nodes: readonly NodeRow[], depth: number): TreeRow[] {
  const groups = new Map<string, NodeRow[]>();
  nodes.forEach((node, i) => {
    const path = node.blocks[depth]?.path;
    const key = path === undefined ? `node ${i}` : `block ${path}`;
    groups.set(key, [...(groups.get(key) ?? []), node]);
  });
  return [...groups.values()].map((group): TreeRow => {
    const [first, last] = [group[0], group.at(-1) as NodeRow];
    const block = first.blocks[depth];
    return block ? blockRow(block, last, group, depth) : first;
  });
}

function blockRow({ path, type }: RowBlock, last: NodeRow, nodes: readonly NodeRow[], depth: number): BlockRow {
  const sum = (field: 'macs' | 'parameters') => nodes.reduce((total, node) => total + node[field], 0);
  const rows = nested(nodes, depth + 1);
  return { path, type, shape: last.shape, macs: sum('macs'), parameters: sum('parameters'), rows };
}
