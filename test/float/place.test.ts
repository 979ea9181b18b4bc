import fc from 'fast-check';
import { expect, it } from 'vitest';
import { aligned, placeActivations } from '../../src/float/place.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { elements, type Tensor } from '../../src/graph/tensor.ts';
import { add } from '../../src/ops/add.ts';
import { relu } from '../../src/ops/relu.ts';
import { anyNetwork } from '../support/random-network.ts';

const f32 = { dtype: 'f32' } as const;

it('gives a chain two places, and a residual a third', () => {
  const build = new GraphBuilder();
  const x = build.input('x', [1, 1, 1, 16], undefined, f32);
  const step = (id: TensorId) => build.add(relu, { activation: 'relu' }, [id], f32);
  const a = step(x);
  const c = step(step(step(a)));
  build.output(c);
  expect(placeActivations(build.build()).bytes).toBe(2 * 64);
  build.output(build.add(add, { activation: 'none' }, [a, c], f32));
  expect(placeActivations(build.build()).bytes).toBe(3 * 64);
});

it('never gives bytes away that are still to be read', () => {
  fc.assert(
    fc.property(anyNetwork, (graph) => {
      const { offsets, bytes } = placeActivations(graph);
      const rangeOf = (id: TensorId): readonly [number, number] => {
        const from = offsets.get(id) as number;
        return [from, from + aligned(4 * elements((graph.tensors[id] as Tensor).shape))];
      };
      // Whose values each 64 bytes hold, as the nodes run.
      const owner: TensorId[] = [];
      const own = (id: TensorId): void => {
        const [from, to] = rangeOf(id);
        expect(to).toBeLessThanOrEqual(bytes);
        owner.fill(id, from / 64, to / 64);
        for (let i = from / 64; i < to / 64; i++) owner[i] = id;
      };
      const expectOwned = (id: TensorId): void => {
        if (!offsets.has(id)) return;
        const [from, to] = rangeOf(id);
        for (let i = from / 64; i < to / 64; i++) expect(owner[i]).toBe(id);
      };
      graph.inputs.forEach(own);
      for (const node of graph.nodes) {
        node.outputs.forEach(own);
        node.inputs.forEach(expectOwned); // after the outputs: those may not lie over them
      }
      graph.outputs.forEach(expectOwned);
    }),
  );
});
