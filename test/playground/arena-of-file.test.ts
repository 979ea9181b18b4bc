import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { rectanglesOfFile, runsOf } from '../../examples/playground/src/arena-of-file.ts';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { readModel } from '../../src/format/read.ts';
import { digitsModel } from '../cli/cli.ts';

it('finds in a .lbm the rectangles of the plan that it was made by', () => {
  const { bytes, plan } = compile(importModel(readFileSync(digitsModel), digitsModel));
  const ofPlan = plan.buffers.map(({ kind, offset, bytes, first, last, steps }) => ({
    ...{ kind, offset, bytes, spans: steps ? runsOf(steps) : [[first, last]] },
  }));
  const ofFile = rectanglesOfFile(readModel(bytes)).map(({ name: _, ...rest }) => rest);
  const sorted = (list: readonly object[]): string[] => list.map((each) => JSON.stringify(each)).sort();
  expect(sorted(ofFile)).toEqual(sorted(ofPlan));
});

it('joins steps that follow one another', () => {
  expect(runsOf([1, 2, 3, 7, 9, 10])).toEqual([
    [1, 3],
    [7, 7],
    [9, 10],
  ]);
});
