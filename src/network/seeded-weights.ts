import { checkKind } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import { elements } from '../graph/tensor.ts';
import type { Network } from './layers.ts';
import { checkedNetwork, parametersOf } from './network-graph.ts';
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

/** A network of a few hundred bytes may ask for any number. MobileNetV2 has 3.5 million, EfficientNet-B0 5.3. */
const mostSeeded = 6_000_000;

/** Values about `center`, uniformly `spread` to either side. */
function around(random: () => number, count: number, center: number, spread: number): Float32Array {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = center + (random() * 2 - 1) * spread;
  return values;
}

/**
 * Weights for a network that was never trained, for trying out sizes and speed: the same for the same seed everywhere.
 * Activations keep their range: a filter's values are uniform in ±√(6 / taps), normalisations are near to none. Throws
 * unsupported for more than 6 million values.
 */
export function seededWeights(network: Network, seed: number, name?: string): StateDict {
  checkKind('seededWeights: seed', seed, 'Number');
  const source = name ?? checkedNetwork('seededWeights', network, name).name;
  const random = seeded(seed);
  const tensor = (parameter: string, shape: readonly number[]): StateTensor => {
    const count = elements(shape);
    const part = parameter.split('.').at(-1);
    if (shape.length > 1) {
      const taps = count / shape[0];
      return { dtype: 'F32', shape, data: around(random, count, 0, Math.sqrt(6 / taps)) };
    }
    if (part === 'weight' || part === 'running_var')
      return { dtype: 'F32', shape, data: around(random, count, 1, 0.2) };
    return { dtype: 'F32', shape, data: around(random, count, 0, 0.1) };
  };
  const parameters = parametersOf(network, source);
  const total = parameters.reduce((sum, { shape }) => sum + elements(shape), 0);
  if (total > mostSeeded) {
    const what = `${total.toLocaleString('en-US')} random weights are too many (at most ${mostSeeded.toLocaleString('en-US')})`;
    throw new LiteBlockError('unsupported', `${source}: ${what}: give trained ones, with --weights FILE.safetensors`);
  }
  return new Map(parameters.map((parameter) => [parameter.name, tensor(parameter.name, parameter.shape)]));
}
