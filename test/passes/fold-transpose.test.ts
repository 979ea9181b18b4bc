import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder, quantizedBy } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { type NHWC, noPadding } from '../../src/graph/tensor.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { relu } from '../../src/ops/relu.ts';
import { transpose } from '../../src/ops/transpose.ts';
import { foldTranspose } from '../../src/passes/fold-transpose.ts';
import { lower } from '../../src/passes/lower.ts';
import { orders } from '../cases/transpose.ts';
import { inputsOf } from '../support/values.ts';
import { opsOf, verified } from './outcome.ts';

type Order = (typeof orders)[number];
const half = quantizedBy(0.5, 3);

/** Transposes in a row, one relu behind each where `between`. */
function chain(shape: NHWC, list: readonly Order[], { between = false, last = true } = {}): Graph {
  const build = new GraphBuilder('chain');
  let at = build.input('x', shape, half);
  for (const order of list) {
    at = build.add(transpose, { order }, [at], { quantization: half });
    if (between) at = build.add(relu, { activation: 'relu' }, [at], { quantization: half });
  }
  if (last) at = build.add(relu, { activation: 'relu' }, [at], { quantization: half });
  build.output(at);
  return build.build();
}

const sameBytes = (before: Graph, after: Graph): void => {
  const x = inputsOf(before);
  expect(evaluate(after, x).outputs).toEqual(evaluate(before, x).outputs);
};

describe('fold-transpose', () => {
  it('leaves out a transpose and its inverse', () => {
    const before = chain(
      [1, 3, 4, 5],
      [
        [1, 2, 0],
        [2, 0, 1],
      ],
    );
    const after = verified(foldTranspose, before);
    expect(opsOf(after)).toEqual(['Relu']);
    expect(after.nodes[0]?.inputs).toEqual(after.inputs);
    sameBytes(before, after);
  });

  it('makes one of two in a row', () => {
    const before = chain(
      [1, 3, 4, 5],
      [
        [1, 2, 0],
        [1, 2, 0],
      ],
    );
    const after = verified(foldTranspose, before);
    expect(opsOf(after)).toEqual(['Transpose', 'Relu']);
    expect(after.nodes[0]?.attributes).toEqual({ order: [2, 0, 1] });
    sameBytes(before, after);
  });

  it('makes a reshape of one that moves axes of size 1 alone', () => {
    const before = chain([1, 1, 4, 5], [[1, 2, 0]]);
    const after = verified(foldTranspose, before);
    expect(opsOf(after)).toEqual(['Reshape', 'Relu']);
    expect(after.nodes[0]?.attributes).toEqual({ shape: [1, 4, 5, 1] });
    sameBytes(before, after);
  });

  it('keeps a node for an output of the graph that is its input', () => {
    const before = chain(
      [1, 3, 4, 5],
      [
        [1, 2, 0],
        [2, 0, 1],
      ],
      { last: false },
    );
    const after = verified(foldTranspose, before);
    expect(opsOf(after)).toEqual(['Reshape']);
    sameBytes(before, after);
  });

  it('keeps the first of two where others read it, too', () => {
    const build = new GraphBuilder('two readers');
    const x = build.input('x', [1, 3, 4, 5], half);
    const once = build.add(transpose, { order: [1, 2, 0] }, [x], { quantization: half });
    const back = build.add(transpose, { order: [2, 0, 1] }, [once], { quantization: half });
    for (const id of [once, back]) {
      build.output(build.add(relu, { activation: 'relu6' }, [id], { quantization: half }));
    }
    const before = build.build();
    const after = verified(foldTranspose, before);
    expect(opsOf(after)).toEqual(['Transpose', 'Relu', 'Relu']);
    sameBytes(before, after);
  });

  it('keeps scales apart that differ by a hair, which a reader would notice', () => {
    const build = new GraphBuilder('a hair');
    const x = build.input('x', [1, 3, 4, 5], half);
    const once = build.add(transpose, { order: [1, 2, 0] }, [x], { quantization: quantizedBy(0.5 + 2 ** -22, 3) });
    const back = build.add(transpose, { order: [2, 0, 1] }, [once], { quantization: quantizedBy(0.5 + 2 ** -22, 3) });
    build.output(build.add(relu, { activation: 'relu6' }, [back], { quantization: half }));
    const after = verified(foldTranspose, build.build());
    expect(opsOf(after)).toEqual(['Transpose', 'Transpose', 'Relu']);
  });

  it('gives the same graph where there is nothing to fold', () => {
    const graph = chain(
      [1, 3, 4, 5],
      [
        [1, 2, 0],
        [2, 0, 1],
      ],
      { between: true },
    );
    expect(foldTranspose(graph)).toBe(graph);
  });

  it('runs with the other passes', () => {
    const build = new GraphBuilder('nchw');
    const x = build.input('x', [1, 5, 6, 3], half);
    const planes = build.add(transpose, { order: [2, 0, 1] }, [x], { quantization: half });
    const back = build.add(transpose, { order: [1, 2, 0] }, [planes], { quantization: half });
    const w = build.constant('w', [2, 1, 1, 3], Int8Array.of(1, 2, 3, 4, 5, 6), quantizedBy(0.01, 0));
    const window = { stride: [1, 1], dilation: [1, 1], padding: noPadding, groups: 1 } as const;
    const attributes = { ...window, activation: 'none', scaleProduct: 'f64' } as const;
    build.output(build.add(conv2d, attributes, [back, w], { quantization: half }));
    const before = build.build();
    expect(opsOf(lower(before))).toEqual(['Conv2d']);
    sameBytes(before, lower(before));
  });

  it('changes no byte of any row of transposes, and leaves one node of them at most', () => {
    const shape = fc.tuple(fc.constant(1 as const), ...([4, 4, 4] as const).map((max) => fc.integer({ min: 1, max })));
    fc.assert(
      fc.property(shape, fc.array(fc.constantFrom(...orders), { maxLength: 5 }), fc.boolean(), (size, list, last) => {
        fc.pre(list.length > 0 || last);
        const before = chain(size as unknown as NHWC, list, { last });
        const after = verified(foldTranspose, before);
        expect(opsOf(after).filter((op) => op !== 'Relu').length).toBeLessThanOrEqual(1);
        sameBytes(before, after);
      }),
    );
  });
});
