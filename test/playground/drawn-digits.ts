/** A stroke: points from where the pen is set down to where it is lifted, in hundredths of the canvas, x to the right. */
export type Stroke = readonly (readonly [x: number, y: number])[];

interface Hand {
  readonly hand: string;
  /** The strokes of 0 to 9. */
  readonly digits: readonly (readonly Stroke[])[];
}

/** Strokes with a bar between them: points with blanks between, x,y. */
const strokesOf = (text: string): Stroke[] =>
  text.split(' | ').map((stroke) => stroke.split(' ').map((point) => point.split(',').map(Number) as [number, number]));

/**
 * Thirty digits, by three hands. They were written down once, as points that a pen passes through, before any network saw
 * them, and were not changed afterwards. Between the points a pen moves on a smooth curve (`smooth`).
 */
export const hands: readonly Hand[] = [
  {
    hand: 'upright, in the middle',
    digits: [
      '52,14 36,20 28,38 28,60 36,80 50,87 64,80 72,60 71,38 64,21 51,14',
      '50,14 50,38 51,62 50,87',
      '30,32 36,18 52,13 66,20 68,36 58,54 42,70 28,85 | 28,85 50,85 73,84',
      '31,22 44,14 60,17 67,30 60,43 46,48 | 46,48 62,53 70,66 62,81 45,87 29,79',
      '38,14 33,34 29,56 | 29,56 50,57 72,56 | 61,16 61,50 60,87',
      '68,15 50,15 35,16 | 35,16 33,32 31,47 | 31,47 46,42 62,48 69,63 62,80 45,87 28,80',
      '62,13 46,24 34,44 29,64 35,81 50,87 64,80 68,66 60,54 46,53 33,62',
      '28,16 50,16 72,15 | 72,15 60,38 50,62 43,87',
      '62,24 50,14 36,20 35,33 47,44 62,54 70,69 62,83 48,87 34,81 31,67 42,53 57,43 66,31 62,22',
      '66,26 54,14 38,18 31,32 37,46 51,50 63,42 67,27 | 67,27 65,50 62,68 56,87',
    ].map(strokesOf),
  },
  {
    hand: 'slanted, small, in the upper left',
    digits: [
      '40,12 29,17 22,29 18,44 22,54 31,55 41,46 47,31 48,18 41,12',
      '40,11 36,25 31,40 27,55',
      '24,22 31,13 41,12 45,20 39,32 28,43 17,53 | 17,53 24,51 32,54 41,52',
      '26,16 35,11 44,15 43,24 33,31 | 33,31 41,35 41,45 33,53 22,55 15,50',
      '32,11 25,24 17,38 | 17,38 29,39 43,38 | 42,22 37,39 32,56',
      '29,12 26,22 23,31 | 23,31 33,28 40,35 38,46 29,54 17,53 | 29,12 38,12 48,11',
      '43,11 31,21 23,35 19,48 24,55 33,53 38,44 34,37 25,40 20,46',
      '22,14 33,13 47,12 | 47,12 38,26 31,40 26,56',
      '44,17 37,11 29,15 28,24 34,31 37,40 33,51 24,55 17,50 19,41 29,33 40,26 45,18',
      '44,18 38,11 29,15 25,24 29,31 37,28 44,18 | 44,18 41,30 36,43 31,56',
    ].map(strokesOf),
  },
  {
    hand: 'wide, large, with serifs and bars, shaky',
    digits: [
      '47,8 30,12 16,26 10,48 15,71 29,88 49,93 70,87 85,70 90,49 84,27 71,12 52,7 43,9',
      '33,27 43,18 52,8 | 52,8 53,36 51,64 52,92',
      '17,31 22,16 39,7 61,8 77,19 79,35 69,52 48,68 27,80 14,92 | 14,92 38,90 62,93 86,90',
      '18,12 42,9 74,10 | 74,10 60,25 44,40 | 44,40 65,42 80,55 81,73 67,88 44,93 17,86',
      '58,7 41,29 25,48 10,66 | 10,66 36,64 62,66 88,64 | 64,40 65,66 63,94',
      '80,9 53,8 27,10 | 27,10 24,27 21,44 | 21,44 42,37 66,40 82,55 81,75 64,90 40,93 16,85',
      '70,7 47,17 28,37 17,62 24,82 45,93 70,90 84,75 79,58 60,49 37,53 20,68',
      '15,22 16,10 | 15,11 50,9 85,10 | 85,10 68,36 54,64 44,93 | 40,51 58,52 77,50',
      '50,47 30,38 26,22 40,9 61,8 75,20 71,36 50,47 28,59 18,75 30,90 52,94 74,88 82,73 72,58 50,47',
      '78,24 65,9 43,8 26,20 23,37 36,50 57,51 74,40 79,22 | 79,22 80,45 74,70 59,88 38,94 22,87',
    ].map(strokesOf),
  },
];

/** The points of a curve through all points of a stroke (Catmull–Rom), `steps` for each stretch. */
export function smooth(stroke: Stroke, steps = 5): Stroke {
  const at = (i: number) => stroke[Math.min(Math.max(i, 0), stroke.length - 1)] as readonly [number, number];
  const points: [number, number][] = [];
  for (let i = 0; i + 1 < stroke.length; i++) {
    for (let step = i === 0 ? 0 : 1; step <= steps; step++) {
      const t = step / steps;
      const axis = (k: 0 | 1): number => {
        const [a, b, c, d] = [at(i - 1)[k], at(i)[k], at(i + 1)[k], at(i + 2)[k]];
        return b + (t / 2) * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
      };
      points.push([axis(0), axis(1)]);
    }
  }
  return points;
}
