/** Axes that stay side by side. */
export interface AxisGroup {
  /** The first of its axes, by which groups are told apart. */
  readonly first: number;
  readonly size: number;
}

/** The axes of a shape that are not of size 1 in their new order, with those that stay side by side as one. */
export function groupsOf(shape: readonly number[], axes: readonly number[]): AxisGroup[] {
  const counted = shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));
  const groups: AxisGroup[] = [];
  let before = Number.NaN;
  for (const axis of axes.filter((each) => counted.includes(each))) {
    const group = groups.at(-1);
    const position = counted.indexOf(axis);
    if (group && position === before + 1) groups[groups.length - 1] = { ...group, size: group.size * shape[axis] };
    else groups.push({ first: axis, size: shape[axis] });
    before = position;
  }
  return groups;
}

export const sizeOf = (groups: readonly AxisGroup[]): number => groups.reduce((product, { size }) => product * size, 1);
