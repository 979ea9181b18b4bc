import { elements } from '../graph/tensor.ts';
import type { Network } from './layers.ts';
import { parametersOf } from './network-graph.ts';
import type { StateDict, StateTensor } from './weights.ts';

/** Mulberry32: 32 bits of state, the same everywhere. Numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Values about `center`, uniformly `spread` to either side. */
const around = (random: () => number, count: number, center: number, spread: number): Float32Array =>
  Float32Array.from({ length: count }, () => center + (random() * 2 - 1) * spread);

/**
 * Weights for a network that was never trained, for trying out sizes and speed: the same for the same seed everywhere.
 * Activations keep their range: a filter's values are uniform in ±√(6 / taps), normalisations are near to none.
 */
export function seededWeights(network: Network, seed: number): StateDict {
  const random = seeded(seed);
  const tensor = (name: string, shape: readonly number[]): StateTensor => {
    const count = elements(shape);
    const part = name.split('.').at(-1);
    if (shape.length > 1) {
      const taps = count / (shape[0] as number);
      return { dtype: 'F32', shape, data: around(random, count, 0, Math.sqrt(6 / taps)) };
    }
    if (part === 'weight' || part === 'running_var')
      return { dtype: 'F32', shape, data: around(random, count, 1, 0.2) };
    return { dtype: 'F32', shape, data: around(random, count, 0, 0.1) };
  };
  return new Map(parametersOf(network).map(({ name, shape }) => [name, tensor(name, shape)]));
}
