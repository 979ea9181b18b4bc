import { expect, it } from 'vitest';
import { statuses } from '../../src/format/status.ts';
import { debugBuilds } from '../support/engine.ts';
import { hostileFile, soundFiles } from '../support/hostile-files.ts';
import { attempt } from '../support/hostile-run.ts';
import { randomOf } from '../support/values.ts';

/**
 * Files of which any records lie, on the builds that bound every load and store. SEED and HOSTILE take other files and more:
 * `HOSTILE=200000 npx vitest run test/engine/hostile-records.test.ts`.
 */
const count = Number(process.env.HOSTILE ?? 4000);
const seed = Number(process.env.SEED ?? 20);
/** A run is cut off after so many loads and stores, about a tenth of a second. */
const accesses = 2_000_000;

const below =
  (random: () => number) =>
  (end: number): number =>
    Math.floor(random() * end);

it.each(debugBuilds)('the sound files run on %s', (build) => {
  for (const file of soundFiles) expect(attempt(build, file)).toBe('ok');
});

it.each(debugBuilds)(
  `${count} hostile files are refused or run within their operands on %s`,
  (build) => {
    const answers = new Map<string, number>();
    for (let i = 0; i < count; i++) {
      const file = hostileFile(below(randomOf(seed * 1_000_003 + i)));
      let answer: string;
      try {
        answer = attempt(build, file, { accesses });
      } catch (error) {
        throw new Error(`file ${i} of seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
    for (const answer of answers.keys()) expect([...statuses, 'unfinished']).toContain(answer);
    // The files are worth the name: some are refused by each check, and a good part runs.
    for (const answer of ['ok', 'operand', 'stage', 'schedule', 'interface'])
      expect([...answers.keys()]).toContain(answer);
    if (process.env.HOSTILE) console.log(build, Object.fromEntries(answers));
  },
  3_600_000,
);
