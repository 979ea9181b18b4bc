import type { Graph } from '../../src/graph/graph.ts';
import type { LayerSource } from '../../src/network/layers.ts';
import { network } from '../../src/network/parse.ts';
import type { StateTensor } from '../../src/network/weights.ts';
import { evaluateFloat } from '../../src/ops/evaluate-float.ts';

export const net = (input: readonly [channels: number, height: number, width: number], ...layers: LayerSource[]) => {
  const [channels, height, width] = input;
  return network({ name: 'net', input: { channels, height, width }, layers });
};

export const f32 = (shape: readonly number[], values: readonly number[]): StateTensor => ({
  dtype: 'F32',
  shape,
  data: Float32Array.from(values),
});

export const run = (graph: Graph, values: readonly number[]): number[] => [
  ...(evaluateFloat(graph)([Float32Array.from(values)])[0] as Float32Array),
];
