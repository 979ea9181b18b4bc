/** How images of one class fared. */
export interface ClassScore {
  readonly index: number;
  readonly label?: string;
  /** Images of this class. */
  readonly count: number;
  readonly correct: number;
  /** Share of them that was named so; undefined without images. */
  readonly recall: number | undefined;
}

export interface Confused {
  readonly truth: number;
  readonly predicted: number;
  readonly count: number;
}

export interface Confusion {
  readonly count: number;
  readonly correct: number;
  /** Share of images whose best class is the true one. */
  readonly top1: number;
  readonly classes: readonly ClassScore[];
  /** Pairs of different classes that were taken for one another, the most frequent first. */
  readonly confused: readonly Confused[];
}

/** Standard error of a share of `count` independent images: √(p (1 − p) / n). */
export const standardError = (share: number, count: number): number => Math.sqrt((share * (1 - share)) / count);

/** Compares predicted with true classes, of which there are `classes`. */
export function confusionOf(
  truth: readonly number[],
  predicted: readonly number[],
  classes: number,
  labels: readonly string[] = [],
): Confusion {
  const cells = new Map<number, number>();
  const of = new Int32Array(classes);
  truth.forEach((t, i) => {
    const cell = t * classes + predicted[i];
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
    of[t] = of[t] + 1;
  });
  const scores = Array.from(of, (count, index): ClassScore => {
    const correct = cells.get(index * classes + index) ?? 0;
    const label = labels[index];
    return {
      index,
      ...(label !== undefined && { label }),
      count,
      correct,
      recall: count ? correct / count : undefined,
    };
  });
  const confused = [...cells]
    .map(([cell, count]) => ({ truth: Math.floor(cell / classes), predicted: cell % classes, count }))
    .filter(({ truth, predicted }) => truth !== predicted)
    .sort((a, b) => b.count - a.count || a.truth - b.truth || a.predicted - b.predicted);
  const correct = scores.reduce((sum, score) => sum + score.correct, 0);
  return { count: truth.length, correct, top1: correct / truth.length, classes: scores, confused };
}

/** Row t, column p: images of class t that were taken for class p. */
export function matrixOf({ classes, confused }: Confusion): number[][] {
  const matrix = classes.map(({ correct }, t) => classes.map((_, p) => (t === p ? correct : 0)));
  for (const { truth, predicted, count } of confused) matrix[truth][predicted] = count;
  return matrix;
}
