import fc from 'fast-check';
import { describe, it } from 'vitest';
import { named } from '../cases/catalogue.ts';
import { checkGuarded } from '../support/guarded-run.ts';
import type { Problem } from '../support/operator-cases.ts';
import { channels, widths } from '../support/tiles.ts';

/** Every operator, at the edges of what its kernel computes at once and at the ends of its ranges, by its file in test/cases. */

const check = ({ graph, inputs }: Problem): void => void checkGuarded(graph, { keep: 'all' }, inputs);

describe.each(named)('%s equals the reference', (_, { tails, extremes = {}, random }) => {
  it.each(channels)('on %i channels and maps of every width', (c) => {
    for (const w of widths) for (const graph of tails(c, w)) check({ graph });
  });

  it.each(Object.entries(extremes))('on %s', (_what, problems) => {
    for (const problem of problems()) check(problem);
  });

  if (!random) return;
  it('on any small problem', () => {
    fc.assert(fc.property(random.problem, check), { numRuns: random.runs });
  });
});
