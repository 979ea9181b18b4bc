/**
 * How a tensor of the user's file, in whatever order its axes are, lies in a tensor of the graph, which is NHWC.
 *
 * The user's axes are broken down into factors. A factor belongs to one axis of the user's shape and to one of the three places of
 * the graph's tensor: rows, columns, channels. So a transpose of the user's tensor, and most reshapes, move no data: they only
 * change which factors make up which axis. A channel shuffle, a flatten before a Linear and the transposes around a reshape
 * are resolved where an operator at last asks for its axes in certain places (place.ts).
 */

/** A factor of an axis: known by its identity. Sizes are from 2. */
export interface Factor {
  readonly size: number;
  /** The images of a batch, which lie in no place: the network runs once for each. */
  readonly batch?: true;
}

/** The factors of an axis or a place, the outermost first; none for the size 1. */
export type Factors = readonly Factor[];

export type Places = readonly [h: Factors, w: Factors, c: Factors];

export interface Layout {
  /** The user's axes. */
  readonly axes: readonly Factors[];
  /** The graph's. Every factor but that of the batch is in one of them. */
  readonly places: Places;
}

export const sizeOf = (factors: Factors): number => factors.reduce((product, { size }) => product * size, 1);

/** The user's shape. */
export const shapeOf = ({ axes }: Layout): number[] => axes.map(sizeOf);

/** The shape in the graph. */
export const placesShape = ([h, w, c]: Places): readonly [1, number, number, number] => [
  1,
  sizeOf(h),
  sizeOf(w),
  sizeOf(c),
];

export const sameFactors = (a: Factors, b: Factors): boolean =>
  a.length === b.length && a.every((factor, i) => factor === b[i]);

const isBatch = ({ batch }: Factor): boolean => batch === true;

/** The factors of a new axis. */
export const factorsOf = (size: number): Factors => (size > 1 ? [{ size }] : []);

/** The layout of an input: axes 2 and 3 are rows and columns, axis 1 channels; of fewer axes the last ones are missing. */
export function inputLayout(shape: readonly number[], batch: number): Layout {
  const axes = shape.map((size, axis): Factors => {
    if (axis === 0 && batch > 1 && size === batch) return [{ size, batch: true }];
    return factorsOf(size);
  });
  return { axes, places: usualPlaces(axes) };
}

/** Where the axes of a layout lie by rank: [n, c, h, w], [n, c, w], [n, c]; of others all but the last are columns. */
export function usualPlaces(axes: readonly Factors[]): Places {
  const [n = [], ...others] = axes;
  const leading = n.filter((factor) => !isBatch(factor));
  if (others.length === 3) return [others[1], others[2], [...leading, ...others[0]]];
  if (others.length === 2) return [[], others[1], [...leading, ...others[0]]];
  if (others.length <= 1) return [[], [], [...leading, ...others.flat()]];
  return rowMajorPlaces(axes);
}

/** Places in which the elements have the order of the user's tensor. */
export function rowMajorPlaces(axes: readonly Factors[]): Places {
  const inside = axes.map((factors) => factors.filter((factor) => !isBatch(factor)));
  return [[], inside.slice(0, -1).flat(), inside.at(-1) ?? []];
}

/** The axes in another order: axis k is axis order[k]. */
export const permuted = ({ axes, places }: Layout, order: readonly number[]): Layout => ({
  axes: order.map((axis) => axes[axis]),
  places,
});

/** With other axes, of the same factors in all. */
export const withAxes = (layout: Layout, axes: readonly Factors[]): Layout => ({ axes, places: layout.places });

