import { expect, it } from 'vitest';
import { importPt2 } from '../../../src/import/pytorch/import-pt2.ts';
import { randomOf } from '../../support/values.ts';
import { changed, type Json } from './changed-program.ts';

/** Values that a field of the JSON may be changed to. */
const strays: readonly unknown[] = [
  0,
  -1,
  1,
  2,
  7,
  2 ** 31,
  2 ** 53,
  1e300,
  -0.5,
  '',
  'x',
  'conv2d',
  null,
  true,
  [],
  {},
  [1, 2],
  'as_int',
];

/** Every place in a JSON value, as the object or list that holds it and its key. */
function placesIn(value: Json, places: [Json, string | number][] = []): [Json, string | number][] {
  if (typeof value !== 'object' || value === null) return places;
  for (const key of Object.keys(value)) {
    places.push([value, key]);
    placesIn(value[key], places);
  }
  return places;
}

it('a program is refused in words or imported, whatever its JSON says', () => {
  const random = randomOf(Number(process.env.SEED ?? 1));
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
  for (let round = 0; round < 300; round++) {
    let what = '';
    const bytes = changed((program, weights) => {
      const places = placesIn(round % 3 === 0 ? weights : program.graph_module);
      for (let count = 1 + Math.floor(random() * 2); count > 0; count--) {
        const [holder, key] = pick(places);
        const stray = pick(strays);
        what += ` ${key}=${JSON.stringify(stray)}`;
        if (random() < 0.15) delete holder[key];
        else holder[key] = stray;
      }
    });
    try {
      importPt2(bytes, 'net.pt2');
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      expect({ round, what, code, message }).toEqual({
        round,
        what,
        code: expect.stringMatching(/^(file-|unsupported|graph-)/),
        message,
      });
    }
  }
}, 120_000);
