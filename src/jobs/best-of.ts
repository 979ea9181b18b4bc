/** The index of the greatest of `count` values from `from` on, of equal ones the first. */
export function bestOf(values: ArrayLike<number>, from = 0, count = values.length): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[from + i] > values[from + best]) best = i;
  return best;
}
