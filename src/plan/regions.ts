import type { TensorId } from '../graph/tensor.ts';
import { type Region, regionOf, type Streams } from './region.ts';
import type { NodeStep } from './schedule.ts';

/** Nodes of the longest region, and rows that are made in all regions that are looked at: a second of work. */
const mostNodes = 64;
const mostRows = 2 ** 22;

/** A graph cut into regions, which run one after the other. Tensors between two of them are whole. */
export interface Cuts {
  readonly schedule: readonly NodeStep[];
  readonly capacities: ReadonlyMap<TensorId, number>;
  /** Of the region that takes most. */
  readonly bytes: number;
}

/** Every region of a graph, by its last node. */
export function allRegions(streams: Streams): readonly (readonly Region[])[] {
  const { nodes } = streams.graph;
  const heights = nodes.map(({ outputs }) => streams.rings[outputs[0]]?.height ?? 1);
  const rows = heights.reduce((sum, height) => sum + height, 0);
  const longest = Math.max(1, Math.min(mostNodes, Math.floor(Math.sqrt((2 * mostRows) / Math.max(rows, 1)))));
  return nodes.map((_, last) =>
    Array.from({ length: Math.min(longest, last + 1) }, (_, i) => regionOf(streams, last - i, last)),
  );
}

/** The fewest bytes that the largest region of any cuts takes. */
export function leastBytes(regions: readonly (readonly Region[])[]): number {
  const least: number[] = [];
  for (const [last, ending] of regions.entries()) {
    least[last] = Math.min(...ending.map(({ first, bytes }) => Math.max(bytes, first > 0 ? least[first - 1] : 0)));
  }
  return least.at(-1) ?? 0;
}

/** Those with the fewest steps among the cuts without a region of more than `bytes`; undefined where there are none. */
export function cutsWithin(regions: readonly (readonly Region[])[], bytes: number): Cuts | undefined {
  const best: ({ readonly steps: number; readonly region: Region } | undefined)[] = [];
  for (const [last, ending] of regions.entries()) {
    for (const region of ending) {
      const before = region.first > 0 ? best[region.first - 1] : { steps: 0 };
      if (region.bytes > bytes || !before) continue;
      const steps = before.steps + region.schedule.length;
      if (steps < (best[last]?.steps ?? Infinity)) best[last] = { steps, region };
    }
  }
  const chosen: Region[] = [];
  for (let last = regions.length - 1; last >= 0; ) {
    const found = best[last];
    if (!found) return undefined;
    chosen.unshift(found.region);
    last = found.region.first - 1;
  }
  return {
    schedule: chosen.flatMap(({ schedule }) => schedule),
    capacities: new Map(chosen.flatMap(({ capacities }) => [...capacities])),
    bytes: Math.max(0, ...chosen.map((region) => region.bytes)),
  };
}
