import type { ModelFile } from '../../src/format/model-file.ts';
import type { Plan } from '../../src/plan/plan.ts';

const guardBytes = 64;

/**
 * The model with 64 unused bytes before and behind every buffer of its arena; buffers that share memory move together.
 * `guards` are the [from, to) of those bytes: no kernel may touch them.
 */
export function withGuards(model: ModelFile, plan: Plan): { model: ModelFile; guards: [from: number, to: number][] } {
  const clusters: { from: number; to: number; moved: number }[] = [];
  for (const { offset, bytes } of [...plan.buffers].sort((a, b) => a.offset - b.offset)) {
    const last = clusters.at(-1);
    if (last && offset < last.to) last.to = Math.max(last.to, offset + bytes);
    else clusters.push({ from: offset, to: offset + bytes, moved: 0 });
  }
  const guards: [number, number][] = [];
  let end = 0;
  for (const cluster of clusters) {
    cluster.moved = Math.ceil((end + guardBytes) / 16) * 16;
    guards.push([end, cluster.moved]);
    end = cluster.moved + cluster.to - cluster.from;
  }
  guards.push([end, end + guardBytes]);
  const move = (offset: number): number => {
    const cluster = clusters.find(({ from, to }) => offset >= from && offset < to);
    return cluster ? offset - cluster.from + cluster.moved : end;
  };
  return {
    guards,
    model: {
      ...model,
      ramBytes: end + guardBytes,
      stateOffset: move(model.stateOffset),
      operands: model.operands.map((o) => (o.constant ? o : { ...o, address: move(o.address) })),
      stages: model.stages.map(({ opcode, words }) => ({
        opcode,
        words: { ...words, scratch: move(words.scratch as number) },
      })),
    },
  };
}

/** The first guard byte that is not `poison`, as a message; undefined when all are. */
export function damage(arena: Uint8Array, guards: readonly [number, number][], poison: number): string | undefined {
  for (const [from, to] of guards) {
    for (let at = from; at < to; at++) {
      if (arena[at] !== poison) return `byte ${at} of the arena, a guard of ${from}…${to}, was written`;
    }
  }
  return undefined;
}
