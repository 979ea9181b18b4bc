import { expect, it } from 'vitest';
import { oneToOne } from '../../src/graph/rules.ts';
import { lookup } from '../../src/ops/lookup.ts';
import { tensor } from '../kernels/views.ts';
import { map, opView, runReference } from './run-reference.ts';

const table = Array.from({ length: 256 }, (_, i) => 127 - i);

it('gives the entry of each value, the first being that of −128', () => {
  expect(runReference(lookup, { table }, [map([1, 4, 1], [-128, 127, 0, -1])])).toEqual([127, -128, -1, 0]);
});

it('goes row by row, and has 256 entries', () => {
  expect(lookup.rows(opView(lookup, { table }, [tensor('x', [1, 2, 2, 1])]), 0)).toEqual(oneToOne);
  expect(() => lookup.outputShapes([tensor('x', [1, 1, 1, 1])], { table: [1] })).toThrow('a table of 1 values');
});
