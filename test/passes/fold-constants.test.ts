import { expect, it } from 'vitest';
import { add } from '../../src/ops/add.ts';
import { mul } from '../../src/ops/mul.ts';
import { foldConstants } from '../../src/passes/fold-constants.ts';
import { lower } from '../../src/passes/lower.ts';
import { floatNetwork } from '../support/float-network.ts';
import { opsOf, valuesOf, verified } from './outcome.ts';

it('computes what reads constants alone, one after another: 2 · (1 + 3)', () => {
  const net = floatNetwork();
  const x = net.input([1, 1, 1, 1]);
  const [a, b, c] = [1, 3, 2].map((value) => net.constant(`${value}`, [1, 1, 1, 1], 0, 0, [value])) as [
    number,
    number,
    number,
  ];
  const sum = net.adopt(net.build.add(add, { activation: 'none' }, [a, b], { dtype: 'f32' }));
  const product = net.adopt(net.build.add(mul, { activation: 'none' }, [sum, c], { dtype: 'f32' }));
  const graph = net.graph(net.add(x, product));
  const folded = verified(foldConstants, graph);
  expect(opsOf(folded)).toEqual(['Add']);
  expect(folded.tensors[product]).toMatchObject({ perImage: false, data: Float32Array.of(8) });
  expect(valuesOf(folded, 0.5)).toEqual([8.5]);
  expect(lower(graph).tensors.length).toBe(3);
});

it('keeps a node that makes an output of the graph', () => {
  const net = floatNetwork();
  const a = net.constant('a', [1, 1, 1, 1], 0, 0, [1]);
  const graph = net.graph(net.adopt(net.build.add(add, { activation: 'none' }, [a, a], { dtype: 'f32' })));
  expect(verified(foldConstants, graph)).toBe(graph);
});

it('names the node that cannot be computed', () => {
  const net = floatNetwork();
  net.input([1, 1, 1, 1]);
  const a = net.adopt(net.constant('a', [1, 1, 1, 1], 0, 0, [1]));
  const graph = net.graph(net.relu(net.batchNorm(a, { variance: [-1] })));
  expect(() => foldConstants(graph)).toThrow(/^net: node 0 BatchNorm "0": channel 0 has the variance -1/);
});
