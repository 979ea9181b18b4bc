import { expect, it } from 'vitest';
import { isBlock, type TreeRow, treeOf } from '../../src/analyze/blocks.ts';
import { row } from './row.ts';

const block = (path: string) => ({ path, type: 'LiteBlock' });

/** "a", or a block with what is in it. */
const names = (tree: readonly TreeRow[]): unknown[] =>
  tree.map((each) => (isBlock(each) ? { [each.path]: names(each.rows) } : each.name));

it('nests rows in their blocks, and sums their costs', () => {
  const tree = treeOf([
    row('stem', { macs: 1 }),
    row('b0.x', { macs: 10, parameters: 2, blocks: [block('b0')] }),
    row('b0.se.y', { macs: 20, parameters: 3, blocks: [block('b0'), block('b0.se')] }),
    row('b0.z', { macs: 30, parameters: 4, shape: [1, 2, 2, 5], blocks: [block('b0')] }),
    row('b1.x', { macs: 40, blocks: [block('b1')] }),
    row('fc'),
  ]);
  expect(names(tree)).toEqual(['stem', { b0: ['b0.x', { 'b0.se': ['b0.se.y'] }, 'b0.z'] }, { b1: ['b1.x'] }, 'fc']);
  expect(tree[1]).toMatchObject({ type: 'LiteBlock', macs: 60, parameters: 9, shape: [1, 2, 2, 5] });
});

it('keeps a block whole that others run between', () => {
  const rows = [row('a.x', { blocks: [block('a')] }), row('y'), row('a.z', { blocks: [block('a')] })];
  expect(names(treeOf(rows))).toEqual([{ a: ['a.x', 'a.z'] }, 'y']);
});
