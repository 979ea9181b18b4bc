import type { Numbers } from '../../src/format/values.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { elements } from '../../src/graph/tensor.ts';

/** Seeded random values: the same in every run. */

/** A repeatable stream of numbers (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function bytesOf(seed: number, count: number): Int8Array {
  const random = randomOf(seed);
  return Int8Array.from({ length: count }, () => Math.floor(random() * 256) - 128);
}

/** Real values from −10 to 10. */
function realsOf(seed: number, count: number): Float32Array {
  const random = randomOf(seed);
  return Float32Array.from({ length: count }, () => (random() - 0.5) * 20);
}

/** Values for every input of a graph. */
export const inputsOf = (graph: Graph, seed = 1): Numbers[] =>
  graph.inputs.map((id, i) => {
    const tensor = graph.tensors[id];
    if (tensor?.dtype === 'f32') return realsOf(seed + i, elements(tensor.shape));
    const bytes = bytesOf(seed + i, elements(tensor?.shape ?? []));
    return tensor?.dtype === 'u8' ? new Uint8Array(bytes.buffer) : bytes;
  });
