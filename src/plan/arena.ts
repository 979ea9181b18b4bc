/** What has to lie somewhere in the arena: throughout steps first … last, or only in `steps` of them where those are given. */
export interface Claim {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
  /** Ascending, from first to last. */
  readonly steps?: readonly number[];
}

/** Offsets are multiples of it, so that kernels may load vectors of words; at most 15 bytes a buffer are lost. */
const alignment = 16;

/** How often the claim that reaches highest is moved to the front of the order, to look for a tighter arena. */
const promotions = 32;

const align = (offset: number): number => Math.ceil(offset / alignment) * alignment;

const anyWithin = (a: readonly number[], first: number, last: number): boolean =>
  a.some((s) => s >= first && s <= last);

function clash(a: Claim, b: Claim): boolean {
  if (a.first > b.last || b.first > a.last) return false;
  if (a.steps && b.steps) {
    const other = new Set(b.steps);
    return a.steps.some((step) => other.has(step));
  }
  if (a.steps) return anyWithin(a.steps, b.first, b.last);
  return b.steps ? anyWithin(b.steps, a.first, a.last) : true;
}

/** Claims as flat arrays, which the many rounds of `place` walk over. */
interface Table {
  readonly bytes: Float64Array;
  /** At i · count + j: 1 where claims i and j are in use in the same step. */
  readonly clashes: Uint8Array;
}

function tableOf(claims: readonly Claim[]): Table {
  const clashes = new Uint8Array(claims.length ** 2);
  claims.forEach((a, i) => {
    claims.forEach((b, j) => {
      clashes[i * claims.length + j] = clash(a, b) ? 1 : 0;
    });
  });
  return { bytes: Float64Array.from(claims, ({ bytes }) => bytes), clashes };
}

/** Lays claims out in an order, each at the lowest offset that is free of the claims before it. */
function firstFit({ bytes, clashes }: Table, order: readonly number[]): Float64Array {
  const count = bytes.length;
  const offsets = new Float64Array(count);
  const placed = new Int32Array(count); // by offset
  let known = 0;
  for (const i of order) {
    const size = bytes[i];
    const row = i * count;
    let offset = 0;
    for (let k = 0; k < known; k++) {
      const j = placed[k];
      const start = offsets[j];
      if (start >= offset + size) break;
      const end = start + bytes[j];
      if (end > offset && clashes[row + j] === 1) offset = align(end);
    }
    offsets[i] = offset;
    let at = known++;
    for (; at > 0 && offsets[placed[at - 1]] > offset; at--) placed[at] = placed[at - 1];
    placed[at] = i;
  }
  return offsets;
}

const endOf = ({ bytes }: Table, offsets: Float64Array): number =>
  bytes.reduce((end, size, i) => Math.max(end, offsets[i] + size), 0);

const length = ({ first, last }: Claim): number => last - first + 1;

/** Orders to try: what they sort by, ascending. */
const keys: readonly ((claim: Claim) => number)[] = [
  (claim) => -claim.bytes,
  (claim) => -claim.bytes * length(claim),
  (claim) => claim.first,
  (claim) => -claim.last,
  (claim) => -length(claim),
];

/**
 * Offsets for all claims, such that two in use in the same step never overlap. Greedy by several orders, each improved by
 * promoting what reaches highest; the first of the tightest wins, so the result depends on the claims alone.
 */
export function place(claims: readonly Claim[]): { readonly offsets: readonly number[]; readonly bytes: number } {
  const table = tableOf(claims);
  const bound = mostInUse(claims).bytes;
  let best: { offsets: Float64Array; bytes: number } = {
    offsets: new Float64Array(claims.length),
    bytes: claims.length === 0 ? 0 : Infinity,
  };
  for (const key of keys) {
    // Sorting is stable: ties keep the order of the claims.
    let order = claims.map((_, i) => i).sort((a, b) => key(claims[a]) - key(claims[b]));
    for (let round = 0; round <= promotions && best.bytes > bound; round++) {
      const offsets = firstFit(table, order);
      const bytes = endOf(table, offsets);
      if (bytes < best.bytes) best = { offsets, bytes };
      const highest = order.find((i) => offsets[i] + claims[i].bytes === bytes) as number;
      if (order[0] === highest) break;
      order = [highest, ...order.filter((i) => i !== highest)];
    }
  }
  return { offsets: Array.from(best.offsets), bytes: best.bytes };
}

/** Whether a claim is in use in a step. */
export const inUse = ({ first, last, steps }: Claim, step: number): boolean =>
  steps ? steps.includes(step) : step >= first && step <= last;

/** The first step with the most bytes in use, and how many: no layout can be smaller. */
export function mostInUse(claims: readonly Claim[]): { readonly step: number; readonly bytes: number } {
  const end = claims.reduce((most, { last }) => Math.max(most, last + 1), 1);
  const bytes = new Array<number>(end).fill(0);
  for (const claim of claims) {
    const steps = claim.steps ?? Array.from({ length: length(claim) }, (_, i) => claim.first + i);
    for (const step of steps) bytes[step] = bytes[step] + claim.bytes;
  }
  const most = Math.max(...bytes);
  return { step: bytes.indexOf(most), bytes: most };
}
