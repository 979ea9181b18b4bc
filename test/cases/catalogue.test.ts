import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue as operators } from '../../src/ops/catalogue.ts';
import { catalogue, named } from './catalogue.ts';

/** `AveragePool2d` → `average-pool2d`, as its file in src/ops is named. */
const fileOf = (type: string): string => type.replace(/(?<=[a-z0-9])[A-Z]/g, '-$&').toLowerCase();

it('has every operator with a kernel, in the order of the operators', () => {
  const withKernel = operators.filter(({ kernels }) => kernels.length > 0);
  expect(catalogue.map(({ op }) => op)).toEqual(withKernel);
});

it('has a file of its own for each operator, named as in src/ops, and no other', () => {
  const here = readdirSync(new URL('.', import.meta.url)).filter((name) => !name.startsWith('catalogue.'));
  expect(here.sort()).toEqual(catalogue.map(({ op }) => `${fileOf(op.type)}.ts`).sort());
  const sources = readdirSync(new URL('../../src/ops', import.meta.url));
  expect(here.filter((name) => !sources.includes(name))).toEqual([]);
});

describe.each(named)('%s', (_, { op, ...cases }) => {
  it('has no list that is empty', () => {
    const { tails, random, needs, real, rounded, zeroRow, ...lists } = cases;
    expect(tails(9, 5)).not.toEqual([]);
    for (const [name, list] of Object.entries(lists)) expect(Object.keys(list), name).not.toEqual([]);
    if (needs) expect(Object.keys(needs.graphs)).not.toEqual([]);
    for (const problems of Object.values(cases.extremes ?? {})) expect(problems()).not.toEqual([]);
  });

  it('goes through rings by rows, or has graphs that need the whole map', () => {
    expect([...Object.keys(cases.rings ?? {}), ...(cases.whole ?? [])]).not.toEqual([]);
  });

  it('has graphs of this operator', () => {
    const { tails, rings = {}, whole = [], hostile } = cases;
    for (const graph of [...tails(9, 5), ...Object.values(rings), ...whole, ...hostile]) {
      const types = graph.nodes.map((node) => node.op.type);
      expect(types).toContain(op.type);
    }
  });
});
