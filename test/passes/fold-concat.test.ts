import { describe, expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { concat } from '../../src/ops/concat.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { foldConcat } from '../../src/passes/fold-concat.ts';
import { inputsOf } from '../support/values.ts';

const own = { quantization: quantizedBy(0.05, -7) };

/** Concatenations of four inputs, by the names of what they join. */
function joined(lists: readonly (readonly string[])[], scale = 0.05): Graph {
  const build = new GraphBuilder('joined');
  const ids = new Map<string, TensorId>();
  ['a', 'b', 'c', 'd'].forEach((name, i) => {
    ids.set(name, build.input(name, [1, 2, 2, i + 1], own.quantization));
  });
  lists.forEach((names, i) => {
    const quantization = i === 0 ? quantizedBy(scale, -7) : own.quantization;
    const inputs = names.map((name) => ids.get(name) as TensorId);
    const y = build.add(concat, {}, inputs, { name: `y${i}`, quantization });
    ids.set(`y${i}`, y);
    build.output(y);
  });
  return build.build();
}

const read = ({ nodes, tensors }: Graph): string[] =>
  nodes.map(({ inputs }) => inputs.map((id) => tensors[id]?.name).join(' '));

describe('fold-concat', () => {
  it('makes a chain of concatenations that each name all', () => {
    const graph = joined([
      ['a', 'b'],
      ['a', 'b', 'c'],
      ['a', 'b', 'c', 'd'],
    ]);
    const folded = foldConcat(graph);
    expect(read(folded)).toEqual(['a b', 'y0 c', 'y1 d']);
    expect(evaluate(folded, inputsOf(graph)).outputs).toEqual(evaluate(graph, inputsOf(graph)).outputs);
  });

  it('finds runs anywhere, as often as there are', () => {
    expect(
      read(
        foldConcat(
          joined([
            ['b', 'c'],
            ['a', 'b', 'c', 'b', 'c', 'd'],
          ]),
        ),
      ),
    ).toEqual(['b c', 'a y0 y0 d']);
  });

  it('leaves alone what is in another order, or one tensor, or differs in scale', () => {
    for (const graph of [
      joined([
        ['b', 'a'],
        ['a', 'b', 'c'],
      ]),
      joined([['a'], ['a', 'b']]),
      joined(
        [
          ['a', 'b'],
          ['a', 'b', 'c'],
        ],
        0.06,
      ),
    ]) {
      expect(foldConcat(graph)).toBe(graph);
    }
  });
});