/** Joins factors that lie one after the other in both an axis and a place: layouts that are the same then look the same. */
export function joined({ axes, places }: Layout): Layout {
  const next = new Map<Factor, Factor>();
  for (const place of places) {
    for (const [i, factor] of place.slice(0, -1).entries()) next.set(factor, place[i + 1]);
  }
  /** For the first factor of a run the joined one; for the others undefined. */
  const made = new Map<Factor, Factor | undefined>();
  const joinedAxes = axes.map((axis) => {
    const runs: Factor[][] = [];
    for (const factor of axis) {
      const run = runs.at(-1);
      const last = run?.at(-1);
      if (run && last && next.get(last) === factor) run.push(factor);
      else runs.push([factor]);
    }
    return runs.map((run) => {
      const [first] = run;
      const whole = run.length === 1 ? first : { size: sizeOf(run) };
      for (const [i, factor] of run.entries()) made.set(factor, i === 0 ? whole : undefined);
      return whole;
    });
  });
  const joinedPlaces = places.map((place) => place.flatMap((factor) => made.get(factor) ?? [])) as unknown as Places;
  return { axes: joinedAxes, places: joinedPlaces };
}

/**
 * Where each place has its elements from: the axis, the distance of neighbors along it, and the size, of each of its factors. Two tensors
 * of equal signatures lie alike.
 */
export function signatureOf(layout: Layout): readonly [h: string, w: string, c: string] {
  const { axes, places } = joined(layout);
  const told = new Map<Factor, string>();
  axes.forEach((axis, k) => {
    let stride = 1;
    for (const factor of [...axis].reverse()) {
      told.set(factor, `${k}/${stride}/${factor.size}`);
      stride *= factor.size;
    }
  });
  return places.map((place) => place.map((factor) => told.get(factor)).join(' ')) as unknown as [
    string,
    string,
    string,
  ];
}

/**
 * The layout of the same elements in another shape of the user's; undefined where the elements must first lie in the order of the
 * user's tensor. Throws an Error where the batch would be mixed with other axes.
 */
export function reshaped(layout: Layout, shape: readonly number[]): Layout | undefined {
  const batch = layout.axes.flat().find(isBatch);
  if (batch && (shape[0] !== batch.size || !layout.axes[0]?.includes(batch) || layout.axes[0].length > 1)) {
    throw new Error(
      `the shape [${shape.join(', ')}] mixes the batch of ${batch.size} with other axes (it stays in front)`,
    );
  }
  const flat = joined({ axes: [layout.axes.flat().filter((factor) => !isBatch(factor))], places: layout.places });
  const left = [...flat.axes[0]];
  const splits = new Map<Factor, readonly [Factor, Factor]>();
  const axes: Factors[] = [];
  for (const [k, size] of shape.entries()) {
    if (k === 0 && batch) {
      axes.push([batch]);
      continue;
    }
    const taken = takeFactors(left, size, splits);
    if (!taken) return undefined;
    axes.push(taken);
  }
  const split = (factor: Factor): Factors => {
    const parts = splits.get(factor);
    return parts ? parts.flatMap(split) : [factor];
  };
  const places = flat.places.map((place) => place.flatMap(split)) as unknown as Places;
  return { axes: axes.map((axis) => axis.flatMap(split)), places };
}

/** Takes factors of `size` in all off the front, the last of them split where it is larger than what is left. */
function takeFactors(
  left: Factor[],
  size: number,
  splits: Map<Factor, readonly [Factor, Factor]>,
): Factors | undefined {
  const taken: Factor[] = [];
  for (let wanted = size; wanted > 1; ) {
    const factor = left.shift();
    if (!factor) return undefined;
    if (wanted % factor.size === 0) {
      taken.push(factor);
      wanted /= factor.size;
    } else if (factor.size % wanted === 0) {
      const parts = [{ size: wanted }, { size: factor.size / wanted }] as const;
      splits.set(factor, parts);
      taken.push(parts[0]);
      left.unshift(parts[1]);
      wanted = 1;
    } else return undefined;
  }
  return taken;
}

/**
 * For each index along factors in the order `to`, the index in the order `from`; both have the same factors. An order of
 * channels, and how the values of a constant are put in order.
 */
export function indexOrder(from: Factors, to: Factors): number[] {
  const strides = new Map<Factor, number>();
  let stride = 1;
  for (const factor of [...from].reverse()) {
    strides.set(factor, stride);
    stride *= factor.size;
  }
  let order = [0];
  for (const factor of to) {
    const step = strides.get(factor) as number;
    order = order.flatMap((index) => Array.from({ length: factor.size }, (_, i) => index + i * step));
  }
  return order;
}
