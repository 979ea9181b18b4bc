import type { AxisOrder } from '../../graph/rules.ts';
import { type Factor, type Factors, indexOrder, type Places, placesShape, sameFactors, sizeOf } from './layout.ts';

type Shape = readonly [1, number, number, number];

/** One step on the way of a tensor into other places. */
export type Move =
  | { readonly kind: 'reshape'; readonly shape: Shape }
  | { readonly kind: 'transpose'; readonly order: AxisOrder }
  | { readonly kind: 'select'; readonly order: readonly number[] };

/**
 * The steps that put the elements of a tensor from some places into others, which have the same factors: none where they lie
 * there, one reshape where only the shape differs, one selection where channels alone change their order, and otherwise
 * transposes of three runs of factors at a time.
 */
export function movesTo(from: Places, to: Places): readonly Move[] {
  const [source, target] = [from.flat(), to.flat()];
  const shape = placesShape(to);
  if (sameFactors(source, target)) return String(placesShape(from)) === String(shape) ? [] : [reshape(shape)];
  if (sameFactors(from[0], to[0]) && sameFactors(from[1], to[1])) {
    return [{ kind: 'select', order: indexOrder(from[2], to[2]) }];
  }
  const moves: Move[] = [];
  let [order, now]: [Factors, Shape] = [source, placesShape(from)];
  const add = (groups: readonly [Factors, Factors, Factors], axes: AxisOrder): void => {
    const sizes: Shape = [1, sizeOf(groups[0]), sizeOf(groups[1]), sizeOf(groups[2])];
    if (String(sizes) !== String(now)) moves.push(reshape(sizes));
    moves.push({ kind: 'transpose', order: axes });
    now = [1, sizes[axes[0] + 1], sizes[axes[1] + 1], sizes[axes[2] + 1]] as Shape;
    order = axes.flatMap((axis) => groups[axis]);
  };
  const three = threeRuns(source, target);
  if (three) add(three.groups, three.order);
  else {
    // The longest beginning of the target that is in order stays; what follows is brought to the end, one after the other.
    for (const factor of target.slice(inOrder(source, target))) {
      const at = order.indexOf(factor);
      add([order.slice(0, at), [factor], order.slice(at + 1)], [0, 2, 1]);
    }
  }
  if (String(now) !== String(shape)) moves.push(reshape(shape));
  return moves;
}

const reshape = (shape: Shape): Move => ({ kind: 'reshape', shape });

/** Source and target as three runs of factors in another order; undefined where there are more. */
function threeRuns(source: Factors, target: Factors) {
  const follows = new Map(target.map((factor, i): [Factor | undefined, Factor] => [target[i - 1], factor]));
  const runs: Factor[][] = [];
  source.forEach((factor, i) => {
    if (i > 0 && follows.get(source[i - 1]) === factor) runs.at(-1)?.push(factor);
    else runs.push([factor]);
  });
  if (runs.length > 3) return undefined;
  const groups = runs.length === 3 ? runs : [[], ...runs];
  const places = groups.map((run) => (run[0] ? target.indexOf(run[0]) : -1));
  const order = [0, 1, 2].sort((a, b) => places[a] - places[b]) as unknown as AxisOrder;
  return { groups: groups as unknown as readonly [Factors, Factors, Factors], order };
}

/** How many factors at the beginning of the target are in order in the source. */
function inOrder(source: Factors, target: Factors): number {
  let at = -1;
  for (const [i, factor] of target.entries()) {
    const next = source.indexOf(factor);
    if (next < at) return i;
    at = next;
  }
  return target.length;
}
